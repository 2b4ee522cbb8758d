/**
 * Rolling maintenance: one blade after the other is emptied, worked on, rebooted where that is wished for, proved to be as
 * whole as before, and given its VMs back. A schedule of runs, as an evacuation is: nothing is kept but what the blades'
 * journals say, so that whoever types it again goes on. It stops at the first blade that is not brought to its end.
 */
import type { TransferWishes } from '#actions'
import { type BladeName, bladesInService, type Fleet, type RunId, type VmName } from '#documents'
import { EngineError } from '#errors'
import {
  type EvacuationEvent,
  type EvacuationIntent,
  type EvacuationTold,
  evacuate,
  evacuationEnd,
  type OpenMove,
  openMoves,
  type Placement,
  type Timetable,
} from '#evacuation'
import type { Finding } from '#findings'
import type { Hands } from '#hands'
import { bladeIn, type Intent, type Plan } from '#plans'
import { NOTHING, type RunReport } from '#survey'
import { carriedOut } from '../carried-out.ts'
import { DEADLINE_MS } from '../deadlines.ts'
import { told } from '../queue.ts'
import { type RoadEnd, type RoadEvent, walk } from '../road.ts'
import {
  bootEndedBy,
  homesOf,
  isClosed,
  latestOf,
  type Progress,
  progressOf,
  type RollIntent,
  type Stage,
  type StageRun,
  stageRuns,
} from './stages.ts'

export type RollWish = Pick<RollIntent, 'command' | 'seconds' | 'reboot'> & {
  /** In this order. */
  readonly blades: readonly BladeName[]
  /** VMs come back to their blade before the next one. */
  readonly home: boolean
  /** Though no further blade could be lost meanwhile. */
  readonly withoutSpare: boolean
  /** The guests' networks are the same everywhere by the operator's word. */
  readonly trustNetwork: boolean
  /** What is in a guest's drive, and not where it goes, is taken out of it. */
  readonly eject: boolean
  /** How the memory of each VM travels; left out, the usual ladder. */
  readonly transfer?: TransferWishes
  /** Anew, where all blades have been through the same work before. */
  readonly again: boolean
  /** No more blades than that, this time. */
  readonly limit: number | undefined
  readonly pauseMs: number
  readonly rebootMs: number
}

export type Roll = {
  readonly fleet: () => Promise<Fleet>
  readonly wish: RollWish
  readonly hands: Hands
  readonly atOnce: number | undefined
  readonly to: 'plan' | { readonly newRun: () => RunId; readonly operator: string }
  readonly signal: AbortSignal
  readonly pause: (ms: number) => Promise<void>
  readonly lookMs?: number | undefined
}

export type Doing = Stage | 'placement' | 'evacuation' | 'reboot' | 'home'
export type RollEvent =
  /** `done`: those that have been through it before. */
  | {
      readonly kind: 'begun'
      readonly roll: RunId | undefined
      readonly isNew: boolean
      readonly done: readonly BladeName[]
      readonly ahead: readonly BladeName[]
    }
  | { readonly kind: 'blade'; readonly blade: BladeName }
  | { readonly kind: 'placed'; readonly blade: BladeName; readonly placement: Placement }
  | { readonly kind: 'timed'; readonly blade: BladeName; readonly timetable: Timetable }
  /** What is not so on a blade that is only planned for. */
  | { readonly kind: 'judged'; readonly blade: BladeName; readonly open: readonly Finding[] }
  | { readonly kind: 'evacuation'; readonly blade: BladeName; readonly event: EvacuationEvent }
  | {
      readonly kind: 'run'
      readonly blade: BladeName
      readonly doing: Doing
      readonly run: RunId
      readonly event: RoadEvent
    }
  | { readonly kind: 'waiting'; readonly blade: BladeName; readonly because: string }
  /** A VM that did not come home; it runs on where it is. */
  | { readonly kind: 'away'; readonly vm: VmName; readonly because: string }
  | { readonly kind: 'over'; readonly blade: BladeName }
  | ({ readonly kind: 'stopped'; readonly blade: BladeName } & Stopped)

/** `how`: as a run ends, or as an evacuation does. */
export type Stopped = {
  readonly doing: Doing
  readonly run: RunId | undefined
  readonly how: 'refused' | 'unreachable' | 'stuck' | 'called off'
  readonly because: string
}

const ASK_AGAIN_MS = 10_000
/** So often a blade that has booted is asked whether all is there again. */
const SETTLES_AT_MOST = 30

