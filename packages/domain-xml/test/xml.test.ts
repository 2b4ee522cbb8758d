import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DomainXmlError, parseDomain } from '../index.ts'
import { parseXml, print, sourceOf, textOf, tokens } from '../xml/index.ts'

function errorOf(text: string): DomainXmlError {
  try {
    parseXml(text, 'the domain XML')
  } catch (error) {
    if (error instanceof DomainXmlError) return error
    throw error
  }
  throw new assert.AssertionError({ message: `read without complaint: ${text.slice(0, 80)}` })
}

// The domain as it stands in the administrator's how-to: its empty tags are typed without their slash.
const HOW_TO = `<domain type='kvm'>
 <name>vm1</name>
 <devices>
 <emulator>/usr/bin/qemu-kvm</emulator>
 <disk type='block' device='disk'>
 <driver name='qemu' type='raw'/>
 <source dev='/dev/mapper/vm1'>
 <target dev='hda' bus='ide'/>
 </disk>
 </devices>
</domain>`

test('an unclosed tag is named with its place, and where its end was missed', () => {
  const error = errorOf(HOW_TO)
  assert.equal(error.code, 'element-unclosed')
  assert.deepEqual([error.line, error.column, error.related], [7, 2, { line: 9, column: 2 }])
  assert.match(
    error.explanation.found,
    /^<source dev='\/dev\/mapper\/vm1'> never closed: <\/disk> comes instead, at 9:2$/,
  )
  assert.match(error.explanation.hint, /<source dev='\/dev\/mapper\/vm1'\/>/)
  assert.equal(error.message, `read the domain XML at line 7, column 2: found ${error.explanation.found}`)
})

test('of several unclosed tags the first is the place, the others are named', () => {
  const error = errorOf(HOW_TO.replace("type='raw'/>", "type='raw'>").replace("bus='ide'/>", "bus='ide'>"))
  assert.deepEqual([error.line, error.column], [6, 2])
  assert.match(error.explanation.found, /open within it: <source> \(7:2\), <target> \(8:2\)$/)
})

const faults = [
  ['end of the text', '<domain>\n<name>', 'element-unclosed', 1, 1],
  ['an end tag of another name', '<a>\n <name>vm1</nmae></a>', 'end-tag-mismatched', 2, 11],
  ['an end tag where nothing is open', '<a/>\n</a>', 'end-tag-mismatched', 2, 1],
  ['an attribute twice', "<a x='1'\n x='2'/>", 'attribute-duplicate', 2, 2],
  ['a value without quotes', '<a x=1/>', 'attribute-malformed', 1, 4],
  ['a value without its end', "<a x='1/>\n<b y='2'/>", 'attribute-malformed', 1, 4],
  ['attributes not parted', `<a x='1'y='2'/>`, 'attribute-malformed', 1, 9],
  ['a bare ampersand', '<a>x & y</a>', 'entity-unknown', 1, 6],
  ['an entity that XML does not have', '<a>\r\n&nbsp;</a>', 'entity-unknown', 2, 1],
  ['an entity in a value', "<a x='1&foo;'/>", 'entity-unknown', 1, 8],
  ['a numbered character that XML does not have', '<a>&#0;</a>', 'entity-unknown', 1, 4],
  ['half of a pair, by number', '<a>&#xD800;</a>', 'entity-unknown', 1, 4],
  ['the end of a CDATA section without its beginning', '<a>x]]></a>', 'entity-unknown', 1, 5],
  ['a DOCTYPE', '<!DOCTYPE a><a/>', 'doctype-refused', 1, 1],
  ['a comment without end', '<a><!-- </a>', 'markup-unclosed', 1, 4],
  ['two hyphens in a comment', '<a><!-- a -- b --></a>', 'tag-malformed', 1, 11],
  ['a CDATA section without end', '<a><![CDATA[ </a>', 'markup-unclosed', 1, 4],
  ['a tag without end', "<a>\n <b x='1'", 'markup-unclosed', 2, 2],
  ['a tag within a tag', "<a>\n <b x='1'\n <c/></a>", 'markup-unclosed', 2, 2],
  ['a lone <', '<a> < </a>', 'tag-malformed', 1, 5],
  ['text behind the root', '<a/>\nb', 'text-outside-root', 1, 5],
  ['text before the root', 'b<a/>', 'text-outside-root', 1, 1],
  ['two roots', '<a/>\n<b/>', 'root-duplicate', 2, 1],
  ['nothing', ' \n', 'root-missing', 1, 1],
  ['a declaration that comes late', '\n<?xml version="1.0"?><a/>', 'tag-malformed', 2, 1],
  ['a control character', '<a>\u0001</a>', 'character-not-allowed', 1, 4],
  ['half of a surrogate pair', '<a>\ud800</a>', 'character-not-allowed', 1, 4],
] as const
for (const [what, text, code, line, column] of faults)
  test(`refused with its place: ${what}`, () => {
    const error = errorOf(text)
    assert.deepEqual([error.code, error.line, error.column], [code, line, column])
    assert.notEqual(error.explanation.hint, '')
  })

