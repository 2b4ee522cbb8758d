/** The drop-in keeps what is in it: aliases when overrides are set, overrides when an alias comes or goes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MultipathFiles } from '#survey'
import { b, LDAP, WWID } from '../../test/lab-fleet.ts'
import { candidate } from '../candidate.ts'

const SAID = 'multipath-tools v0.9.4 (12/19, 2022)'
const blade = b('blade1')
const after = { skip_kpartx: 'yes', no_path_retry: '75' }
const overrides = { kind: 'set-overrides', blade, before: {}, after } as const
const alias = { kind: 'add-alias', blade, alias: LDAP, wwid: WWID } as const
const FRESH: MultipathFiles = { main: undefined, dropIns: [] }

const filesWith = (bytes: Uint8Array | undefined): MultipathFiles =>
  bytes === undefined ? FRESH : { main: undefined, dropIns: [{ name: 'anyblade.conf', bytes }] }
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

test('overrides and aliases stand beside each other, in whatever order they came', () => {
  const first = candidate(overrides, FRESH, SAID)
  const both = candidate(alias, filesWith(first.after), SAID)
  assert.match(text(both.after), /overrides \{\n\tskip_kpartx yes\n\tno_path_retry 75\n\}/)
  assert.match(text(both.after), new RegExp(`wwid ${WWID}\\n\\t\\talias ldap`))
  const other = candidate(overrides, filesWith(candidate(alias, FRESH, SAID).after), SAID)
  assert.equal(text(other.after), text(both.after))
})

test('taken back, each is gone, and with the last one the file', () => {
  const both = candidate(alias, filesWith(candidate(overrides, FRESH, SAID).after), SAID)
  const without = candidate({ ...overrides, before: after, after: {} }, filesWith(both.after), SAID)
  assert.equal(text(without.after), text(candidate(alias, FRESH, SAID).after))
  const none = candidate({ ...alias, kind: 'remove-alias' }, filesWith(without.after), SAID)
  assert.equal(none.after, undefined)
})
