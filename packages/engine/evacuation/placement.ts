/**
 * Where each VM of a blade could go: a pure function of documents and one look. A VM fits on a blade where all that its
 * move would claim is proved by that look, and its memory is free there still once those placed before it have theirs.
 * Largest first. Each VM is placed once, or has a reason why not.
 */
import { type BladeName, bladesInService, type Fleet, type VmName } from '#documents'
import { EngineError } from '#errors'
import { type Claim, type Finding, prove, questionOf } from '#findings'
import { bladeIn, claimsOf, type Intent } from '#plans'
import { type Domain, domainsOf, excuse, NOTHING, placeText, type Question, reportOf, type Survey } from '#survey'
import { freeOn, isActive, neededBy } from './memory.ts'
import { type Spare, spareOf } from './spare.ts'

export type EvacuationIntent = {
  readonly blade: BladeName
  /** undefined: every other blade in service. */
  readonly to: readonly BladeName[] | undefined
  /** One live fabric is enough for this once. */
  readonly degraded: boolean
  /** The guests' networks are the same there by the operator's word. */
  readonly trustNetwork?: true
}

export type Move = { readonly vm: VmName; readonly to: BladeName; readonly bytes: number }
/** `because`: a line for each blade that it does not fit on, or one for all of them. */
export type Left = { readonly vm: VmName; readonly bytes: number | undefined; readonly because: readonly string[] }

export type Placement = {
  readonly blade: BladeName
  /** Largest first: so they are begun. */
  readonly moves: readonly Move[]
  readonly left: readonly Left[]
  /** Domains that run there and that the fleet does not have: nothing is known of their disks, and they are not touched. */
  readonly strangers: readonly string[]
  /** Whether the loss of one more blade could be borne once all these moves are made. */
  readonly spare: Spare
  /** Who gave no answer, and why. */
  readonly silent: readonly string[]
  /** Where frames were sent, on this blade and on the others, to see whether it is one network. */
  readonly sentOn: readonly string[]
}

/** @throws EngineError where there is nowhere to go, or a name is unknown */
export function destinationsOf(fleet: Fleet, { blade, to }: EvacuationIntent): BladeName[] {
  if (bladeIn(fleet, blade).fenced === true)
    throw new EngineError('intent-invalid', {
      attempted: `move what runs on ${blade} elsewhere`,
      found: `${blade} is fenced: nothing of the fleet can run on it`,
      hint: `start its VMs elsewhere, anyblade vm start NAME --on BLADE --cold, or anyblade blade return ${blade}`,
    })
  const others = bladesInService(fleet).filter((other) => other !== blade)
  for (const wanted of to ?? []) {
    bladeIn(fleet, wanted)
    if (!others.includes(wanted)) throw nowhere(blade, wanted === blade ? `${wanted} itself` : `${wanted}, fenced`)
  }
  const destinations = others.filter((other) => to === undefined || to.includes(other))
  if (destinations.length === 0) throw nowhere(blade, 'no other blade in service')
  return destinations
}

const nowhere = (blade: BladeName, found: string): EngineError =>
  new EngineError('intent-invalid', {
    attempted: `move what runs on ${blade} elsewhere`,
    found,
    hint: 'name blades in service with --to: anyblade blade list',
  })

/** Whose home it is, by the documents; what really runs there is seen. */
const atHome = (fleet: Fleet, blade: BladeName): VmName[] =>
  [...fleet.vms.values()].filter(({ home }) => home === blade).map(({ name }) => name)

export const moveOf = (vm: VmName, to: BladeName, { degraded, trustNetwork }: EvacuationIntent): Intent => ({
  kind: 'migrate-vm',
  ...{ vm, to, degraded },
  ...(trustNetwork === true && { trustNetwork }),
})

/** One look that tells of every VM and every destination all that its move would claim; every blade tells its domains. */
export function evacuationQuestion(fleet: Fleet, intent: EvacuationIntent): Question {
  const destinations = destinationsOf(fleet, intent)
  const claims = new Map<string, Claim>()
  for (const vm of atHome(fleet, intent.blade))
    for (const to of destinations)
      for (const claim of claimsOf(fleet, moveOf(vm, to, intent))) claims.set(JSON.stringify(claim), claim)
  const { blades, arrays } = questionOf([...claims.values()], fleet)
  const asked = bladesInService(fleet).map(
    (name) => [name, { ...(blades.get(name) ?? NOTHING), domains: true }] as const,
  )
  return { blades: new Map([...blades, ...asked]), arrays }
}

