/**
 * Blades that can't log in at one another are made to, both ways, as moves between them need it: a key of the fleet's own on
 * each source, let in by each destination; the destinations' host keys, read over the connection that is trusted already,
 * known to each source. Pairs that can, by whatever they have, are left alone. At the end each log-in is tried.
 */
import { type BladeName, bladesInService, type Fleet } from '#documents'
import { EngineError } from '#errors'
import { type Claim, type ClaimOf, loginSeen, whyNot } from '#findings'
import type { Survey } from '#survey'
import { loginHost } from './between-blades.ts'
import type { Intent } from './intent.ts'
import { bladeIn } from './missing.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'
import { acquaintance, admission, credentialsOf, isChange, linesFor, linesGone } from './trust.ts'

type TrustBlades = Extract<Intent, { readonly kind: 'trust-blades' }>
type Pair = ClaimOf<'login-known'>

/** Every ordered pair that one of the named is of. Each source begins with its neighbour, so that nobody is tried by all at once. */
function pairsOf(fleet: Fleet, { blades: named }: TrustBlades): Pair[] {
  const all = bladesInService(fleet)
  return all.flatMap((blade, i) =>
    [...all.slice(i + 1), ...all.slice(0, i)]
      .filter((to) => named.length === 0 || named.includes(blade) || named.includes(to))
      .map((to): Pair => ({ kind: 'login-known', blade, to, host: loginHost(bladeIn(fleet, to)) })),
  )
}

/** @throws EngineError where a name is unknown, a blade is fenced, or there is no other */
export function claimsOfTrustBlades(fleet: Fleet, intent: TrustBlades): Claim[] {
  for (const name of intent.blades) if (bladeIn(fleet, name).fenced === true) throw refused(name, 'it is fenced')
  const pairs = pairsOf(fleet, intent)
  const [first] = bladesInService(fleet)
  if (pairs.length === 0) throw refused(first ?? 'the blades', 'there is no other blade in service')
  const blades = [...new Set(pairs.map(({ blade }) => blade))]
  for (const { to, host } of pairs)
    if (/^(?!root@).*@/.test(host)) throw refused(to, `others reach it as ${host}: only root's credentials are made`)
  return [
    ...blades.flatMap((blade): Claim[] => [
      { kind: 'answers', blade },
      { kind: 'credentials-known', blade },
    ]),
    ...pairs,
  ]
}

const refused = (blade: string, found: string): EngineError =>
  new EngineError('intent-invalid', {
    attempted: `let blades log in at ${blade}, and it at them`,
    found,
    hint: 'anyblade blade list',
  })

export function planTrustBlades(fleet: Fleet, survey: Survey, intent: TrustBlades): Plan {
  const pairs = pairsOf(fleet, intent)
  const open = pairs.filter((pair) => {
    const login = loginSeen(pair, survey)
    return typeof login !== 'string' && whyNot(pair, fleet, login) !== undefined
  })
  const blades = [...new Set(pairs.map(({ blade }) => blade))]
  const keyless = [...new Set(open.map(({ blade }) => blade))].filter(
    (blade) => credentialsOf(survey, blade)?.key === undefined,
  )
  const { id } = fleet.settings
  const made = keyless.map((blade) => draft({ kind: 'make-key', blade, fleet: id }, 'undoable', known(blade)))
  // The steps that make keys come first, and are numbered from 1.
  const keyOf = (blade: BladeName) => credentialsOf(survey, blade)?.key ?? keyless.indexOf(blade) + 1
  const set = blades.flatMap((blade): Draft[] => {
    const changes = changesOn(fleet, survey, blade, open, keyOf).filter(isChange)
    return changes.length === 0
      ? []
      : [draft({ kind: 'set-trust', blade, fleet: id, changes }, 'undoable', known(blade))]
  })
  const proof = draft(
    {
      kind: 'record-documents',
      changes: [],
      rendered: [],
      message: `blades log in at one another: ${blades.join(', ')}`,
    },
    'undoable',
    open.map(({ blade, to, host }): Claim => ({ kind: 'logs-in', blade, to, host })),
  )
  const head = { title: `let ${blades.join(', ')} log in at one another`, intent, basis: fleet.commit }
  const steps = [made, set].filter((drafts) => drafts.length > 0)
  return plan(head, steps.length === 0 ? [] : [...steps, proof], blades)
}

const known = (blade: BladeName): Claim[] => [{ kind: 'answers', blade }]

/** What is let in there, what is known there, and what is left of blades that the fleet has no more. */
function changesOn(
  fleet: Fleet,
  survey: Survey,
  blade: BladeName,
  open: readonly Pair[],
  keyOf: (blade: BladeName) => string | number,
) {
  const here = credentialsOf(survey, blade)
  if (here === undefined) return []
  const gone = linesGone(fleet, here, (peer) => ![...fleet.blades.keys()].some((name) => name === peer))
  const comes = open.flatMap((pair) => {
    const its = credentialsOf(survey, pair.blade)
    if (pair.to !== blade || its === undefined) return []
    const [file, peer] = ['authorized_keys', pair.blade] as const
    return [
      { file, peer, before: linesFor(fleet, here, file, peer), after: [admission(fleet, peer, its, keyOf(peer))] },
    ]
  })
  const goes = open.flatMap((pair) => {
    const [its, login] = [credentialsOf(survey, pair.to), loginSeen(pair, survey)]
    if (pair.blade !== blade || its === undefined || typeof login === 'string') return []
    const [file, peer] = ['known_hosts', pair.to] as const
    const after = acquaintance(fleet, peer, its, login.knownAs)
    return [{ file, peer, before: linesFor(fleet, here, file, peer), after }]
  })
  return [...gone, ...comes, ...goes]
}
