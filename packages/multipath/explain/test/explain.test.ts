/** Each rule of the parser and loader on a small file of our own, with what the real tool says of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DropIn, explain } from '../../index.ts'

const utf8 = new TextEncoder()
const PATH = '/etc/multipath.conf'

function said(release: string, text: string, confd: readonly DropIn[] = []) {
  const { ending, messages, effective } = explain({ release, main: { path: PATH, bytes: utf8.encode(text) }, confd })
  return {
    ending,
    messages: messages.map((message) => message.replaceAll(PATH, 'F')),
    effects: effective.map(({ printed }) => printed),
  }
}

/** Rule, release, file, messages (F is the file), effects. */
const rules: readonly (readonly [string, string, string, readonly string[], readonly string[]])[] = [
  [
    'one value a statement',
    '0.9.4',
    'defaults {\n\tverbosity 3 4\n}\n',
    ["ignoring extra data starting with '4' on line 2 of F"],
    ['defaults | verbosity 3'],
  ],
  [
    'a section line without its brace is entered',
    '0.9.4',
    'defaults\n\tverbosity 3\n}\n',
    ["missing '{' on line 1 of F"],
    ['defaults | verbosity 3'],
  ],
  [
    'a section on one line stays open',
    '0.9.4',
    'defaults { verbosity 3 }\nverbosity 4\n}\n',
    ["ignoring extra data starting with 'verbosity' on line 1 of F"],
    ['defaults | verbosity 4'],
  ],
  ['a brace alone is skipped', '0.9.4', '{\n', ["invalid keyword '{' on line 1 of F"], []],
  [
    'an unknown section closes the one around it',
    '0.9.4',
    'devices {\n gadget {\n }\n device {\n',
    ['F line 2, invalid keyword in the devices section: gadget', 'F line 4, invalid keyword: device'],
    [],
  ],
  [
    'overrides without a brace is a missing value',
    '0.9.4',
    'overrides\n',
    ["missing value for option 'overrides' on line 1 of F"],
    [],
  ],
  [
    'a stray brace is named twice',
    '0.9.4',
    '}\n',
    ["unmatched '}' at line 1 of F", 'F line 1, invalid keyword: }'],
    [],
  ],
  ['a missing brace at the end is named since 0.8.6', '0.9.4', 'defaults {\n', ["missing '}' at end of F"], []],
  ['and not before', '0.8.4', 'defaults {\n', [], []],
  [
    'quotation marks around a keyword hide it',
    '0.9.4',
    'defaults {\n"verbosity" 3\n}\n',
    ["ignoring extra data starting with '' on line 2 of F", 'F line 2, invalid keyword in the defaults section: '],
    [],
  ],
  [
    'duplicates: the last wins',
    '0.9.4',
    'defaults {\nverbosity 1\nverbosity 3\n}\n',
    ['F line 3, duplicate keyword: verbosity'],
    ['defaults | verbosity 3'],
  ],
  [
    'before 0.7.2 only grave messages are seen',
    '0.6.4',
    'defaults {\nverbosity 1\nverbosity 3\nfoo 1\n}\n',
    [],
    ['defaults | verbosity 3'],
  ],
  [
    'a line of more than 1023 bytes is two',
    '0.9.4',
    `defaults {\n#${'x'.repeat(1022)}verbosity 3\n}\n`,
    [],
    ['defaults | verbosity 3'],
  ],
  ['a carriage return hides the rest', '0.9.4', 'defaults {\nverbosity 3\r extra\n}\n', [], ['defaults | verbosity 3']],
  ['before 0.6.0 it ends the line', '0.4.9', 'defaults {\rno_path_retry 3\r}\r', [], ['defaults | no_path_retry 3']],
  ['before 0.6.0 a last line without an end is not read', '0.4.9', 'defaults {\nno_path_retry 3', [], []],
  [
    'numbers are cut to their range',
    '0.9.4',
    'defaults {\nrr_min_io 99999999999\n}\n',
    ['F line 2, value for rr_min_io too large, capping at 2147483647'],
    ['defaults | rr_min_io 2147483647'],
  ],
  [
    'quoted numbers were 0 before 0.7.8',
    '0.6.4',
    'defaults {\npolling_interval "7"\n}\n',
    [],
    ['defaults | polling_interval 0', 'defaults | max_polling_interval 0'],
  ],
  [
    'junk in polling_interval',
    '0.9.4',
    'defaults {\npolling_interval x\n}\n',
    ['F line 2, invalid value for polling_interval: "x"'],
    ['defaults | polling_interval 4294967294', 'defaults | max_polling_interval 4294967295'],
  ],
  [
    'true is not yes',
    '0.9.4',
    'defaults {\nuser_friendly_names true\n}\n',
    ['F line 2, invalid value for user_friendly_names: "true"'],
    [],
  ],
  [
    'features are counted since 0.9.4',
    '0.9.4',
    'defaults {\nfeatures "2 a"\n}\n',
    ["F line 2, invalid argument count for features:, got '2' expected '1'"],
    [],
  ],
  ['and not before', '0.8.9', 'defaults {\nfeatures "2 a"\n}\n', [], ['defaults | features "2 a"']],
  [
    'an alias has no slash since 0.8.8',
    '0.9.4',
    'multipaths {\nmultipath {\nwwid A\nalias a/b\n}\n}\n',
    ['F line 4, a/b cannot contain a slash. Ignoring'],
    ['multipaths/multipath | wwid "A"'],
  ],
  [
    'getuid_callout is read and ignored since 0.9.0, said once',
    '0.9.4',
    'defaults {\ngetuid_callout x\n}\noverrides {\ngetuid_callout x\n}\n',
    ['F line 2: ignoring deprecated option "getuid_callout"'],
    [],
  ],
  [
    'sections of one WWID: the later wins since 0.7.8',
    '0.9.4',
    'multipaths {\nmultipath {\nwwid A\nalias a\n}\nmultipath {\nwwid A\nalias b\n}\n}\n',
    ['merge_mptable: duplicate multipath config section for A'],
    ['multipaths/multipath | wwid "A" ; alias "b"'],
  ],
  [
    'a device without product is dropped',
    '0.9.4',
    'devices {\ndevice {\nvendor X\n}\n}\n',
    ['device config in F missing vendor or product parameter'],
    [],
  ],
  [
    'a built-in device is changed',
    '0.9.4',
    'devices {\ndevice {\nvendor "PURE"\nproduct "FlashArray"\nno_path_retry 9\n}\n}\n',
    [],
    ['devices/device (merged with built-in) vendor "PURE" product "FlashArray" | no_path_retry 9'],
  ],
  [
    'a protocol section needs its type',
    '0.9.4',
    'overrides {\nprotocol {\ndev_loss_tmo 9\n}\n}\n',
    ['protocol section in F missing type'],
    [],
  ],
  [
    'a leading ! before 0.8.5 leaves the empty pattern',
    '0.7.9',
    'blacklist {\ndevnode "!^sd"\n}\n',
    ['missing closing quotes on line 2 of F'],
    ['blacklist | devnode ""'],
  ],
]
for (const [rule, release, text, messages, effects] of rules)
  test(`${rule} (${release})`, () => assert.deepEqual(said(release, text), { ending: 'loaded', messages, effects }))