export function placementOf(fleet: Fleet, survey: Survey, intent: EvacuationIntent): Placement {
  const { blade } = intent
  const domains = (domainsOf(survey, blade) ?? []).filter(isActive)
  const known = new Map([...fleet.vms.values()].map((vm) => [vm.uuid, vm]))
  const wanted: Wanted[] = []
  const left: Left[] = []
  const judge = judging(fleet, survey)
  for (const domain of domains) {
    const vm = known.get(domain.uuid)
    if (vm === undefined) continue
    const bytes = neededBy(domain)
    if (vm.home !== blade) left.push({ vm: vm.name, bytes: undefined, because: [notAtHome(vm.home)] })
    else if (typeof bytes === 'string') left.push({ vm: vm.name, bytes: undefined, because: [bytes] })
    else wanted.push({ vm: vm.name, bytes, ...fitting(fleet, intent, vm.name, judge) })
  }
  wanted.sort((a, b) => b.bytes - a.bytes || (a.vm < b.vm ? -1 : 1))
  const free = new Map(destinationsOf(fleet, intent).map((to) => [to, freeOn(survey, to)]))
  const placed = fewerLeft(packed(wanted, free, 'spread'), packed(wanted, free, 'tight'))
  return {
    blade,
    moves: placed.moves,
    left: [...left, ...placed.left].sort((a, b) => (a.vm < b.vm ? -1 : 1)),
    strangers: strangersAmong(domains, known),
    spare: spareOf(fleet, survey, blade, placed.moves),
    sentOn: sentOn(fleet, intent),
    silent: [...survey.blades].flatMap(([name, reading]) => silenceOf(survey, name, excuse(reading))),
  }
}

const notAtHome = (home: BladeName): string => `by its document it is at home on ${home}: anyblade run list tells why`

const strangersAmong = (domains: readonly Domain[], known: ReadonlyMap<string, unknown>): string[] =>
  domains.filter(({ uuid }) => !known.has(uuid)).map(({ name }) => name)

function silenceOf(survey: Survey, blade: BladeName, why: string): string[] {
  if (reportOf(survey, blade) === undefined) return [`${blade} gave no answer (${why})`]
  return domainsOf(survey, blade) === undefined ? [`libvirt on ${blade} gave no answer`] : []
}

function sentOn(fleet: Fleet, intent: EvacuationIntent): string[] {
  const asked = evacuationQuestion(fleet, intent).blades.get(intent.blade)?.lan ?? []
  return asked.map(placeText)
}

type Wanted = Fits & { readonly vm: VmName; readonly bytes: number }
type Fits = { readonly fits: readonly BladeName[]; readonly misfits: readonly Misfit[] }
type Misfit = { readonly to: BladeName; readonly because: string }

/** Most claims are the same for every destination: each is judged once. */
function judging(fleet: Fleet, survey: Survey): (claim: Claim) => Finding {
  const judged = new Map<string, Finding>()
  return (claim) => {
    const key = JSON.stringify(claim)
    const finding = judged.get(key) ?? prove(claim, fleet, survey)
    judged.set(key, finding)
    return finding
  }
}

function fitting(fleet: Fleet, intent: EvacuationIntent, vm: VmName, judge: (claim: Claim) => Finding): Fits {
  const judged = destinationsOf(fleet, intent).map((to) => {
    const open = claimsOf(fleet, moveOf(vm, to, intent)).map(judge)
    return { to, because: open.find(({ verdict }) => verdict !== 'proved')?.because }
  })
  return {
    fits: judged.flatMap(({ to, because }) => (because === undefined ? [to] : [])),
    misfits: judged.flatMap(({ to, because }) => (because === undefined ? [] : [{ to, because }])),
  }
}

type Packed = { readonly moves: readonly Move[]; readonly left: readonly Left[] }

/** The second way only where it leaves fewer: blades that are filled one by one have less to spare. */
const fewerLeft = (first: Packed, second: Packed): Packed => (second.left.length < first.left.length ? second : first)

/** `spread`: each where most is free then; `tight`: where least is. */
function packed(
  wanted: readonly Wanted[],
  before: ReadonlyMap<BladeName, number | undefined>,
  how: 'spread' | 'tight',
): Packed {
  const free = new Map(before)
  const moves: Move[] = []
  const left: Left[] = []
  for (const { vm, bytes, fits, misfits } of wanted) {
    const roomy = fits
      .flatMap((to) => {
        const there = free.get(to) ?? 0
        return there >= bytes ? [{ to, there }] : []
      })
      .sort((a, b) => (how === 'spread' ? b.there - a.there : a.there - b.there) || (a.to < b.to ? -1 : 1))
    const [best] = roomy
    if (best === undefined) {
      const full = fits.map((to) => ({ to, because: whyFull(free.get(to), bytes) }))
      left.push({ vm, bytes, because: reasons([...misfits, ...full]) })
      continue
    }
    free.set(best.to, best.there - bytes)
    moves.push({ vm, to: best.to, bytes })
  }
  return { moves, left }
}

const whyFull = (free: number | undefined, bytes: number): string =>
  free === undefined
    ? 'how much memory is free there is not told'
    : `${mebibytes(bytes)} are needed, ${mebibytes(free)} are free`
const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2)} MiB`

/** What holds everywhere is said once. */
function reasons(misfits: readonly Misfit[]): string[] {
  const [first] = misfits
  if (first !== undefined && misfits.every(({ because }) => because === first.because)) return [first.because]
  return misfits.map(({ to, because }) => (because.includes(to) ? because : `${to}: ${because}`))
}
