/** What is wrong with guests as they are defined: one definition too many, one disk of two guests, names that lead astray. */
import type { BladeName, Fleet, Wwid } from '#documents'
import { type Domain, domainsOf, reportOf, type Survey } from '#survey'
import type { Diagnosis } from './diagnosis.ts'
import { disksIn, isActive, sanDisks } from './seen-fleet.ts'

type Defined = { readonly blade: BladeName; readonly domain: Domain }

export function wrongDomains(fleet: Fleet, survey: Survey): Diagnosis[] {
  const all = [...survey.blades.keys()].flatMap((blade) =>
    (domainsOf(survey, blade) ?? []).map((domain): Defined => ({ blade, domain })),
  )
  return [
    ...definedTwice(all),
    ...sharedDisks(fleet, survey, all),
    ...all.flatMap((one) => [...unsteadyNames(one), ...falseDisks(survey, one)]),
  ]
}

function definedTwice(all: readonly Defined[]): Diagnosis[] {
  const byUuid = Map.groupBy(all, ({ domain }) => domain.uuid)
  return [...byUuid.values()].flatMap((of): Diagnosis[] => {
    const [first] = of
    if (first === undefined || of.length < 2) return []
    const active = of.filter(({ domain }) => domain.state === 'running')
    const shown = {
      blades: of.map(({ blade }) => blade),
      evidence: of.map(({ blade, domain }) => `${domain.name}  ${domain.state} on ${blade}`),
    }
    const name = first.domain.name
    if (active.length > 1)
      return [
        {
          ...{ ...shown, severity: 'critical', check: 'running-twice' },
          because: `${name} runs on ${active.map(({ blade }) => blade).join(' and ')}`,
          consequence: 'both copies write the same disks, and the file systems on them are being destroyed',
          mend: `decide which copy is to go on, then cut off the other at once: virsh destroy ${name}`,
        },
      ]
    const stale = of.filter(({ domain }) => !isActive(domain))
    const [left] = stale.length < of.length ? stale : stale.slice(1)
    return left === undefined
      ? []
      : [
          {
            ...{ ...shown, severity: 'major', check: 'defined-twice' },
            because: `${name} is defined on ${of.length} blades`,
            consequence: 'started on the second one, by hand or with its host, it writes the disks of the first',
            mend: `ssh ${left.blade} virsh undefine ${name} --keep-nvram, once it is certain that it is not meant to run there`,
          },
        ]
  })
}

/** Two guests of different uuids that are active on one LUN; those whose disks are all marked as shared are meant to. */
function sharedDisks(fleet: Fleet, survey: Survey, all: readonly Defined[]): Diagnosis[] {
  const users = all
    .filter(({ domain }) => isActive(domain))
    .flatMap(({ blade, domain }) => sanDisks(survey, blade, domain).map((disk) => ({ ...disk, blade, domain })))
  return [...Map.groupBy(users, ({ lun }) => lun)].flatMap(([lun, of]): Diagnosis[] => {
    const guests = new Set(of.map(({ domain }) => domain.uuid))
    if (guests.size < 2 || of.every(({ isShareable }) => isShareable)) return []
    return [
      {
        severity: 'critical',
        check: 'shared-disk',
        blades: [...new Set(of.map(({ blade }) => blade))],
        because: `${guests.size} guests have ${nameOf(fleet, lun)} as their disk and are active`,
        evidence: of.map(({ blade, domain, path }) => `${domain.name} on ${blade}  ${path}  ${lun}`),
        consequence: 'each overwrites what the other has written',
        mend: 'stop one of them now; give it a LUN of its own, or mark the disk shareable on both if they are a cluster',
      },
    ]
  })
}

const nameOf = ({ volumes }: Pick<Fleet, 'volumes'>, lun: Wwid): string =>
  [...volumes.values()].find(({ wwid }) => wwid === lun)?.alias ?? lun

const UNSTEADY = [
  {
    form: /^\/dev\/sd[a-z]+\d*$/,
    check: 'disk-by-path',
    what: 'one path',
    consequence: 'the guest hangs on one path, and after a reboot the letter may be another LUN',
  },
  {
    form: /^\/dev\/dm-\d+$/,
    check: 'disk-by-number',
    what: 'a map’s number',
    consequence: 'the number changes with the next boot, and may be another LUN’s on the blade that it moves to',
  },
] as const

function unsteadyNames({ blade, domain }: Defined): Diagnosis[] {
  return disksIn(domain).flatMap(({ source }) =>
    UNSTEADY.filter(({ form }) => 'path' in source && form.test(source.path)).map(
      ({ check, what, consequence }): Diagnosis => ({
        ...{ severity: 'major', check, blades: [blade] },
        because: `${domain.name} on ${blade} has its disk by ${what}`,
        evidence: 'path' in source ? [source.path] : [],
        consequence,
        mend: `virsh edit ${domain.name}, on ${blade}: name the disk by its alias in /dev/mapper`,
      }),
    ),
  )
}

/** A regular file in /dev/mapper is written in place of a LUN. */
function falseDisks(survey: Survey, { blade, domain }: Defined): Diagnosis[] {
  const impostors = new Set(reportOf(survey, blade)?.impostors.map((name) => `/dev/mapper/${name}`))
  return disksIn(domain).flatMap(({ source }) =>
    'path' in source && impostors.has(source.path)
      ? [
          {
            ...({ severity: 'critical', check: 'false-disk', blades: [blade] } as const),
            because: `${source.path}, the disk of ${domain.name} on ${blade}, is no device`,
            evidence: [],
            consequence: 'the guest writes into a file in memory that is gone with the next boot, and never to its LUN',
            mend: `stop ${domain.name}, remove the file on ${blade}, and let multipathd make the map`,
          },
        ]
      : [],
  )
}
