/**
 * The fleet: all documents of one commit, joined, and the rules between them.
 * May come in: checked documents. May not: anything seen on a blade or an array.
 */
import { writersInDomain } from './domain-writer.ts'
import type { Alias, ArrayName, BladeName, FabricName, VmName, Wwpn } from './names.ts'
import type {
  ArrayDocument,
  BladeDocument,
  DocumentKind,
  FleetDocument,
  Problem,
  VmDocument,
  VolumeDocument,
  WriterClass,
} from './schema.ts'
import { startOrderMisfits } from './start-order.ts'
import { switchesOf } from './switches.ts'

export type Blade = BladeDocument & { readonly name: BladeName }
export type StorageArray = ArrayDocument & { readonly name: ArrayName }
export type Volume = VolumeDocument & { readonly alias: Alias }
/** `xml` is the libvirt domain as it stands beside the document. */
export type Vm = VmDocument & { readonly name: VmName; readonly xml: string }

export type Fleet = {
  readonly settings: FleetDocument
  /** The commit that these documents are; a plan made from them names it as its basis. */
  readonly commit: string
  readonly blades: ReadonlyMap<BladeName, Blade>
  readonly arrays: ReadonlyMap<ArrayName, StorageArray>
  /** Those in use; what is put aside or purged is none of them. */
  readonly volumes: ReadonlyMap<Alias, Volume>
  /** Put aside, or purged: their aliases and LUN numbers are not given again while they are recorded. */
  readonly aside: ReadonlyMap<Alias, Volume>
  readonly vms: ReadonlyMap<VmName, Vm>
}

export type Misfit = Problem & { readonly kind: DocumentKind; readonly name: string }

/** What no document can know of itself: references that lead nowhere, and things that may be there once only. */
export function misfits(fleet: Fleet): Misfit[] {
  return [
    ...danglingReferences(fleet),
    ...strangeFabrics(fleet),
    ...spreadSwitches(fleet),
    ...twice(fleet),
    ...otherWriters(fleet),
    ...startOrderMisfits(fleet),
  ]
}

/** All volumes that have a document, by what it says of their use. */
export function byUse(documented: Iterable<Volume>): Pick<Fleet, 'volumes' | 'aside'> {
  const [volumes, aside] = [new Map<Alias, Volume>(), new Map<Alias, Volume>()]
  for (const volume of documented) (volume.state === undefined ? volumes : aside).set(volume.alias, volume)
  return { volumes, aside }
}

const documentedVolumes = ({ volumes, aside }: Fleet): Volume[] => [...volumes.values(), ...aside.values()]

function danglingReferences(fleet: Fleet): Misfit[] {
  const { volumes, aside, arrays, vms, blades } = fleet
  const ofVolumes = documentedVolumes(fleet)
    .filter((volume) => !arrays.has(volume.array))
    .map((v) => misfit('volumes', v.alias, ['array'], `there is no array ${v.array}`))
  const ofHomes = [...volumes.values()].flatMap((volume) =>
    volume.home === undefined || blades.has(volume.home)
      ? []
      : [misfit('volumes', volume.alias, ['home'], `there is no blade ${volume.home}`)],
  )
  const ofVms = [...vms.values()].flatMap((vm) => [
    ...vm.volumes.flatMap((alias, i) =>
      volumes.has(alias)
        ? []
        : [
            misfit(
              'vms',
              vm.name,
              ['volumes', i],
              aside.has(alias) ? `${alias} is ${aside.get(alias)?.state}, not in use` : `there is no volume ${alias}`,
            ),
          ],
    ),
    ...(blades.has(vm.home) ? [] : [misfit('vms', vm.name, ['home'], `there is no blade ${vm.home}`)]),
  ])
  return [...ofVolumes, ...ofHomes, ...ofVms]
}

