/**
 * Device-mapper's maps and the daemon that makes them. It knows a LUN by the id that the kernel has kept, names its map
 * by the alias in effect, and registers a path that returns under the key that it keeps for the map.
 */
import type { MultipathFiles, Wwid } from '@anyblade/engine'
import { aliasesInEffect, explain } from '@anyblade/multipath'
import type { ReservationKey } from '@anyblade/scsi'
import type { Device, Kernel } from './scsi.ts'

export type DmMap = {
  name: string
  readonly dm: string
  readonly wwid: Wwid
  size: number
  slaves: string[]
  /** Paths that came back, and are not used before they are registered: multipathd reinstates a path after that. */
  readonly waiting: Set<string>
  /** prflag: it has seen the map registered, and registers paths that come. */
  registers: boolean
}

export const RELEASE = '0.9.4'
const MAIN = new TextEncoder().encode('defaults {\n\tuser_friendly_names no\n}\n')

export class Multipathd {
  maps: DmMap[] = []
  /** /etc/multipath/wwids: only what is in it becomes a map (find_multipaths strict). */
  readonly wwids = new Set<string>()
  /** /etc/multipath/prkeys */
  readonly prkeys = new Map<string, ReservationKey>()
  #configuration = configurationOf([])
  #dm = 0
  readonly #kernel: Kernel

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  get files(): MultipathFiles {
    return this.#configuration.files
  }

  dropIn(name: string): Uint8Array | undefined {
    return this.files.dropIns.find((one) => one.name === name)?.bytes
  }

  /** A drop-in as a file: `undefined` removes it. */
  put(name: string, bytes: Uint8Array | undefined): void {
    const others = this.files.dropIns.filter((one) => one.name !== name)
    this.#configuration = configurationOf(bytes === undefined ? others : [...others, { name, bytes }])
  }

  map(name: string): DmMap | undefined {
    return this.maps.find((one) => one.name === name)
  }

  mapOf(wwid: string): DmMap | undefined {
    return this.maps.find((one) => one.wwid === wwid)
  }

  devicesOf(map: DmMap): Device[] {
    return map.slaves.flatMap((sd) => this.#kernel.device(sd) ?? [])
  }

  aliases(): ReadonlyMap<string, string> {
    return this.#configuration.aliases
  }

  /** `reservation_key file` stands in a configuration in effect. */
  get keepsKeys(): boolean {
    return this.#configuration.keepsKeys
  }

  /** What udev's events and `reconfigure` lead to: a map of each LUN that is listed, under its alias. */
  update(): void {
    const aliases = this.aliases()
    const { out } = this.#configuration
    const listed = this.#kernel.devices.filter(({ cached }) => this.wwids.has(cached.wwid) && !out.has(cached.wwid))
    for (const [wwid, devices] of Map.groupBy(listed, ({ cached }) => cached.wwid)) {
      const name = [...aliases].find(([, of]) => of === wwid)?.[0] ?? wwid
      const slaves = devices.map(({ sd }) => sd)
      const known = this.mapOf(wwid)
      if (known === undefined) this.#make(name, wwid, devices, slaves)
      else Object.assign(known, { slaves, name: this.#mayBe(name, known) ? name : known.name })
    }
  }

  #mayBe(name: string, map: DmMap): boolean {
    const holder = this.map(name)
    return holder === undefined || holder === map
  }

  #make(name: string, wwid: Wwid, devices: readonly Device[], slaves: string[]): void {
    const free = this.map(name) === undefined ? name : wwid
    const size = devices[0]?.size ?? 0
    this.maps.push({
      name: free,
      dm: `dm-${this.#dm}`,
      wwid,
      size,
      slaves,
      waiting: new Set(),
      registers: this.prkeys.has(wwid),
    })
    this.#dm += 1
  }

  flush(map: DmMap): void {
    this.maps = this.maps.filter((one) => one !== map)
    this.wwids.delete(map.wwid)
  }

  /** The power goes: maps with it; what stands in files stays. */
  forgetAll(): void {
    this.maps = []
  }
}

type Configuration = {
  readonly files: MultipathFiles
  /** Alias to WWID, by what multipath's own rules make of the files. */
  readonly aliases: ReadonlyMap<string, string>
  readonly keepsKeys: boolean
  /** WWIDs that are blacklisted, each by its whole id. */
  readonly out: ReadonlySet<string>
}

const read = new Map<string, Configuration>()

/** The same files are read once, in whatever history they stand. */
function configurationOf(dropIns: MultipathFiles['dropIns']): Configuration {
  const text = dropIns.map(({ name, bytes }) => `${name}\n${new TextDecoder().decode(bytes)}`).join('\0')
  const known = read.get(text)
  if (known !== undefined) return known
  const explanation = explain({
    release: RELEASE,
    main: { path: '/etc/multipath.conf', bytes: MAIN },
    confd: dropIns,
  })
  const byWwid = aliasesInEffect(explanation)
  const configuration = {
    files: { main: MAIN, dropIns },
    aliases: new Map([...byWwid].map(([wwid, alias]) => [alias, wwid] as const)),
    out: new Set(explanation.configuration?.blacklist.wwid.map(({ pattern }) => pattern.slice(1, -1))),
    keepsKeys: /reservation_key\s+"?file/.test(text),
  }
  read.set(text, configuration)
  return configuration
}
