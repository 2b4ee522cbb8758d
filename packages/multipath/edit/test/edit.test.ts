/** Edits change what they were asked to and nothing else; and each can be taken back to the byte. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Edit, edit, editAll, MultipathError, parse, spliced } from '../../index.ts'

const utf8 = new TextEncoder()
const FILE = `# aliases of the hosts\r
#blacklist {
#	devnode "^hd[a-z]"
#}
defaults {
	polling_interval 7   # keep this note
    user_friendly_names "no"
}
multipaths {
	multipath {
		wwid	3600a
		alias	vm1 # first
	}
	multipath {
		wwid "3600b"
		alias "vm2"
		no_path_retry 5
	}
}
`

function done(change: Edit, text = FILE, release = '0.9.4'): string {
  const document = parse(utf8.encode(text), release)
  const { bytes, undo } = edit(document, change)
  assert.deepEqual(spliced(bytes, undo), document.bytes)
  return new TextDecoder().decode(bytes)
}

/** Edit, the text that goes, the text that comes. */
const changes: readonly (readonly [string, Edit, string, string])[] = [
  [
    'set in place',
    { kind: 'set', section: { path: 'defaults' }, keyword: 'polling_interval', value: 9 },
    'polling_interval 7 ',
    'polling_interval 9 ',
  ],
  [
    'set what is not there yet',
    { kind: 'set', section: { path: 'defaults' }, keyword: 'find_multipaths', value: 'yes' },
    '"no"\n}',
    '"no"\n    find_multipaths yes\n}',
  ],
  [
    'set in a section that is not there yet',
    { kind: 'set', section: { path: 'overrides' }, keyword: 'no_path_retry', value: 'queue' },
    '5\n\t}\n}\n',
    '5\n\t}\n}\noverrides {\n\tno_path_retry queue\n}\n',
  ],
  [
    'set for a WWID',
    { kind: 'set', section: { path: 'multipaths/multipath', wwid: '3600b' }, keyword: 'no_path_retry', value: 'fail' },
    'retry 5',
    'retry fail',
  ],
  [
    'unset',
    { kind: 'unset', section: { path: 'defaults' }, keyword: 'user_friendly_names' },
    '    user_friendly_names "no"\n',
    '',
  ],
  ['rename an alias', { kind: 'rename-alias', from: 'vm2', to: 'db' }, '"vm2"', '"db"'],
  ['alias a WWID anew', { kind: 'alias', wwid: '3600a', alias: 'web' }, 'vm1 #', 'web #'],
  [
    'alias a new WWID',
    { kind: 'alias', wwid: '3600c', alias: 'new' },
    '5\n\t}\n',
    '5\n\t}\n\tmultipath {\n\t\twwid 3600c\n\t\talias new\n\t}\n',
  ],
  ['unalias a section that says more', { kind: 'unalias', wwid: '3600b' }, '\t\talias "vm2"\n', ''],
  [
    'unalias one that says nothing else',
    { kind: 'unalias', wwid: '3600a' },
    '\tmultipath {\n\t\twwid\t3600a\n\t\talias\tvm1 # first\n\t}\n',
    '',
  ],
  [
    'remove a section',
    { kind: 'remove-section', section: { path: 'multipaths/multipath', wwid: '3600a' } },
    '\tmultipath {\n\t\twwid\t3600a\n\t\talias\tvm1 # first\n\t}\n',
    '',
  ],
  [
    'bring back a commented blacklist',
    { kind: 'uncomment', name: 'blacklist' },
    '#blacklist {\n#\tdevnode "^hd[a-z]"\n#}',
    'blacklist {\n\tdevnode "^hd[a-z]"\n}',
  ],
  [
    'add a rule',
    { kind: 'add-rule', path: 'blacklist', keyword: 'devnode', pattern: '!^sd' },
    '5\n\t}\n}\n',
    '5\n\t}\n}\nblacklist {\n\tdevnode "!^sd"\n}\n',
  ],
]
for (const [name, change, gone, come] of changes)
  test(name, () =>
    assert.equal(
      done(change),
      FILE.replace(gone, () => come),
    ),
  )

test('swap two aliases', () => {
  const swapped = FILE.replace('vm1', 'x').replace('vm2', 'vm1').replace('x #', 'vm2 #')
  assert.equal(done({ kind: 'swap-aliases', one: 'vm1', other: 'vm2' }), swapped)
})

test('comment out and bring back is the same file', () => {
  const out = done({ kind: 'comment', name: 'multipaths' })
  assert.equal(done({ kind: 'uncomment', name: 'multipaths' }, out), FILE)
})

const refusals: readonly (readonly [string, Edit, string, string?])[] = [
  ['a name another map has', { kind: 'rename-alias', from: 'vm1', to: 'vm2' }, 'edit-refused'],
  ['a name nobody has', { kind: 'rename-alias', from: 'vm9', to: 'x' }, 'not-found'],
  ['a name that ends the line', { kind: 'rename-alias', from: 'vm1', to: 'a\nb' }, 'render-refused'],
  ['a name with a slash', { kind: 'rename-alias', from: 'vm1', to: 'a/b' }, 'edit-refused'],
  [
    'a value the release does not take',
    { kind: 'set', section: { path: 'defaults' }, keyword: 'no_path_retry', value: 'never' },
    'edit-refused',
  ],
  [
    'a keyword the section has not',
    { kind: 'set', section: { path: 'defaults' }, keyword: 'alias', value: 'x' },
    'keyword-unknown',
  ],
  ['a pattern that is none', { kind: 'add-rule', path: 'blacklist', keyword: 'wwid', pattern: '*' }, 'edit-refused'],
  ['a new section after an open brace', { kind: 'alias', wwid: 'C', alias: 'c' }, 'edit-refused', 'defaults {\n'],
]
for (const [name, change, code, text] of refusals)
  test(`refused: ${name}`, () =>
    assert.throws(
      () => done(change, text),
      (error) => error instanceof MultipathError && error.code === code,
    ))

const names = fc.constantFrom('vm1', 'vm2', 'db', 'web', 'x')
const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('rename-alias' as const), from: names, to: names }),
  fc.record({ kind: fc.constant('alias' as const), wwid: fc.constantFrom('3600a', '3600b', '3600c'), alias: names }),
  fc.record({ kind: fc.constant('unalias' as const), wwid: fc.constantFrom('3600a', '3600b') }),
  fc.record({ kind: fc.constant('swap-aliases' as const), one: names, other: names }),
  fc.record({
    kind: fc.constantFrom('comment' as const, 'uncomment' as const),
    name: fc.constantFrom('blacklist', 'defaults', 'multipaths'),
  }),
  fc.record({
    kind: fc.constant('set' as const),
    section: fc.constant({ path: 'defaults' as const }),
    keyword: fc.constantFrom('prio', 'max_fds', 'rr_min_io'),
    value: fc.integer({ min: 1, max: 99 }),
  }),
)

for (const release of ['0.4.9', '0.7.9', '0.9.4', '0.14.3'])
  test(`edits undone are the identity under ${release}`, () => {
    fc.assert(
      fc.property(fc.array(edits, { maxLength: 5 }), (list) => {
        const start = utf8.encode(FILE)
        const possible: Edit[] = []
        for (const change of list) {
          try {
            editAll(parse(start, release), [...possible, change])
            possible.push(change)
          } catch (error) {
            assert.ok(error instanceof MultipathError)
          }
        }
        const { bytes, undo } = editAll(parse(start, release), possible)
        assert.deepEqual(
          undo.reduce((current, splices) => spliced(current, splices), bytes),
          start,
        )
      }),
      { numRuns: 30 },
    )
  })
