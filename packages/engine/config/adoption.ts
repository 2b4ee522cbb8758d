/**
 * What comes under management with the configurations of blades as they are: the aliases that each release has in effect,
 * which of them are volumes of the fleet, and where blades do not agree. Pure; the files themselves stay as they are.
 */
import { type Alias, type BladeName, type Fleet, volumeCalled } from '#documents'
import { type MultipathFiles, reportOf, type Survey, valueRead } from '#survey'
import { aliasesIn, explained, type Named, releaseIn } from './aliases.ts'

/** `volume`: the one of this WWID in the fleet, by whatever name. */
export type AdoptedAlias = Named & { readonly volume: Alias | undefined }

export type BladeAdoption = {
  readonly blade: BladeName
  readonly release: string | undefined
  readonly aliases: readonly AdoptedAlias[]
  /** What its own multipath says of the files. */
  readonly messages: readonly string[]
}

export type Adoption = {
  readonly blades: readonly BladeAdoption[]
  /** One line for each alias or WWID that is not the same on all of them, or not as in the documents. */
  readonly apart: readonly string[]
}

/** Of the blades whose configuration was read. */
export function adoptionOf(fleet: Fleet, survey: Survey, blades: readonly BladeName[]): Adoption {
  const adopted = blades.flatMap((blade) => {
    const report = reportOf(survey, blade)
    const files = valueRead(report?.config)
    return files === undefined ? [] : [ofBlade(fleet, blade, releaseIn(report?.tools.multipath), files)]
  })
  return { blades: adopted, apart: [...betweenBlades(adopted), ...fromDocuments(fleet, adopted)] }
}

function ofBlade(fleet: Fleet, blade: BladeName, release: string | undefined, files: MultipathFiles): BladeAdoption {
  if (release === undefined) return { blade, release, aliases: [], messages: ['it has no multipath-tools'] }
  const { configuration, messages } = explained(files, release)
  const volumes = new Map([...fleet.volumes.values()].map(({ wwid, alias }) => [String(wwid), alias]))
  const aliases = configuration === undefined ? [] : aliasesIn(configuration)
  return { blade, release, aliases: aliases.map((one) => ({ ...one, volume: volumes.get(one.wwid) })), messages }
}

type Said = AdoptedAlias & { readonly blade: BladeName }

function betweenBlades(adopted: readonly BladeAdoption[]): string[] {
  const said = adopted.flatMap(({ blade, aliases }) => aliases.map((one): Said => ({ ...one, blade })))
  const differing = (key: (one: Said) => string, value: (one: Said) => string) =>
    [...Map.groupBy(said, key)].filter(([, all]) => new Set(all.map(value)).size > 1)
  const names = differing(
    ({ alias }) => alias,
    ({ wwid }) => wwid,
  ).map(([alias, all]) => `the alias ${alias} is ${listed(all, ({ wwid }) => wwid)}`)
  const ids = differing(
    ({ wwid }) => wwid,
    ({ alias }) => alias,
  ).map(([wwid, all]) => `${wwid} is called ${listed(all, ({ alias }) => alias)}`)
  const missing = [...Map.groupBy(said, ({ alias, wwid }) => `${alias} of ${wwid}`)].flatMap(([what, all]) => {
    const without = adopted.filter(({ blade }) => !all.some((one) => one.blade === blade)).map(({ blade }) => blade)
    return without.length === 0 ? [] : [`the alias ${what} is not on ${without.join(', ')}`]
  })
  return [...names, ...ids, ...missing]
}

const listed = (all: readonly Said[], value: (one: Said) => string): string =>
  all.map((one) => `${value(one)} on ${one.blade} (${one.at})`).join(', ')

function fromDocuments(fleet: Fleet, adopted: readonly BladeAdoption[]): string[] {
  const renamed = adopted.flatMap(({ blade, aliases }) =>
    aliases.flatMap(({ alias, wwid, at, volume }) => {
      if (volume !== undefined && volume !== alias)
        return [`${blade}: ${at} calls ${wwid} ${alias}, and the documents ${volume}`]
      const named = volumeCalled(fleet, alias)
      return named === undefined || named.wwid === wwid
        ? []
        : [`${blade}: ${at} gives the alias ${alias} to ${wwid}, and the documents to ${named.wwid}`]
    }),
  )
  return [...new Set(renamed)]
}
