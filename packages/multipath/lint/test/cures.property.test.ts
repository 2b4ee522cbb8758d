import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { explain } from '../../explain/explain.ts'
import { bytesOf } from '../../syntax/document.ts'
import { fixAll, lint, worstOf } from '../index.ts'

const line = fc.constantFrom(
  ...['defaults {', 'blacklist {', 'devices {', 'device {', 'multipaths {', 'multipath {', 'gadget {', '}', '} }', '{'],
  ...['blacklist { devnode "^sda$" }', 'multipaths { multipath { wwid 3a alias x } }', 'devices', '# c', '', '} # end'],
  ...[
    'wwid 3a',
    'wwid "0x600a098038303045762b4f4a6a5a3734"',
    'alias x',
    "alias 'y'",
    'alias "z',
    'devnode "*"',
    'devnode "!^sd"',
  ],
  ...[
    'polling_interval 0',
    'polling_interval 5s',
    'partition_delimiter "/"',
    'prio_callout "/sbin/mpath_prio_alua /dev/%n"',
  ],
  ...[
    'getuid_callout "/x"',
    'vendor "*"',
    'product "(C)"',
    'features "2 a"',
    'path_selector round-robin 0',
    'bogus 1',
    'verbosity',
  ],
)
const files = fc.array(line, { maxLength: 24 }).map((lines) => `${lines.join('\n')}\n`)
const releases = fc.constantFrom('0.4.9', '0.6.4', '0.7.9', '0.8.9', '0.9.4', '0.14.3')

const endingOf = (bytes: Uint8Array, release: string) => explain({ release, main: { path: 'f', bytes } }).ending

test('a file that loads still loads after the cures, and curing again changes nothing', () => {
  fc.assert(
    fc.property(files, releases, (text, release) => {
      const before = bytesOf(text)
      const [file] = fixAll([{ path: 'f', bytes: before }], release).files
      assert.ok(file)
      if (endingOf(before, release) === 'loaded') assert.equal(endingOf(file.bytes, release), 'loaded')
      assert.deepEqual(fixAll([file], release).files[0]?.bytes, file.bytes)
    }),
    { numRuns: 300 },
  )
})

test('a section that a cure brings to light does not kill a release that read the file before', () => {
  const bytes = bytesOf('multipaths {\nmultipath {\nmultipaths { multipath { wwid 3a alias x } }\n')
  const [file] = fixAll([{ path: 'f', bytes }], '0.7.9').files
  assert.ok(file)
  assert.deepEqual([endingOf(bytes, '0.7.9'), endingOf(file.bytes, '0.7.9')], ['loaded', 'loaded'])
})

test('a file that is refused, kills or hangs the tool has an error', () => {
  fc.assert(
    fc.property(files, releases, (text, release) => {
      const bytes = bytesOf(text)
      if (endingOf(bytes, release) === 'loaded') return
      assert.equal(worstOf(lint([{ path: 'f', bytes }], release)), 'error')
    }),
    { numRuns: 300 },
  )
})