function strangeFabrics({ settings, blades, arrays }: Fleet): Misfit[] {
  const known = new Set(settings.fabrics)
  const of = (kind: DocumentKind, name: string, ports: readonly { fabric: FabricName }[]) =>
    ports.flatMap((port, i) =>
      known.has(port.fabric)
        ? []
        : [misfit(kind, name, ['ports', i, 'fabric'], `fleet.yaml has no fabric ${port.fabric}`)],
    )
  return [
    ...[...blades.values()].flatMap((b) => of('blades', b.name, b.ports)),
    ...[...arrays.values()].flatMap((a) => of('arrays', a.name, a.ports)),
  ]
}

/** A switch belongs to one fabric: what joins two is no second fabric. */
function spreadSwitches(fleet: Fleet): Misfit[] {
  const fabrics = new Map(switchesOf(fleet).map((one) => [one.name, one.fabric]))
  const of = (kind: DocumentKind, name: string, { ports }: Pick<Blade | StorageArray, 'ports'>) =>
    ports.flatMap((port, i) =>
      port.switch === undefined || fabrics.get(port.switch) === port.fabric
        ? []
        : [
            misfit(
              kind,
              name,
              ['ports', i, 'switch'],
              `the switch ${port.switch} is of fabric ${fabrics.get(port.switch)}`,
            ),
          ],
    )
  return [
    ...[...fleet.blades.values()].flatMap((blade) => of('blades', blade.name, blade)),
    ...[...fleet.arrays.values()].flatMap((array) => of('arrays', array.name, array)),
  ]
}

/** The array can't keep a volume to one blade that its guest reserves itself, or that is meant to be shared. */
function otherWriters({ vms, volumes }: Fleet): Misfit[] {
  const isGuarded = (volume: Alias) => volumes.get(volume)?.writer === 'array'
  const told = [...vms.values()]
    .filter((vm) => vm.volumes.some(isGuarded))
    .flatMap((vm) => [...writersInDomain(vm.xml)].map(([volume, writer]) => ({ vm, volume, writer })))
  return told
    .filter(({ volume }) => isGuarded(volume))
    .map(({ vm, volume, writer }) =>
      misfit('volumes', volume, ['writer'], `by its domain the writer of ${vm.name}'s disk is ${writer}, not array`),
    )
}

function twice(fleet: Fleet): Misfit[] {
  const { blades, arrays, volumes, vms } = fleet
  const all = documentedVolumes(fleet)
  return [
    ...repeated('blades', blades.values(), ['machine_id'], (b) => [b.machine_id]),
    ...repeated('blades', blades.values(), ['key'], (b) => (b.key === undefined ? [] : [`key ${b.key}`])),
    ...repeated('blades', blades.values(), ['ports'], (b) => b.ports.map((p) => p.wwpn)),
    ...repeated('arrays', arrays.values(), ['ports'], (a) => a.ports.map((p) => p.wwpn)),
    ...repeated('volumes', all, ['wwid'], (v) => [v.wwid]),
    ...repeated('volumes', all, ['lun'], (v) => [`LUN ${v.lun} of ${v.array}`]),
    ...repeated('vms', vms.values(), ['uuid'], (vm) => [vm.uuid]),
    ...repeated('vms', vms.values(), ['volumes'], (vm) =>
      vm.volumes.filter((name) => hasOneWriter(volumes.get(name)?.writer)),
    ),
  ]
}

function repeated<T extends { name: string } | { alias: string }>(
  kind: DocumentKind,
  documents: Iterable<T>,
  path: readonly string[],
  values: (document: T) => readonly string[],
): Misfit[] {
  const first = new Map<string, string>()
  return [...documents].flatMap((document) => {
    const name = 'name' in document ? document.name : document.alias
    return values(document).flatMap((value) => {
      const other = first.get(value)
      first.set(value, name)
      return other === undefined ? [] : [misfit(kind, name, path, `${value} is ${other}'s too`)]
    })
  })
}

const misfit = (
  kind: DocumentKind,
  name: string,
  path: (string | number)[] | readonly string[],
  message: string,
): Misfit => ({
  kind,
  name,
  path,
  message,
})

