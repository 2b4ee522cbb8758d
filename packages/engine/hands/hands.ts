/**
 * What the engine asks of its hands: a few verbs an interface, reading apart from acting, so that a survey can't hold
 * a knife. Drivers implement them; the contracts in test/contract/ say what each promises.
 */
import type { ArrayAction, BladeAct, Evidence, RecordDocuments } from '#actions'
import type { Blade, RunId, StorageArray } from '#documents'
import type { ArrayReport, BladeQuestion, BladeReport, MultipathFiles, Reading, RunReport } from '#survey'

/** All that leaves the process ends by `deadlineMs`, on both sides, or when `signal` says so. */
export type Limits = { readonly deadlineMs: number; readonly signal: AbortSignal }

/** How many runs of a blade count as recent. */
export const RECENT_RUNS = 20
/** `recent`: the newest ones, and all that have not come to a good end, however old. */
export type Which = 'recent' | 'all'

/** Never throws for what a blade does or does not do: that is the reading. */
export interface BladeReader {
  /**
   * One round trip; changes and installs nothing. Blades that are asked within the same `limits` are asked together: they
   * hear one another's frames, where these are asked for.
   */
  survey(blade: Blade, question: BladeQuestion, limits: Limits): Promise<Reading<BladeReport>>
  /**
   * The files that the guest keeps there beside its disks, as text for `restore-state` on another blade. Nobody else reads it,
   * and nobody keeps it.
   */
  guestState(blade: Blade, uuid: string, limits: Limits): Promise<Reading<Uint8Array>>
  /** The runs that stand in this blade's journal, newest first. */
  runs(blade: Blade, which: Which, limits: Limits): Promise<Reading<readonly RunReport[]>>
  /** One run as this blade knows it, with all that was journaled here; undefined: it was not begun here. */
  journal(blade: Blade, run: RunId, limits: Limits): Promise<Reading<RunReport | undefined>>
}

export interface ArrayReader {
  report(array: StorageArray, limits: Limits): Promise<Reading<ArrayReport>>
}

/** By which lease of a blade somebody acts there. */
export type Hold = { readonly run: RunId; readonly epoch: number }
/** Where in which run an act belongs. `onward`: after the pivot; `undo`: it takes back what that step did. */
export type At = Hold & { readonly step: number; readonly way: 'do' | 'onward' | 'undo' }

/** `unknown`: the answer was lost; it may have been done, and only a look can tell. */
export type Outcome =
  | { readonly state: 'done'; readonly evidence: Evidence }
  | { readonly state: 'failed'; readonly because: string; readonly evidence: Evidence }
  | { readonly state: 'unknown'; readonly because: string }

/** Nothing was begun: the run was asked to end, or its lease on the blade is not this holder's any more. */
export type Barred = { readonly state: 'barred'; readonly by: 'abort' | 'epoch'; readonly because: string }

/** What a lease holds, and how many leases of one blade may hold it at once: 1 for what is exclusive, else a slot. */
export type LeaseWord = { readonly name: string; readonly limit: number }

/** Who holds what was asked for, by the blade's own clock; 0 seconds left: an act of that run is still under way. */
export type Held = {
  readonly run: string
  readonly operator: string
  readonly sinceSeconds: number
  readonly leftSeconds: number
}

export type LeaseAsk = {
  readonly run: RunId
  /** Who acts, as others are told. */
  readonly operator: string
  /** So long the lease lasts without a renewal. */
  readonly seconds: number
  readonly words: readonly LeaseWord[]
  /** The plan's text, for the blade's journal; where it stands there it must be the same. */
  readonly plan: string
  /** Called where the lease is waited for, with whoever holds it; undefined: it is not waited for. */
  readonly wait: ((held: Held) => void) | undefined
  /** Called at most once before the release: the run was asked to end, or the lease is lost. */
  readonly ended: (barred: Barred) => void
}

export type Leased =
  | { readonly state: 'leased'; readonly epoch: number }
  | { readonly state: 'held'; readonly by: Held }
  | { readonly state: 'refused' | 'unreachable'; readonly because: string }

/** How far a live migration is, as the source's libvirt says. */
export type MigrationProgress = {
  readonly elapsedMs: number
  readonly totalBytes: number
  readonly remainingBytes: number
  readonly bytesPerSecond: number
  /** Where its libvirt tells it. */
  readonly ladder?: LadderProgress
}

