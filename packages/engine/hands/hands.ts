/**
 * What the engine asks of its hands: a few verbs an interface, reading apart from acting, so that a survey can't hold
 * a knife. Drivers implement them; the contract suites in test/ say what each promises.
 */
import type { ArrayAction, BladeAct, Evidence, RecordDocuments } from '#actions'
import type { Blade, RunId, StorageArray } from '#documents'
import type { ArrayReport, BladeQuestion, BladeReport, MultipathFiles, Reading, RunReport } from '#survey'

/** All that leaves the process ends by `deadlineMs`, on both sides, or when `signal` says so. */
export type Limits = { readonly deadlineMs: number; readonly signal: AbortSignal }

/** Never throws for what a blade does or does not do: that is the reading. */
export interface BladeReader {
  /** One round trip; changes and installs nothing. */
  survey(blade: Blade, question: BladeQuestion, limits: Limits): Promise<Reading<BladeReport>>
  /** The runs that stand in this blade's journal, newest first. */
  runs(blade: Blade, limits: Limits): Promise<Reading<readonly RunReport[]>>
}

export interface ArrayReader {
  report(array: StorageArray, limits: Limits): Promise<Reading<ArrayReport>>
}

/** Where in which run an act belongs; `undo`: it takes back what that step did. */
export type At = { readonly run: RunId; readonly step: number; readonly undo: boolean }

/** `unknown`: the answer was lost; it may have been done, and only a look can tell. */
export type Outcome =
  | { readonly state: 'done'; readonly evidence: Evidence }
  | { readonly state: 'failed'; readonly because: string; readonly evidence: Evidence }
  | { readonly state: 'unknown'; readonly because: string }

/** How far a live migration is, as the source's libvirt says. */
export type MigrationProgress = {
  readonly elapsedMs: number
  readonly totalBytes: number
  readonly remainingBytes: number
  readonly bytesPerSecond: number
}
export type Watch = (progress: MigrationProgress) => void

export interface BladeActor {
  /** Writes the plan into the blade's journal, before its first step. */
  begin(blade: Blade, run: RunId, plan: string, limits: Limits): Promise<Outcome>
  /** Carries one act out; its started and done lines are written durably in the same round trip. */
  act(blade: Blade, at: At, act: BladeAct, limits: Limits, watch: Watch): Promise<Outcome>
  /** Writes one line for a step that happens elsewhere (on an array, in the record), or the run's end (step 0). */
  note(blade: Blade, at: At, event: string, text: string, limits: Limits): Promise<Outcome>
}

export interface ArrayActor {
  act(array: StorageArray, action: ArrayAction, limits: Limits): Promise<Outcome>
}

/** What is recorded of a blade's deployed configuration, as it was read back. */
export type Rendered = { readonly blade: Blade; readonly files: MultipathFiles }

export interface Recorder {
  /** Refuses before anything is done where the documents have moved on or hold uncommitted changes. */
  ready(commit: string): Promise<Outcome>
  /** Writes and commits; evidence: the new commit. */
  record(action: RecordDocuments, rendered: readonly Rendered[], limits: Limits): Promise<Outcome>
}

export type Hands = {
  readonly bladeReader: BladeReader
  readonly bladeActor: BladeActor
  readonly arrayReader: ArrayReader
  readonly arrayActor: ArrayActor
  readonly recorder: Recorder
}