/** Whether only one VM may have such a volume as its disk; guests of a cluster share one and settle it themselves. */
export const hasOneWriter = (writer: WriterClass | undefined): boolean => writer !== 'guest' && writer !== 'shared'

const fabrics = new WeakMap<Fleet, ReadonlyMap<Wwpn, FabricName>>()

/** The fabric that a port is documented on, blade's or array's. */
export function fabricOf(fleet: Fleet, port: Wwpn): FabricName | undefined {
  const known = fabrics.get(fleet) ?? documentedPorts(fleet)
  fabrics.set(fleet, known)
  return known.get(port)
}

/** The first document that has a port counts, blades before arrays. */
const documentedPorts = ({ blades, arrays }: Fleet): ReadonlyMap<Wwpn, FabricName> =>
  new Map(
    [...blades.values(), ...arrays.values()]
      .flatMap(({ ports }) => ports.map(({ wwpn, fabric }) => [wwpn, fabric] as const))
      .toReversed(),
  )

/** The volume in use that bears this name, which may be any text: a map's, or a domain's disk. */
export const volumeCalled = ({ volumes }: Pick<Fleet, 'volumes'>, name: string): Volume | undefined => {
  const byName: ReadonlyMap<string, Volume> = volumes
  return byName.get(name)
}

/** Whether nobody can ask or tell the array anything: what it shows is changed by an operator, and only blades see it. */
export const isManual = ({ arrays }: Pick<Fleet, 'arrays'>, array: ArrayName): boolean =>
  arrays.get(array)?.driver === 'manual'

/** The blades that plans may count on, sorted: not those that are fenced. */
export const bladesInService = (fleet: Pick<Fleet, 'blades'>): BladeName[] => bladesThat(fleet, false)
export const fencedBlades = (fleet: Pick<Fleet, 'blades'>): BladeName[] => bladesThat(fleet, true)

const bladesThat = ({ blades }: Pick<Fleet, 'blades'>, areFenced: boolean): BladeName[] =>
  [...blades.values()]
    .filter((blade) => (blade.fenced === true) === areFenced)
    .map((blade) => blade.name)
    .sort()

type Named = Pick<Fleet, 'settings' | 'volumes' | 'aside'>

/** What marks a volume on its array as this fleet's own: for good, by the name that it was carved under. */
export const volumeTag = (fleet: Named, volume: Alias): string =>
  `anyblade.${fleet.settings.id}.${namedOnArray(fleet, volume)}`

/** The name in such a tag. */
export const nameInTag = (tag: string): string => tag.replace(/^anyblade\.[0-9a-f]{4}\./, '')

const namedOnArray = ({ volumes, aside }: Named, volume: Alias): Alias =>
  (volumes.get(volume) ?? aside.get(volume))?.formerly?.[0] ?? volume

/** How an act on its array names a volume: as the array has it. */
export const asOnArray = (fleet: Named, volume: Alias): { readonly volume: Alias; readonly tag: string } => ({
  volume: namedOnArray(fleet, volume),
  tag: volumeTag(fleet, volume),
})

/** The volume that had this name before, if it is not its own again. */
export const formerlyNamed = (fleet: Pick<Fleet, 'volumes' | 'aside'>, name: Alias): Volume | undefined =>
  [...fleet.volumes.values(), ...fleet.aside.values()].find(
    ({ alias, formerly }) => alias !== name && formerly?.includes(name) === true,
  )

/** On how many fabrics a volume must be reached before anything runs on it. */
export const fabricsWanted = (fleet: Fleet): number => fleet.settings.policies?.fabrics ?? fleet.settings.fabrics.length

/** The lowest LUN number that no volume of this array has or had; one once given is not given again while recorded. */
export function freeLun(fleet: Fleet, array: ArrayName, taken: ReadonlySet<number>): number {
  const used = new Set(
    documentedVolumes(fleet)
      .filter((v) => v.array === array)
      .map((v) => Number(v.lun)),
  )
  let lun = 1
  while (used.has(lun) || taken.has(lun)) lun += 1
  return lun
}