/** @throws EngineError where a name is unknown, or there is nowhere for the VMs to go */
export async function* roll(r: Roll): AsyncGenerator<RollEvent> {
  yield* told((tell: Tell) => go(r, tell))
}

type Tell = (event: RollEvent) => void

async function go(r: Roll, tell: Tell): Promise<void> {
  const { wish } = r
  const runs = await journaled(r)
  const latest = latestOf(runs, wish)
  const isOver = (blade: BladeName) => isClosed(progressOf(runs, latest, blade))
  const isNew = latest === undefined || (wish.again && wish.blades.every(isOver))
  const id = isNew ? (r.to === 'plan' ? undefined : r.to.newRun()) : latest
  const done = isNew ? [] : wish.blades.filter(isOver)
  const ahead = wish.blades.filter((blade) => !done.includes(blade)).slice(0, wish.limit)
  tell({ kind: 'begun', roll: id, isNew, done, ahead })
  // Who closed the last one and died before its VMs were home.
  for (const blade of wish.home && r.to !== 'plan' ? done : []) {
    const stopped = await comeHome(r, tell, blade, homesOf(progressOf(runs, id, blade)))
    if (stopped !== undefined) return tell({ kind: 'stopped', blade, ...stopped })
  }
  for (const [i, blade] of ahead.entries()) {
    if (i > 0) await r.pause(r.to === 'plan' ? 0 : wish.pauseMs)
    if (r.signal.aborted) return
    tell({ kind: 'blade', blade })
    const stopped = await through(r, tell, id, blade)
    if (stopped === undefined) tell({ kind: 'over', blade })
    else tell({ kind: 'stopped', blade, ...stopped })
    if (stopped !== undefined && r.to !== 'plan') return
  }
}

/** Everything that the blades have of it, however old. @throws EngineError where one does not tell: it might be done there */
async function journaled({ fleet, wish, hands, signal }: Roll): Promise<StageRun[]> {
  const documents = await fleet()
  const limits = { deadlineMs: DEADLINE_MS.look, signal }
  const answers = wish.blades.map(async (name): Promise<readonly [BladeName, readonly RunReport[]]> => {
    const reading = await hands.bladeReader.runs(bladeIn(documents, name), 'all', limits)
    if (reading.state === 'read') return [name, reading.value]
    throw new EngineError('blade-unreachable', {
      attempted: `read in the journal of ${name} how far it is`,
      found: reading.because,
      hint: `anyblade blade show ${name}, or leave it out with --skip ${name}`,
    })
  })
  return stageRuns(new Map(await Promise.all(answers)))
}

/** One blade, from where it is; undefined: it is through. */
async function through(r: Roll, tell: Tell, id: RunId | undefined, blade: BladeName): Promise<Stopped | undefined> {
  const progress = progressOf(await journaled(r), id, blade)
  const held = Object.values(progress).find(({ state }) => state === 'running')
  if (held !== undefined)
    return stopped(held.intent.stage, held.run, 'refused', `${held.by ?? 'somebody'} carries it out now`)
  const vms = await atHome(r, blade)
  if (progress.work?.state !== 'done') {
    const unfit = await unfitting(r, tell, blade)
    if (unfit !== undefined) return unfit
    const opened = await staged(r, tell, id, blade, 'open', progress, vms)
    if (!('plan' in opened)) return opened
    if (r.to === 'plan') return undefined
    const full = await emptied(r, tell, blade)
    if (full !== undefined) return full
  }
  if (r.to === 'plan') return undefined
  const worked = await staged(r, tell, id, blade, 'work', progress, vms)
  if (!('plan' in worked)) return worked
  const away = await booted(r, tell, blade, bootEndedBy(worked.plan))
  if (away !== undefined) return away
  const closed = await settled(r, tell, id, blade, progress, vms)
  if (closed !== undefined) return closed
  const last = homesOf(progress)
  return r.wish.home ? comeHome(r, tell, blade, last.length > 0 ? last : vms) : undefined
}

const stopped = (doing: Doing, run: RunId | undefined, how: Stopped['how'], because: string): Stopped => ({
  doing,
  run,
  how,
  because,
})

async function atHome({ fleet }: Roll, blade: BladeName): Promise<VmName[]> {
  return [...(await fleet()).vms.values()].filter(({ home }) => home === blade).map(({ name }) => name)
}

const evacuation = (r: Roll, blade: BladeName, to: Roll['to']) =>
  evacuate({
    ...{ fleet: r.fleet, hands: r.hands, atOnce: r.atOnce, signal: r.signal, pause: r.pause, lookMs: r.lookMs, to },
    intent: { blades: [blade], to: undefined, degraded: false, ...waysOf(r.wish) },
  })