/** Files that do not load: release, file, ending. */
const endings = [
  ['0.9.4', 'blacklist {\nwwid "*"\n}\n', 'refused'],
  ['0.4.9', 'blacklist {\nwwid "*"\n}\n', 'loaded'],
  ['0.9.4', 'devices {\ndevice {\nvendor X\nproduct Y\nproduct_blacklist "(("\n}\n}\n', 'refused'],
  ['0.9.4', 'defaults {\nreservation_key zz\n}\n', 'refused'],
  ['0.8.4', 'defaults {\nrr_min_io junk\n}\n', 'refused'],
  ['0.14.3', 'defaults {\npolling_interval 0\n}\n', 'died'],
  ['0.14.3', 'defaults {\npolling_interval junk\n}\n', 'hangs'],
  ['0.9.4', 'defaults {\npartition_delimiter a/b\n}\n', 'died'],
  ['0.8.8', 'defaults {\npartition_delimiter "/UNSET/"\n}\n', 'died'],
  ['0.8.7', 'defaults {\npartition_delimiter a/b\n}\n', 'loaded'],
  ['0.9.4', 'defaults {\npartition_delimiter x\npartition_delimiter a/b\n}\n', 'loaded'],
  ['0.7.9', 'multipaths {\nmultipath {\nalias a\n}\nmultipath {\nwwid B\n}\n}\n', 'died'],
  ['0.4.9', 'defaults {\nverbosity\n}\n', 'died'],
] as const
for (const [release, text, ending] of endings)
  test(`${release} ${ending}: ${JSON.stringify(text)}`, () => assert.equal(said(release, text).ending, ending))

test('drop-ins: order and names by release', () => {
  const names = ['b.conf', 'a.conf', 'c.conf.bak', '.conf', 'd.CONF']
  const confd = names.map((name, at) => ({ name, bytes: utf8.encode(`defaults {\nmax_fds ${at + 1}\n}\n`) }))
  const last = (release: string) => said(release, '', confd).effects
  assert.deepEqual(last('0.9.4'), ['defaults | max_fds 1'])
  assert.deepEqual(last('0.7.9'), ['defaults | max_fds 3'])
  assert.deepEqual(last('0.4.9'), [])
})

test('a bad drop-in is only a message', () => {
  const confd = [{ name: 'x.conf', bytes: utf8.encode('blacklist {\nwwid "*"\n}\n') }]
  const messages = ['/etc/multipath/conf.d/x.conf line 2, parsing failed: wwid "*"']
  assert.deepEqual(said('0.9.4', '', confd), { ending: 'loaded', messages, effects: [] })
})

test('a value says where it stands', () => {
  const [effect] = explain({
    release: '0.9.4',
    main: { path: PATH, bytes: utf8.encode('defaults {\n  verbosity 3\n}\n') },
  }).effective
  assert.deepEqual(effect?.places.verbosity, { file: PATH, line: 2, column: 3 })
})
