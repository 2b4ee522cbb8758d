/** Dialects: what of one release becomes what of another, and what may change on the host. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { convert, explain, render } from '../../index.ts'

const utf8 = new TextEncoder()
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const HOWTO = `defaults {
	udev_dir /dev
	selector "round-robin 0"
	getuid_callout "/lib/udev/scsi_id --whitelisted --device=/dev/%n" # by the how-to
	user_friendly_names no
}
devices {
	device {
		vendor "V1"
		product "P1"
		prio_callout "/sbin/mpath_prio_alua /dev/%n"
		getuid_callout "/opt/our_own %n"
	}
}
`

test('a file of 0.4.9 for 0.9.4', () => {
  const { bytes, notes, messages } = convert(utf8.encode(HOWTO), '0.4.9', '0.9.4')
  const expected = HOWTO.replace('udev_dir', '# udev_dir')
    .replace('selector', 'path_selector')
    .replace('getuid_callout "/lib/udev/scsi_id --whitelisted --device=/dev/%n"', 'uid_attribute ID_SERIAL')
    .replace('prio_callout "/sbin/mpath_prio_alua /dev/%n"', 'prio alua')
    .replace('getuid_callout "/opt', '# getuid_callout "/opt')
  assert.equal(text(bytes), expected)
  assert.deepEqual(messages, [])
  assert.deepEqual(
    notes.map(({ line, wwids }) => [line, wwids]),
    [
      [2, false],
      [3, false],
      [4, true],
      [11, false],
      [12, true],
    ],
  )
})

test('words that changed their names, and patterns that cannot be said', () => {
  const file = 'defaults {\n\tfind_multipaths on\n\tflush_on_last_del always\n}\nblacklist {\n\tdevnode "!^sd"\n}\n'
  const old = text(convert(utf8.encode(file), '0.14.3', '0.7.6').bytes)
  assert.equal(
    old,
    'defaults {\n\tfind_multipaths yes\n\tflush_on_last_del yes\n}\nblacklist {\n\t# devnode "!^sd"\n}\n',
  )
})

test('prio for a release of before 0.4.9', () => {
  const old = text(convert(utf8.encode('defaults {\n\tprio alua\n}\n'), '0.9.4', '0.4.8').bytes)
  assert.equal(old, 'defaults {\n\tprio_callout "/sbin/mpath_prio_alua /dev/%n"\n}\n')
})

const callout = fc.record({
  vendor: fc.stringMatching(/^[A-Z]{1,8}$/),
  product: fc.stringMatching(/^[A-Z0-9]{1,16}$/),
  prio: fc.constantFrom('alua', 'rdac', 'const'),
  getuid_callout: fc.constant('/lib/udev/scsi_id --whitelisted --device=/dev/%n'),
})

test('there and back means the same', () => {
  fc.assert(
    fc.property(callout, fc.constantFrom('0.6.4', '0.8.9', '0.9.4', '0.14.3'), (device, release) => {
      const given = utf8.encode(render('0.4.9', { defaults: { path_grouping_policy: 'multibus' }, devices: [device] }))
      const back = convert(convert(given, '0.4.9', release).bytes, release, '0.4.9').bytes
      const effects = (bytes: Uint8Array) =>
        explain({ release: '0.4.9', main: { path: 'F', bytes } }).effective.map(({ printed }) => printed)
      assert.deepEqual(effects(back), effects(given))
    }),
  )
})
