/**
 * Where each VM of some blades could go: a pure function of documents and one look. A VM fits on a blade where all that its
 * move would claim is proved by that look, its memory and its processors are there still once those placed before it have
 * theirs, and no other one of its anti-affinity group is. Each VM is placed once, or has a reason why not.
 */
import { type BladeName, bladesInService, type Fleet, type Vm, type VmName } from '#documents'
import { type Claim, type Finding, prove, questionOf } from '#findings'
import { claimsOf, type Intent } from '#plans'
import {
  type Domain,
  domainsOf,
  isActive,
  libvirtSilenceOf,
  NOTHING,
  neededBy,
  placeText,
  type Question,
  type Survey,
} from '#survey'
import { destinationsOf, type EvacuationIntent } from './destinations.ts'
import { type Misfit, type Packed, pack, type Wanted } from './packing.ts'
import { type Guest, type Rooms, roomsOf, sharesChassis } from './room.ts'
import { type Spare, spareOf } from './spare.ts'

export type Move = {
  readonly vm: VmName
  readonly from: BladeName
  readonly to: BladeName
  readonly bytes: number
}
/** `because`: a line for each blade that it does not fit on, or one for all of them. */
export type Left = {
  readonly vm: VmName
  readonly from: BladeName
  readonly bytes: number | undefined
  readonly because: readonly string[]
}

export type Placement = {
  /** Those that are to be empty. */
  readonly blades: readonly BladeName[]
  /** Largest first: so they are begun. */
  readonly moves: readonly Move[]
  readonly left: readonly Left[]
  /** Domains that run there and that the fleet does not have: nothing is known of their disks, and they are not touched. */
  readonly strangers: readonly { readonly domain: string; readonly blade: BladeName }[]
  /** What was wished for and can't be had. */
  readonly remarks: readonly string[]
  /** Whether the loss of one more blade could be borne once all these moves are made. */
  readonly spare: Spare
  /** Who gave no answer, and why. */
  readonly silent: readonly string[]
  /** Where frames were sent, on this blade and on the others, to see whether it is one network. */
  readonly sentOn: readonly string[]
}

/** Whose home it is, by the documents; what really runs there is seen. */
const atHome = (fleet: Fleet, blades: readonly BladeName[]): VmName[] =>
  [...fleet.vms.values()].filter(({ home }) => blades.includes(home)).map(({ name }) => name)

export const moveOf = (
  vm: VmName,
  to: BladeName,
  { degraded, trustNetwork, eject, transfer }: EvacuationIntent,
): Intent => ({
  kind: 'migrate-vm',
  ...{ vm, to, degraded },
  ...(trustNetwork === true && { trustNetwork }),
  ...(eject === true && { eject }),
  ...(transfer !== undefined && { transfer }),
})

/** All but how long it takes: links that are all measured at once would be each other's load. Each move measures its own. */
const claimsToFit = (fleet: Fleet, move: Intent): Claim[] =>
  claimsOf(fleet, move).filter(({ kind }) => kind !== 'converges')

/** One look that tells of every VM and every destination all that its move would claim; every blade tells its domains. */
export function evacuationQuestion(fleet: Fleet, intent: EvacuationIntent): Question {
  const destinations = destinationsOf(fleet, intent)
  const claims = new Set<Claim>()
  for (const vm of atHome(fleet, intent.blades))
    for (const to of destinations) for (const claim of claimsToFit(fleet, moveOf(vm, to, intent))) claims.add(claim)
  const { blades, arrays } = questionOf([...claims], fleet)
  const asked = bladesInService(fleet).map(
    (name) => [name, { ...(blades.get(name) ?? NOTHING), domains: true }] as const,
  )
  return { blades: new Map([...blades, ...asked]), arrays }
}

type OnBlade = { readonly blade: BladeName; readonly domain: Domain }
type Leaving = Guest & { readonly vm: VmName; readonly from: BladeName }

