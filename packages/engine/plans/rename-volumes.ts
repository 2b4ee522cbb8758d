/**
 * Volumes get other names everywhere: in each blade's configuration, in the domains and documents that name them. Maps are
 * renamed while they are there; multipathd does that only to a name that is free by then, so what goes round goes through
 * a third name, each change put in effect on all blades before the next. A VM is off meanwhile, and defined anew.
 * On the array the volume keeps the name that it was carved under: what is shown there can't be renamed without hiding it.
 */
import { parseDomain, withDiskSource } from '@anyblade/domain-xml'
import type { DocumentChange } from '#actions'
import { type Alias, alias, type BladeName, type Fleet, formerlyNamed, type Vm, type Volume } from '#documents'
import { EngineError } from '#errors'
import type { Claim, VolumeClaim } from '#findings'
import { inBatches } from './batches.ts'
import type { Intent } from './intent.ts'
import { volumeIn } from './missing.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'
import { claimed, elsewhere } from './vm-claims.ts'

type RenameVolumes = Extract<Intent, { readonly kind: 'rename-volumes' }>
type Renamed = { readonly volume: Volume; readonly from: Alias; readonly to: Alias }

/** Those that are fenced too: who can't be asked would keep the former name. */
const everyBlade = (fleet: Fleet): BladeName[] => [...fleet.blades.keys()].sort()

const usersOf = (fleet: Fleet, { renames }: RenameVolumes): Vm[] =>
  [...fleet.vms.values()].filter((vm) => renames.some(({ from }) => vm.volumes.includes(from)))

/** @throws EngineError where a name is not there, is given twice, or is kept for another volume */
function renamedIn(fleet: Fleet, { renames }: RenameVolumes): Renamed[] {
  const refuse = (found: string, hint: string): never => {
    throw new EngineError('intent-invalid', { attempted: 'rename volumes', found, hint })
  }
  const [froms, tos] = [renames.map(({ from }) => from), renames.map(({ to }) => to)]
  for (const names of [froms, tos]) {
    const twice = names.find((name, at) => names.indexOf(name) !== at)
    if (twice !== undefined) refuse(`${twice} twice`, 'write OLD NEW for each volume once')
  }
  return renames.map(({ from, to }) => {
    if (from === to) refuse(`${from} has that name`, 'nothing is to be done')
    const volume = volumeIn(fleet, from)
    const former = formerlyNamed(fleet, to)
    const state = fleet.aside.get(to)?.state
    if (!froms.includes(to) && fleet.volumes.has(to)) refuse(`there is a volume ${to}`, 'rename it in the same command')
    if (state !== undefined) refuse(`${to} is ${state}, and its name is kept`, 'choose another name')
    if (!froms.includes(to) && former !== undefined && former.alias !== from)
      refuse(`${to} was the name of ${former.alias}, and an initramfs may know it by that`, 'choose another name')
    return { volume, from, to }
  })
}

export function claimsOfRenameVolumes(fleet: Fleet, intent: RenameVolumes): Claim[] {
  const renamed = renamedIn(fleet, intent)
  const froms = new Set(renamed.map(({ from }) => from))
  const names = stagesOf(fleet, renamed).flatMap((stage) => stage.map(({ to }) => to))
  return [
    ...everyBlade(fleet).flatMap((blade): Claim[] => [
      { kind: 'answers', blade },
      { kind: 'paths-up', blade },
      ...renamed.flatMap(({ volume }): Claim[] => [
        { kind: 'renameable', blade, volume: volume.alias },
        { kind: 'identity', blade, volume: claimed(volume) },
        { kind: 'alias-held', blade, volume: claimed(volume) },
        { kind: 'alias-ours', blade, volume: claimed(volume) },
      ]),
      ...names.filter((name) => !froms.has(name)).map((name): Claim => ({ kind: 'name-free', blade, alias: name })),
    ]),
    ...usersOf(fleet, intent).flatMap((vm): Claim[] => [
      { kind: 'domain', blade: vm.home, vm: vm.name, uuid: vm.uuid, wanted: 'off' },
      ...elsewhere(fleet, vm, [vm.home], 'absent'),
    ]),
  ]
}

/** What is put in effect at once: every `to` is nobody's by then. */
function stagesOf(fleet: Fleet, renamed: readonly Renamed[]): Renamed[][] {
  const stages: Renamed[][] = []
  let open = [...renamed]
  while (open.length > 0) {
    const held = new Set(open.map(({ from }) => from))
    const free = open.filter(({ to }) => !held.has(to))
    const [first, ...others] = open
    if (free.length > 0 || first === undefined) {
      stages.push(free)
      open = open.filter((one) => !free.includes(one))
    } else {
      const third = thirdName(fleet, first)
      stages.push([{ ...first, to: third }])
      open = [...others, { ...first, from: third }]
    }
  }
  return stages
}

