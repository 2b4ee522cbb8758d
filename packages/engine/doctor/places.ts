/** VMs that are not where, or not as, their documents want them: together on one blade or in one chassis, up or off. */
import { type BladeName, bladesInService, type Fleet, type Vm, type VmName } from '#documents'
import { domainsOf, type Survey } from '#survey'
import type { Diagnosis } from './diagnosis.ts'
import { isActive } from './seen-fleet.ts'

type Up = {
  readonly vm: VmName
  readonly blade: BladeName
  readonly group: string
  readonly chassis: string | undefined
}

export function wrongPlaces(documents: Fleet, survey: Survey): Diagnosis[] {
  const up = [...documents.blades.values()].flatMap(({ name: blade, chassis }) =>
    groupsActiveOn(documents, survey, blade).map(({ vm, group }): Up => ({ vm, blade, group, chassis })),
  )
  return [
    ...[...Map.groupBy(up, ({ group }) => group).values()].flatMap((of) => [
      ...together(of),
      ...inOneChassis(documents, of),
    ]),
    ...otherwiseThanSaid(documents, survey),
  ]
}

const groupsActiveOn = (documents: Fleet, survey: Survey, blade: BladeName) =>
  activeOn(documents, survey, blade).flatMap(({ name: vm, anti_affinity: group }) =>
    group === undefined ? [] : [{ vm, group }],
  )

function activeOn({ vms }: Fleet, survey: Survey, blade: BladeName): Vm[] {
  const active = new Set((domainsOf(survey, blade) ?? []).filter(isActive).map(({ uuid }) => uuid))
  return [...vms.values()].filter(({ uuid }) => active.has(uuid))
}

const namesOf = (of: readonly Up[]): string => of.map(({ vm }) => vm).join(', ')
const linesOf = (of: readonly Up[]): string[] =>
  of.map(({ vm, blade, chassis }) => `${vm} on ${blade}${chassis === undefined ? '' : `  chassis ${chassis}`}`)

function together(ofGroup: readonly Up[]): Diagnosis[] {
  return [...Map.groupBy(ofGroup, ({ blade }) => blade)].flatMap(([blade, of]): Diagnosis[] => {
    const last = of.at(-1)
    if (last === undefined || of.length < 2) return []
    return [
      {
        ...{ severity: 'major', check: 'anti-affinity', blades: [blade], evidence: linesOf(of) },
        because: `${namesOf(of)} of the anti-affinity group ${last.group} are on one blade, ${blade}`,
        consequence: `with ${blade} all of them stop, which is what the group is to keep from happening`,
        mend: `anyblade vm migrate ${last.vm} --to BLADE`,
      },
    ]
  })
}

/** Only where documents name another chassis that one of them could be in. */
function inOneChassis({ blades }: Fleet, ofGroup: readonly Up[]): Diagnosis[] {
  const all = new Set([...blades.values()].flatMap(({ chassis }) => chassis ?? []))
  return [...Map.groupBy(ofGroup, ({ chassis }) => chassis)].flatMap(([chassis, of]): Diagnosis[] => {
    const on = [...new Set(of.map(({ blade }) => blade))]
    const last = of.at(-1)
    const isAnyFree = [...all].some((one) => !ofGroup.some((up) => up.chassis === one))
    if (chassis === undefined || last === undefined || on.length < 2 || !isAnyFree) return []
    return [
      {
        ...{ severity: 'minor', check: 'chassis', blades: on, evidence: linesOf(of) },
        because: `${namesOf(of)} of the anti-affinity group ${last.group} are in one chassis, ${chassis}`,
        consequence: `with the chassis ${chassis} all of them stop`,
        mend: `anyblade vm migrate ${last.vm} --to a blade of another chassis`,
      },
    ]
  })
}

/** Who is off is known only where every blade in service answers. */
function otherwiseThanSaid(documents: Fleet, survey: Survey): Diagnosis[] {
  const blades = bladesInService(documents)
  const up = new Map(blades.flatMap((blade) => activeOn(documents, survey, blade).map(({ name }) => [name, blade])))
  const isAllTold = blades.every((blade) => domainsOf(survey, blade) !== undefined)
  return [...documents.vms.values()].flatMap(({ name, home, shall_run }): Diagnosis[] => {
    const on = up.get(name)
    const shared = { severity: 'minor', check: 'shall-run', evidence: [] } as const
    if (shall_run === false && on !== undefined)
      return [
        {
          ...{ ...shared, blades: [on] },
          because: `${name} runs on ${on}, and shall not by its document`,
          consequence: 'after a loss of power it does not come back, and whoever uses it misses it',
          mend: `anyblade vm set ${name} --shall-run, or anyblade vm stop ${name}`,
        },
      ]
    if (shall_run !== true || on !== undefined || !isAllTold) return []
    return [
      {
        ...{ ...shared, blades: [home] },
        because: `${name} is off, and shall run by its document`,
        consequence: 'whoever uses it does without',
        mend: `anyblade vm start ${name}`,
      },
    ]
  })
}