type Ways = 'trustNetwork' | 'eject' | 'transfer'
/** What is the same for each move. */
const waysOf = ({ trustNetwork, eject, transfer }: RollWish): Pick<EvacuationIntent, Ways> => ({
  ...(trustNetwork && { trustNetwork }),
  ...(eject && { eject }),
  ...(transfer !== undefined && { transfer }),
})

/** Judged afresh for each blade, before anything of it moves. */
async function unfitting(r: Roll, tell: Tell, blade: BladeName): Promise<Stopped | undefined> {
  let placement: Placement | undefined
  for await (const event of evacuation(r, blade, 'plan')) {
    if (event.kind === 'placed') placement = event.placement
    if (event.kind === 'timed') tell({ kind: 'timed', blade, timetable: event.timetable })
  }
  if (placement === undefined) return stopped('placement', undefined, 'called off', 'called off')
  tell({ kind: 'placed', blade, placement })
  const { silent, left, strangers, spare } = placement
  if (silent.length > 0) return stopped('placement', undefined, 'unreachable', silent.join('; '))
  const [first] = left
  if (first !== undefined) return stopped('placement', undefined, 'refused', `${first.vm}: ${first.because.join('; ')}`)
  if (strangers.length > 0)
    return stopped(
      'placement',
      undefined,
      'refused',
      `not of the fleet: ${strangers.map(({ domain }) => domain).join(', ')}`,
    )
  if (spare.holds === 'yes' || r.wish.withoutSpare) return undefined
  const because = `while ${blade} is out no further blade may be lost: ${spare.because}; --without-spare accepts that`
  return stopped('placement', undefined, 'refused', because)
}

async function emptied(r: Roll, tell: Tell, blade: BladeName): Promise<Stopped | undefined> {
  let told: EvacuationTold | undefined
  for await (const event of evacuation(r, blade, r.to)) {
    tell({ kind: 'evacuation', blade, event })
    if (event.kind === 'placed') told = { moved: [], proof: undefined, ...told, placement: event.placement }
    if (event.kind === 'moved' && told !== undefined) told = { ...told, moved: [...told.moved, event.moved] }
    if (event.kind === 'proof' && told !== undefined) told = { ...told, proof: event.proof }
  }
  if (r.signal.aborted || told === undefined) return stopped('evacuation', undefined, 'called off', 'called off')
  const end = evacuationEnd(told)
  if (end === 'empty') return undefined
  const there = told.proof?.flatMap(({ remains }) => remains) ?? []
  return stopped('evacuation', undefined, end === 'partly' ? 'stuck' : end, there.join('; ') || 'not all was moved')
}

type Staged = { readonly plan: Plan } | Stopped

/** A run of the stage: the one before where it is done, or on with it where it broke off, or a new one. */
async function staged(
  r: Roll,
  tell: Tell,
  id: RunId | undefined,
  blade: BladeName,
  stage: Stage,
  progress: Progress,
  vms: readonly VmName[],
): Promise<Staged> {
  const before = progress[stage]
  if (before?.state === 'done') return before
  const { command, seconds, reboot } = r.wish
  if (r.to === 'plan') {
    const road = { kind: 'roll-blade', roll: 'r-plan' as RunId, stage, blade, command, seconds, reboot, vms } as const
    return planned(r, tell, blade, road)
  }
  if (id === undefined) throw new RangeError('a roll without an id')
  const intent: RollIntent = { kind: 'roll-blade', roll: id, stage, blade, command, seconds, reboot, vms }
  return carried(r, tell, blade, stage, before?.run, intent)
}

async function planned(r: Roll, tell: Tell, blade: BladeName, intent: RollIntent): Promise<Staged> {
  let plan: Plan | undefined
  let open: readonly Finding[] = []
  const { hands, signal, lookMs } = r
  for await (const event of walk({ fleet: await r.fleet(), intent, hands, to: 'plan', signal, lookMs })) {
    if (event.kind === 'planned') plan = event.plan
    if (event.kind === 'judged') open = event.findings.filter(({ verdict }) => verdict !== 'proved')
  }
  tell({ kind: 'judged', blade, open })
  if (plan !== undefined) return { plan }
  return stopped(intent.stage, undefined, 'refused', open.map(({ because }) => because).join('; '))
}

const HOW: Readonly<Record<RoadEnd, Stopped['how'] | undefined>> = {
  done: undefined,
  planned: undefined,
  refused: 'refused',
  held: 'refused',
  'not begun': 'refused',
  unreachable: 'unreachable',
  stuck: 'stuck',
  undone: 'stuck',
}