export function placementOf(fleet: Fleet, survey: Survey, intent: EvacuationIntent): Placement {
  const { blades } = intent
  const active = blades.flatMap((blade) =>
    (domainsOf(survey, blade) ?? []).filter(isActive).map((domain): OnBlade => ({ blade, domain })),
  )
  const known = new Map([...fleet.vms.values()].map((vm) => [vm.uuid, vm]))
  const judge = judging(fleet, survey)
  const judged = active.flatMap((one) => {
    const vm = known.get(one.domain.uuid)
    return vm === undefined ? [] : [wantedOrLeft(fleet, intent, one, vm, judge)]
  })
  const rooms = roomsOf(fleet, survey, blades)
  const packed = pack(
    judged.flatMap((one) => ('guest' in one ? [one] : [])),
    rooms,
  )
  const left = [...judged.flatMap((one) => ('guest' in one ? [] : [one])), ...packed.left.map(leftOver)]
  return {
    blades,
    moves: packed.placed
      .map(({ guest: { vm, from, bytes }, to }) => ({ vm, from, to, bytes }))
      .sort((a, b) => b.bytes - a.bytes || (a.vm < b.vm ? -1 : 1)),
    left: left.sort((a, b) => (a.vm < b.vm ? -1 : 1)),
    strangers: active.flatMap(({ blade, domain }) => (known.has(domain.uuid) ? [] : [{ domain: domain.name, blade }])),
    remarks: besideOthers(packed),
    spare: spareOf(fleet, survey, packed.rooms, packed.placed),
    sentOn: sentOn(fleet, intent),
    silent: [...survey.blades.keys()].flatMap((name) => silence(survey, name)),
  }
}

function wantedOrLeft(
  fleet: Fleet,
  intent: EvacuationIntent,
  { blade: from, domain }: OnBlade,
  vm: Vm,
  judge: Judge,
): Wanted<Leaving> | Left {
  const need = neededBy(domain)
  const left = (because: string): Left => ({ vm: vm.name, from, bytes: undefined, because: [because] })
  if (vm.home !== from) return left(`by its document it is at home on ${vm.home}: anyblade run list tells why`)
  if (typeof need === 'string') return left(need)
  return {
    guest: { ...need, vm: vm.name, from, group: vm.anti_affinity },
    ...fitting(fleet, intent, vm.name, judge),
  }
}

const leftOver = ({ guest, misfits }: Packed<Leaving>['left'][number]): Left => ({
  vm: guest.vm,
  from: guest.from,
  bytes: guest.bytes,
  because: reasons(misfits),
})

/** Apart from its group on another blade, and yet in one chassis with it. */
function besideOthers({
  placed,
  rooms,
}: {
  readonly placed: Packed<Leaving>['placed']
  readonly rooms: Rooms
}): string[] {
  return placed.flatMap(({ guest, to }) => {
    const other = sharesChassis(rooms, to, guest)
    if (other === undefined) return []
    return [
      `${guest.vm} on ${to} is in one chassis, ${rooms.get(to)?.chassis}, with ${other} of its anti-affinity group`,
    ]
  })
}

const silence = (survey: Survey, blade: BladeName): string[] =>
  domainsOf(survey, blade) === undefined ? [libvirtSilenceOf(survey, blade)] : []

function sentOn(fleet: Fleet, intent: EvacuationIntent): string[] {
  // Where guests are on their network now is the same for every destination.
  const { blades } = evacuationQuestion(fleet, { ...intent, to: destinationsOf(fleet, intent).slice(0, 1) })
  return [...new Set(intent.blades.flatMap((blade) => blades.get(blade)?.lan ?? []).map(placeText))]
}

type Judge = (claim: Claim) => Finding

/** Most claims are the same for every destination: each is judged once, told by its value where it is not the same one. */
function judging(fleet: Fleet, survey: Survey): Judge {
  const judged = new Map<Claim | string, Finding>()
  return (claim) => {
    const before = judged.get(claim)
    if (before !== undefined) return before
    const text = JSON.stringify(claim)
    const finding = judged.get(text) ?? prove(claim, fleet, survey)
    judged.set(text, finding).set(claim, finding)
    return finding
  }
}

function fitting(
  fleet: Fleet,
  intent: EvacuationIntent,
  vm: VmName,
  judge: Judge,
): Pick<Wanted<Leaving>, 'fits' | 'misfits'> {
  const judged = destinationsOf(fleet, intent).map((to) => {
    const open = claimsToFit(fleet, moveOf(vm, to, intent)).map(judge)
    return { to, because: open.find(({ verdict }) => verdict !== 'proved')?.because }
  })
  return {
    fits: judged.flatMap(({ to, because }) => (because === undefined ? [to] : [])),
    misfits: judged.flatMap(({ to, because }) => (because === undefined ? [] : [{ to, because }])),
  }
}

/** What holds everywhere is said once. */
function reasons(misfits: readonly Misfit[]): string[] {
  const [first] = misfits
  if (first !== undefined && misfits.every(({ because }) => because === first.because)) return [first.because]
  return misfits.map(({ to, because }) => (because.includes(to) ? because : `${to}: ${because}`))
}