/** @throws EngineError where the name is as long as a name may be */
function thirdName({ volumes, aside }: Fleet, { from }: Renamed): Alias {
  const name = alias(`${from}.swap`)
  if (name !== undefined && !volumes.has(name) && !aside.has(name)) return name
  throw new EngineError('intent-invalid', {
    attempted: `let the names of volumes go round through ${from}.swap`,
    found: name === undefined ? 'that is no name for a volume' : 'there is a volume of that name',
    hint: 'rename one of them to a name of your own first',
  })
}

export function planRenameVolumes(fleet: Fleet, intent: RenameVolumes): Plan {
  const renamed = renamedIn(fleet, intent)
  const [blades, vms] = [everyBlade(fleet), usersOf(fleet, intent)]
  const anew = vms.map((vm) => ({ vm, xml: renamedXml(vm, renamed) }))
  const steps = [
    ...vms.map((vm) => undefinedOf(vm)),
    ...stagesOf(fleet, renamed).flatMap((stage) => onBlades(fleet, blades, stage)),
    ...anew.map(({ vm: { name: vm, uuid, home: blade }, xml }) =>
      draft({ kind: 'define-domain', blade, vm, uuid, xml }, 'undoable'),
    ),
    draft(
      {
        kind: 'record-documents',
        changes: [...renamed.map(moved), ...anew.flatMap(({ vm, xml }) => vmChanged(vm, xml, renamed))],
        rendered: blades,
        message: `volumes renamed: ${told(renamed)}`,
      },
      'undoable',
      blades.flatMap((blade) => shownAs(blade, renamed)),
    ),
  ]
  const remarks = [
    ...[...new Set(renamed.map(({ volume }) => volume.array))].map(
      (array) => `${array} keeps the names that it has: what is shown can't be renamed there`,
    ),
    'an initramfs that holds multipath.conf has the former names until it is built anew',
  ]
  return plan({ title: `rename ${told(renamed)}`, intent, basis: fleet.commit, remarks }, steps, blades)
}

const told = (renamed: readonly Renamed[]): string => renamed.map(({ from, to }) => `${from} to ${to}`).join(', ')

const undefinedOf = ({ name: vm, uuid, home: blade, xml }: Vm): Draft =>
  draft({ kind: 'undefine-domain', blade, vm, uuid, xml }, 'undoable', [
    { kind: 'domain', blade, vm, uuid, wanted: 'not running' },
  ])

/** A canary, then the others; what is called something by then must be the same LUN there. */
function onBlades(fleet: Fleet, blades: readonly BladeName[], stage: readonly Renamed[]): Draft[][] {
  const aliases = stage.map(({ volume, from, to }) => ({ alias: to, from, wwid: volume.wwid }))
  const drafts = blades.map((blade) => ({
    blade,
    draft: draft({ kind: 'rename-aliases', blade, aliases }, 'undoable', [
      { kind: 'paths-up', blade },
      ...stage.flatMap(({ volume, from, to }): Claim[] => [
        { kind: 'identity', blade, volume: called(volume, from) },
        { kind: 'name-free', blade, alias: to },
        { kind: 'renameable', blade, volume: volume.alias },
      ]),
    ]),
  }))
  return inBatches(fleet, drafts, (blade) => shownAs(blade, stage))
}

const called = (volume: Volume, name: Alias): VolumeClaim => ({ ...claimed(volume), alias: name })

const shownAs = (blade: BladeName, renamed: readonly Renamed[]): Claim[] => [
  { kind: 'paths-up', blade },
  ...renamed.flatMap(({ volume, to }): Claim[] => [
    { kind: 'identity', blade, volume: called(volume, to) },
    { kind: 'alias-held', blade, volume: called(volume, to) },
  ]),
]

/** Disks that name a map; what is named by its id stays as it is. */
function renamedXml({ xml }: Vm, renamed: readonly Renamed[]): string {
  return parseDomain(xml).disks.reduce((text, { source, target }) => {
    const found = renamed.find(({ from }) => 'path' in source && source.path === `/dev/mapper/${from}`)
    return found === undefined ? text : withDiskSource(text, target.dev, `/dev/mapper/${found.to}`)
  }, xml)
}

const moved = ({ volume: { wwid, formerly }, from, to }: Renamed): DocumentChange => ({
  document: `volumes/${to}.yaml`,
  from: `volumes/${from}.yaml`,
  wwid,
  set: [{ path: ['formerly'], value: [...(formerly ?? []), from] }],
})

const vmChanged = ({ name, volumes }: Vm, xml: string, renamed: readonly Renamed[]): DocumentChange[] => [
  {
    document: `vms/${name}.yaml`,
    set: [{ path: ['volumes'], value: volumes.map((one) => renamed.find(({ from }) => from === one)?.to ?? one) }],
  },
  { document: `vms/${name}.xml`, text: xml },
]