async function carried(
  r: Roll,
  tell: Tell,
  blade: BladeName,
  doing: Doing,
  begun: RunId | undefined,
  intent: Intent,
): Promise<Staged> {
  if (r.to === 'plan') throw new RangeError('a plan does nothing')
  const { hands, signal, lookMs } = r
  const { newRun, operator } = r.to
  const run = begun ?? newRun()
  const job = { fleet: r.fleet, hands, signal, lookMs, operator, run, intent, isBegun: begun !== undefined }
  const { end, because, plan } = await carriedOut(job, (event) => tell({ kind: 'run', blade, doing, run, event }))
  const how = HOW[end]
  return how === undefined && plan !== undefined ? { plan } : stopped(doing, run, how ?? 'stuck', because)
}

/** Until the blade answers from another boot than that one. */
async function booted(r: Roll, tell: Tell, blade: BladeName, before: string | undefined): Promise<Stopped | undefined> {
  if (before === undefined) return undefined
  const turns = Math.max(1, Math.ceil(r.wish.rebootMs / ASK_AGAIN_MS))
  let because = 'it has not booted yet'
  for (let turn = 0; turn < turns; turn += 1) {
    const limits = { deadlineMs: ASK_AGAIN_MS, signal: r.signal }
    const reading = await r.hands.bladeReader.survey(bladeIn(await r.fleet(), blade), NOTHING, limits)
    if (reading.state === 'read' && reading.value.host.bootId !== before) return undefined
    because = reading.state === 'read' ? 'it has not booted yet' : `no answer (${reading.because})`
    if (turn === 0) tell({ kind: 'waiting', blade, because: `${blade} reboots` })
    await r.pause(ASK_AGAIN_MS)
    if (r.signal.aborted) return stopped('reboot', undefined, 'called off', because)
  }
  return stopped('reboot', undefined, 'stuck', `${because}, after ${Math.ceil(r.wish.rebootMs / 1000)} s`)
}

/** What has just booted needs a while until all its paths and daemons are there; what is refused changes nothing. */
async function settled(
  r: Roll,
  tell: Tell,
  id: RunId | undefined,
  blade: BladeName,
  progress: Progress,
  vms: readonly VmName[],
): Promise<Stopped | undefined> {
  for (let turn = 1; ; turn += 1) {
    const closed = await staged(r, tell, id, blade, 'close', progress, vms)
    if ('plan' in closed) return undefined
    const isLater = r.wish.reboot && (closed.how === 'refused' || closed.how === 'unreachable')
    if (!isLater || turn === SETTLES_AT_MOST) return closed
    tell({ kind: 'waiting', blade, because: closed.because })
    await r.pause(ASK_AGAIN_MS)
    if (r.signal.aborted) return { ...closed, how: 'called off' }
  }
}

/** One after the other. Who may not come stays where it is, and is told; a move that broke off stops the roll. */
async function comeHome(r: Roll, tell: Tell, blade: BladeName, vms: readonly VmName[]): Promise<Stopped | undefined> {
  const begun = await movesTo(r, blade)
  for (const vm of vms) {
    const now = (await r.fleet()).vms.get(vm)
    const open = begun.find((move) => move.vm === vm)
    if (now === undefined || (now.home === blade && open === undefined)) continue
    if (r.signal.aborted) return stopped('home', undefined, 'called off', 'called off')
    const intent = { kind: 'migrate-vm', vm, to: blade, degraded: false, ...waysOf(r.wish) } as const
    const moved = await carried(r, tell, blade, 'home', open?.run, intent)
    if ('plan' in moved) continue
    if (moved.how === 'stuck') return moved
    tell({ kind: 'away', vm, because: moved.because })
  }
  return undefined
}

/** Those that broke off on their way to the blade; whoever does not answer tells of none. */
async function movesTo({ fleet, hands, signal }: Roll, blade: BladeName): Promise<OpenMove[]> {
  const documents = await fleet()
  const others = bladesInService(documents).filter((other) => other !== blade)
  const limits = { deadlineMs: DEADLINE_MS.look, signal }
  const answers = others.map(async (name): Promise<readonly [BladeName, readonly RunReport[]]> => {
    const reading = await hands.bladeReader.runs(bladeIn(documents, name), 'recent', limits)
    return [name, reading.state === 'read' ? reading.value : []]
  })
  return openMoves(others, new Map(await Promise.all(answers))).filter(({ by }) => by === undefined)
}
