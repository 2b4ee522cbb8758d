/**
 * A farm looked at as it is: every check over one survey of everything, what weighs most first. Works on hosts that were
 * never ours as on a fleet; nothing is changed, and nothing here asks.
 */
import type { BladeName, Fleet } from '#documents'
import { questionOf } from '#findings'
import {
  type BladeQuestion,
  EVERYTHING,
  excuse,
  join,
  type Link,
  linksOf,
  NOTHING,
  type Question,
  type Survey,
} from '#survey'
import { judged } from './claims.ts'
import { type Diagnosis, inOrder, type Untold } from './diagnosis.ts'
import { wrongDomains } from './domains.ts'
import { filesNamed, unlikeHosts } from './hosts.ts'
import { loginsOf, wrongLogins } from './logins.ts'
import { wrongLuns } from './luns.ts'
import { wrongNames } from './names.ts'
import { bridgesToProbe, wrongNetworks } from './network.ts'
import { wrongPlaces } from './places.ts'
import { seenFleet } from './seen-fleet.ts'
import { wrongSetup } from './setup.ts'

export type Examination = {
  /** Documents, and what was seen beyond them. */
  readonly fleet: Fleet
  readonly survey: Survey
  readonly diagnoses: readonly Diagnosis[]
  readonly untold: readonly Untold[]
  /** Blades that gave no answer, and why. */
  readonly silent: readonly { readonly blade: BladeName; readonly because: string }[]
  /** How it hangs together: blades, fabrics, ports of arrays. */
  readonly links: readonly Link[]
}

const ALL: BladeQuestion = {
  ...EVERYTHING,
  ...{ config: true, baseline: true, capabilities: true, timers: true, initramfs: true, hostDisks: true },
}

/** All that a blade can be asked. */
export const doctorQuestion = (blades: readonly BladeName[]): Question => ({
  blades: new Map(blades.map((blade) => [blade, ALL])),
  arrays: [],
})

/**
 * What the first look has named and only a second one can tell: whether the files of all domains are there; with
 * `withFrames`, whether bridges of one name are one network, with `withLogins`, whether blades log in at one another.
 */
export const furtherQuestion = (
  documents: Fleet,
  survey: Survey,
  { withFrames, withLogins }: { readonly withFrames: boolean; readonly withLogins: boolean },
): Question => {
  const files = filesNamed(survey)
  const logins = withLogins ? questionOf(loginsOf(documents, survey), documents).blades : new Map()
  const asked = [...survey.blades].flatMap(([blade, { state }]) => {
    const lan = state === 'read' && withFrames ? bridgesToProbe(survey, blade) : []
    const asked: BladeQuestion = { ...(logins.get(blade) ?? NOTHING), files, lan }
    return state === 'read' && files.length + lan.length + asked.logins.length > 0 ? [[blade, asked] as const] : []
  })
  return { blades: new Map(asked), arrays: [] }
}

/** `further`: the answer to the second question. */
export function examine(documents: Fleet, first: Survey, further: Survey): Examination {
  const { once, twice } = eachOnce(first)
  const blades = new Map(
    [...once].map(([blade, reading]) => {
      const second = further.blades.get(blade)
      if (reading.state !== 'read' || second?.state !== 'read') return [blade, reading] as const
      return [blade, { ...reading, value: { ...reading.value, files: second.value.files } }] as const
    }),
  )
  const fleet = seenFleet(documents, { ...first, blades })
  const survey = join(fleet, blades, first.arrays)
  const parts = [
    judged({ documents, fleet, survey }),
    wrongNames(documents, survey),
    wrongSetup(fleet, survey),
    wrongNetworks({ ...first, blades: once }, further),
    wrongLogins(documents, { ...first, blades: once }, further),
  ]
  return {
    ...{ fleet, survey },
    diagnoses: inOrder([
      ...parts.flatMap(({ diagnoses }) => diagnoses),
      ...twice,
      ...wrongDomains(fleet, survey),
      ...wrongPlaces(documents, survey),
      ...wrongLuns(fleet, survey),
      ...unlikeHosts({ documents, fleet, survey }),
    ]),
    untold: parts.flatMap(({ untold }) => untold),
    silent: [...survey.blades].flatMap(([blade, reading]) =>
      reading.state === 'read' ? [] : [{ blade, because: excuse(reading) }],
    ),
    links: linksOf(survey, undefined, fleet.settings.fabrics),
  }
}

/** A host that is named twice would be taken for two, with every guest running on both. One boot has one id. */
function eachOnce({ blades }: Survey): { readonly once: Survey['blades']; readonly twice: Diagnosis[] } {
  const boots = Map.groupBy(blades, ([blade, reading]) =>
    reading.state === 'read' ? reading.value.host.bootId : blade,
  )
  const once = new Map([...boots.values()].flatMap((of) => of.slice(0, 1)))
  const twice = [...boots.values()].flatMap((of): Diagnosis[] => {
    const [first, ...others] = of.map(([blade]) => blade)
    if (first === undefined || others.length === 0) return []
    return [
      {
        ...{ severity: 'minor', check: 'same-host', blades: [first, ...others] },
        because: `${others.join(', ')} and ${first} are one host`,
        evidence: [],
        consequence: `only ${first} was looked at, and there is one host less than it seems`,
        mend: 'name each host once',
      },
    ]
  })
  return { once, twice }
}