/** How a move stands against what gets dirty meanwhile. */
export type LadderProgress = {
  readonly dirtyBytesPerSecond: number
  /** Over its memory, this one among them. */
  readonly passes: number
  readonly slowedPercent: number
}
export type Watch = (progress: MigrationProgress) => void

/** The last line of a run: `ended done`, and why. */
export type RunEnd = { readonly event: string; readonly text: string }

export interface BladeActor {
  /**
   * Takes the run's lease on the blade, and writes the plan into its journal. It is kept up until its release.
   * Leasing what one holds gives a new epoch, and ends the former one.
   */
  lease(blade: Blade, ask: LeaseAsk, limits: Limits): Promise<Leased>
  /** Carries one act out; its started and done lines are written durably in the same round trip. */
  act(blade: Blade, at: At, act: BladeAct, limits: Limits, watch: Watch): Promise<Outcome | Barred>
  /** Writes one line for a step that happens elsewhere (on an array, in the record). */
  note(blade: Blade, at: At, event: string, text: string, limits: Limits): Promise<Outcome | Barred>
  /** Gives the lease back, with the run's last line in the journal; a run of which nothing happened leaves nothing. */
  release(blade: Blade, hold: Hold, end: RunEnd | undefined, limits: Limits): Promise<Outcome | Barred>
  /** Asks whoever carries the run out to end it. */
  abort(blade: Blade, run: RunId, operator: string, limits: Limits): Promise<Outcome>
}

export interface ArrayActor {
  /** `by`: the step, and the epoch of the run's lease on the blade that keeps its journal. */
  act(array: StorageArray, by: At, action: ArrayAction, limits: Limits): Promise<Outcome>
  /**
   * Whether the array itself refuses an act of a run of which a newer epoch has acted there, and lets none begin while an
   * older one's goes on. Where it does not, only lease and deadline bound who was taken over (docs/decisions/0010).
   */
  heedsEpochs(array: StorageArray): boolean
}

export interface PowerActor {
  /** Cuts the blade's power by what its document names, and reads back that it is off. Off already is done. */
  off(blade: Blade, limits: Limits): Promise<Outcome>
}

/** What is recorded of a blade's deployed configuration, as it was read back. */
export type Rendered = { readonly blade: Blade; readonly files: MultipathFiles }

export interface Recorder {
  /**
   * Refuses before anything is done where the documents hold uncommitted changes, are behind their upstream, or have
   * moved on from `commit`; undefined: of a run that goes on, which may have moved them itself.
   */
  ready(commit: string | undefined): Promise<Outcome>
  /** Writes, commits under the run's id and pushes; evidence: the new commit. A push that is rejected is a failure. */
  record(
    run: RunId | undefined,
    action: RecordDocuments,
    rendered: readonly Rendered[],
    limits: Limits,
  ): Promise<Outcome>
}

/** What our file on the blade of an agent shall hold; undefined: there shall be none. */
export type Published = { readonly certname: string; readonly content: string | undefined; readonly gone?: true }

/** Puppet's data, where puppet delivers; of a fleet that is pushed it refuses. */
export interface Publisher {
  /** Refuses before anything is done where the module holds uncommitted changes, or is behind its upstream. */
  ready(): Promise<Outcome>
  /**
   * Writes the module and the data, commits both under the run's id and pushes. What stands there already is no commit. Data
   * that did not come to the upstream is a failure: no agent would see it.
   */
  publish(run: RunId, message: string, data: readonly Published[], limits: Limits): Promise<Outcome>
  /** The same with the data as it was before the run has first committed any; `data` counts where there was none. */
  restore(run: RunId, message: string, data: readonly Published[], limits: Limits): Promise<Outcome>
  /** Our file as the data of an agent has it now, which is what its run must come to; undefined: it has none of it. */
  held(certname: string): Promise<Published | undefined>
}

export type Hands = {
  readonly bladeReader: BladeReader
  readonly bladeActor: BladeActor
  readonly arrayReader: ArrayReader
  readonly arrayActor: ArrayActor
  readonly powerActor: PowerActor
  readonly recorder: Recorder
  readonly publisher: Publisher
}
