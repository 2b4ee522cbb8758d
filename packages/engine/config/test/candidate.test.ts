/** The drop-in keeps what is in it: aliases when overrides are set, overrides when an alias comes or goes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { join, type MultipathFiles, read } from '#survey'
import { b, device, fleetOf, LDAP, report, WWID } from '../../test/lab-fleet.ts'
import { explained, hiddenBy } from '../aliases.ts'
import { candidate } from '../candidate.ts'

const SAID = 'multipath-tools v0.9.4 (12/19, 2022)'
const blade = b('blade1')
const after = { skip_kpartx: 'yes', no_path_retry: '75' }
const overrides = { kind: 'set-overrides', blade, before: {}, after } as const
const named = { alias: LDAP, wwid: WWID }
const alias = { kind: 'add-aliases', blade, aliases: [named] } as const
const FRESH: MultipathFiles = { main: undefined, dropIns: [] }

const [PATH] = join(fleetOf(), new Map([[blade, read(report('blade1'))]]), new Map()).paths
const { inquiry } = device('A', 'sdb')
assert.ok(PATH !== undefined && inquiry.state === 'read')
const IDENTITY = inquiry.value

/** Of one file, as each of these actions makes it. */
function made(...of: Parameters<typeof candidate>) {
  const [file, ...others] = candidate(...of).files
  assert.ok(file !== undefined && others.length === 0)
  return file
}
/** The maps that may go with it, and those that shall be there. */
function mapsOf(...of: Parameters<typeof candidate>) {
  const { mayGo, expect } = candidate(...of)
  return [mayGo, expect]
}

const filesWith = (bytes: Uint8Array | undefined): MultipathFiles =>
  bytes === undefined ? FRESH : { main: undefined, dropIns: [{ name: 'anyblade.conf', bytes }] }
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

test('overrides and aliases stand beside each other, in whatever order they came', () => {
  const first = made(overrides, FRESH, SAID)
  const both = made(alias, filesWith(first.after), SAID)
  assert.match(text(both.after), /overrides \{\n\tskip_kpartx yes\n\tno_path_retry 75\n\}/)
  assert.match(text(both.after), new RegExp(`wwid ${WWID}\\n\\t\\talias ldap`))
  const other = made(overrides, filesWith(made(alias, FRESH, SAID).after), SAID)
  assert.equal(text(other.after), text(both.after))
})

test('taken back, each is gone, and with the last one the file', () => {
  const both = made(alias, filesWith(made(overrides, FRESH, SAID).after), SAID)
  const without = made({ ...overrides, before: after, after: {} }, filesWith(both.after), SAID)
  assert.equal(text(without.after), text(made(alias, FRESH, SAID).after))
  const none = made({ ...alias, kind: 'remove-aliases' }, filesWith(without.after), SAID)
  assert.equal(none.after, undefined)
})

test('a WWID that is held out is blacklisted by the whole of it, and keeps its alias', () => {
  const called = made(alias, FRESH, SAID)
  const out = made({ ...alias, kind: 'hold-out' }, filesWith(called.after), SAID)
  assert.match(text(out.after), new RegExp(`blacklist \\{\\n\\twwid "?\\^${WWID}\\$"?`))
  assert.match(text(out.after), /alias ldap/)
  assert.deepEqual(mapsOf({ ...alias, kind: 'hold-out' }, filesWith(called.after), SAID), [[WWID], []])
  const again = made({ ...alias, kind: 'let-in' }, filesWith(out.after), SAID)
  assert.equal(text(again.after), text(called.after))
  assert.deepEqual(mapsOf({ ...alias, kind: 'let-in' }, filesWith(out.after), SAID), [[], [named]])
})

test('what is done with others leaves a WWID held out; taking its alias away ends it', () => {
  const out = made({ ...alias, kind: 'hold-out' }, filesWith(made(alias, FRESH, SAID).after), SAID)
  const other = { alias: 'www' as typeof LDAP, wwid: '3600140500000000000000000000000ff' as typeof WWID }
  const www = { kind: 'add-aliases', blade, aliases: [other] } as const
  const both = made(overrides, filesWith(made(www, filesWith(out.after), SAID).after), SAID)
  assert.match(text(both.after), new RegExp(`\\^${WWID}\\$`))
  const without = made({ ...alias, kind: 'remove-aliases' }, filesWith(both.after), SAID)
  assert.doesNotMatch(text(without.after), new RegExp(WWID))
  assert.match(text(without.after), /alias www/)
})

test('an id of any characters is held out alone: what its pattern matches is it and nothing else', () => {
  for (const id of ['1LIO-ORG_a.b+c(d)[e]', '0QEMU_x|y^z$', '3600140500000000000000000000000a1']) {
    const its = { ...named, wwid: id as typeof WWID, blade }
    const one = { ...alias, aliases: [its] }
    const out = made({ ...one, kind: 'hold-out' }, filesWith(made(one, FRESH, SAID).after), SAID)
    const files = filesWith(out.after)
    const { configuration } = explained(files, '0.9.4')
    assert.ok(configuration)
    const path = (wwid: string): string | undefined =>
      hiddenBy(configuration, { ...PATH, inquiry: read({ ...IDENTITY, wwid: wwid as typeof WWID }) })
    assert.ok(path(id) !== undefined, id)
    for (const other of [`${id}0`, `a${id}`, id.replace('.', 'x').replace('a1', 'a2')])
      if (other !== id) assert.equal(path(other), undefined, other)
    assert.equal(text(made({ ...one, kind: 'let-in' }, files, SAID).after), text(made(one, FRESH, SAID).after))
  }
})

test('a release without drop-ins of ours keeps its file as it is: there flushing alone holds it out', () => {
  const main = new TextEncoder().encode('defaults {\n\tuser_friendly_names no\n}\n')
  const old = 'multipath-tools v0.7.9 (10/25, 2018)'
  const called = made(alias, { main, dropIns: [] }, old)
  const out = made({ ...alias, kind: 'hold-out' }, { main: called.after, dropIns: [] }, old)
  assert.equal(text(out.after), text(called.after))
})