test('a mismatched end tag tells where the open one stood', () => {
  assert.deepEqual(errorOf('<a>\n <name>vm1</nmae></a>').related, { line: 2, column: 2 })
})

const readings = [
  ['entities', '<a>&lt;&#38;&#x41;&gt;&quot;&apos;</a>', `<&A>"'`],
  ['CDATA', '<a>1<![CDATA[<&]]>2</a>', '1<&2'],
  ['comments between', '<a>1<!-- - -->2</a>', '12'],
  ['line ends', '<a>1\r\n2\r3</a>', '1\n2\n3'],
  ['a mark at the beginning, and a declaration', '\ufeff<?xml version="1.0"?>\n<a>1</a>\n<!-- end -->', '1'],
] as const
for (const [what, text, value] of readings)
  test(`read: ${what}`, () => assert.equal(textOf(parseXml(text, 'a test').root), value))

test('white space in a value is blanks, by number it stays', () => {
  const { root } = parseXml('<a x="1\r\n2\t3&#10;4"/>', 'a test')
  assert.equal(root.attributes[0]?.value, '1 2 3\n4')
})

const hostile = [
  ['100,000 nested elements', '<a>'.repeat(100_000), 'too-deep'],
  ['1 MB on a line', `<a x='${'y'.repeat(1_000_000)}`, 'attribute-malformed'],
  ['1 MB of ampersands', `<a>${'&'.repeat(1_000_000)}</a>`, 'entity-unknown'],
  ['1 MB of <', '<'.repeat(1_000_000), 'tag-malformed'],
  ['1 MB of blanks in a tag', `<a${' '.repeat(1_000_000)}`, 'markup-unclosed'],
  ['500,000 comments without a root', '<!---->'.repeat(500_000), 'root-missing'],
  ['an entity bomb', `<!DOCTYPE a [<!ENTITY b "${'b'.repeat(1000)}">]><a>&b;&b;</a>`, 'doctype-refused'],
  ['more than libvirt takes', `<a>${' '.repeat(4 * 1024 * 1024)}</a>`, 'text-too-long'],
  ['100,000 attributes, the last twice', `<a${attributes(100_000)} x0=''/>`, 'attribute-duplicate'],
] as const
for (const [what, text, code] of hostile)
  test(`hostile, refused quickly: ${what}`, () => {
    const before = process.cpuUsage() // of the processor, for what else the machine does is no fault of the parser
    assert.equal(errorOf(text).code, code)
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 3_000_000, `${user + system} µs`)
  })

test('1 MB on one line is read', () => {
  const text = `<domain type='kvm'><name>a</name><devices>${"<disk><target dev='vda'/></disk>".repeat(30_000)}</devices></domain>`
  assert.equal(parseDomain(text).disks.length, 30_000)
})

function attributes(count: number): string {
  return Array.from({ length: count }, (_, i) => ` x${i}=''`).join('')
}

const name = fc.stringMatching(/^[a-z][-a-z0-9:]{0,5}$/)
const value = fc.string({
  unit: fc.constantFrom(...'ab \n\t>&lt;'.split('&lt;').join(''), '&amp;', '&#10;', 'é', '\u{1f600}'),
})
const attributeXml = fc
  .tuple(fc.constantFrom(' ', '\n  ', '\t'), name, fc.constantFrom('=', ' = '), fc.constantFrom('"', "'"), value)
  .map(([gap, key, equals, quote, v]) => ({ key, text: gap + key + equals + quote + v + quote }))
const tagInside = fc
  .uniqueArray(attributeXml, { selector: ({ key }) => key, maxLength: 3 })
  .map((all) => all.map(({ text }) => text).join(''))
const { element } = fc.letrec<{ element: string; node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    value,
    fc.constantFrom('<!-- a -->', '<![CDATA[<&]]>', '<?x y?>', '\r\n  '),
    tie('element'),
  ),
  element: fc
    .tuple(name, tagInside, fc.constantFrom('', ' '), fc.array(tie('node'), { maxLength: 4 }))
    .map(([tag, inside, gap, nodes]) =>
      nodes.length === 0 ? `<${tag}${inside}${gap}/>` : `<${tag}${inside}${gap}>${nodes.join('')}</${tag}${gap}>`,
    ),
}))

test('print(parse(text)) is the text, and so are the tokens joined', () => {
  fc.assert(
    fc.property(element, (text) => {
      assert.equal(print(parseXml(text, 'a test')), text)
      const all = Array.from(tokens(sourceOf(text, 'a test')), ({ start, end }) => text.slice(start, end))
      assert.equal(all.join(''), text)
    }),
  )
})

test('whatever comes in, it is read or refused with a place', () => {
  const soup = fc.array(
    fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      ' ',
      '=',
      '"',
      "'",
      '&',
      ';',
      '<a',
      '</a>',
      '<!--',
      '-->',
      ']]>',
      '<![CDATA[',
      '\n',
    ),
  )
  fc.assert(
    fc.property(soup, (pieces) => {
      try {
        parseXml(pieces.join(''), 'a test')
      } catch (error) {
        assert.ok(error instanceof DomainXmlError)
        assert.ok(error.line !== undefined && error.column !== undefined)
      }
    }),
  )
})
