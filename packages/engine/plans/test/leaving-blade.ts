/** A blade of three that is to leave the fleet, and what the others and the array say of it. */
import assert from 'node:assert/strict'
import { byUse, type Fleet, type Volume } from '#documents'
import { proveAll } from '#findings'
import { claimsOf, type Intent, planOf } from '#plans'
import { type BladeReport, type HostSetup, read, type Survey } from '#survey'
import { b, fleetOf, LDAP, type Node, report } from '../../test/lab-fleet.ts'
import { arraySays, key, knowing, look } from '../../test/reserved-lun.ts'

export const [AT_ONE, AT_TWO] = [key(1, 3), key(2, 3)]
export type World = {
  readonly home?: Node
  readonly fenced?: boolean
  readonly withVm?: boolean
  readonly blades?: number
}

/** Three blades; blade2 shall go, and the volume is kept under the key of `home`. */
export function fleetWith({ home = 'blade1', fenced = false, withVm = false, blades = 3 }: World = {}): Fleet {
  const plain = fleetOf({ blades, withVm })
  const two = plain.blades.get(b('blade2')) ?? assert.fail()
  const volume = { ...plain.volumes.get(LDAP), writer: 'array', home: b(home), generation: 3 } as Volume
  return { ...plain, ...byUse([volume]), blades: new Map(plain.blades).set(two.name, { ...two, fenced }) }
}

export const intent = { kind: 'remove-blade', blade: b('blade2'), keepBaseline: false } as const
export const MDADM = '/etc/mdadm/mdadm.conf.d/anyblade.conf'
export const OTHERS = 'activation {\n}\n'
const BLOCK =
  '# anyblade: begin; LVM here takes the physical volumes listed, and no disk of a guest\ndevices {\n\tglobal_filter = [ "r|.*|" ]\n}\n# anyblade: end\n'
const HEAD = '# anyblade: arrays of this host are listed; an array in the disk of a guest is none of them\n'
export const setup = (files: Readonly<Record<string, string>>): HostSetup => ({
  files: new Map(Object.entries(files)),
  lvm: '',
  physicalVolumes: [],
  mdadm: { directory: '/etc/mdadm/mdadm.conf.d', arrays: [] },
  units: [{ name: 'libvirtd.service', after: [] }],
  multipathd: '',
})
const DROP_IN = `overrides {\n\tskip_kpartx yes\n}\nmultipaths {\n}\n`
export const OURS = {
  config: read({ main: undefined, dropIns: [{ name: 'anyblade.conf', bytes: new TextEncoder().encode(DROP_IN) }] }),
  baseline: read(setup({ '/etc/lvm/lvmlocal.conf': OTHERS + BLOCK, [MDADM]: `${HEAD}AUTO -all\n` })),
}
export const seen = (of: Fleet, change: Partial<BladeReport> = {}, keys = [AT_ONE]): Survey =>
  look(
    of,
    {
      blade1: knowing('blade1', keys),
      blade2: knowing('blade2', keys, { ...OURS, ...change }),
      blade3: report('blade3'),
    },
    arraySays(['blade1', 'blade2', 'blade3']),
  )
export const open = (of: Fleet, survey: Survey, wanted: Intent = intent) =>
  proveAll(claimsOf(of, wanted, survey), of, survey).filter(({ verdict }) => verdict !== 'proved')
export const steps = (of: Fleet, survey: Survey, wanted: Intent = intent) =>
  planOf(of, survey, wanted).steps.map(({ action, phase }) =>
    [action.kind, 'blade' in action ? action.blade : '', phase].filter(Boolean).join(' '),
  )
