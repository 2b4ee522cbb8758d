/**
 * What the promises are judged on: moments, each a thing that happened and how the world stood right after it. The
 * simulator makes them from what it knows, the lab and `anyblade audit` from what blades and arrays report.
 * May come in: facts. May not: what our own runs believe of themselves, but for what their journals say was done.
 */
import type { Action } from '#actions'
import type { BladeName, Fleet } from '#documents'
import type { RunOutcome, RunState } from '#run'
import type { DomainState } from '#survey'

/** What an INQUIRY through one path says; `sinceMs`: since when the path leads there, where that is known. */
export type Target = { readonly wwid: string; readonly size: number; readonly sinceMs?: number }

export type GuestDisk = {
  /** The name of the map that the domain has as its disk. */
  readonly alias: string
  /** By each path of that map; one that gave no answer is not among them. */
  readonly leadsTo: readonly Target[]
  /** Whether the array would take a write from this blade; undefined: nobody knows. */
  readonly writable: boolean | undefined
  /** How many writes the guest's memory knows of, and how many the disk has; only a guest that is watched tells. */
  readonly writes?: { readonly remembered: number; readonly onDisk: number }
}

export type Guest = {
  readonly vm: string
  readonly uuid: string
  readonly blade: BladeName
  readonly state: DomainState
  readonly disks: readonly GuestDisk[]
}

export type BladeFacts = {
  readonly blade: BladeName
  /** Device-mapper maps of multipath's. */
  readonly maps: readonly { readonly alias: string; readonly wwid: string }[]
  /** Devices that came over the SAN, by the id under which the kernel has them. */
  readonly paths: readonly { readonly lun: number; readonly wwid: string }[]
  /** Aliases in effect by its configuration; undefined: it was not read. */
  readonly aliases: ReadonlyMap<string, string> | undefined
}

/** A LUN on an array. `tag`: whose it is; undefined for one that nobody of ours made. */
export type Lun = {
  readonly wwid: string
  readonly tag: string | undefined
  readonly lunNumbers: readonly number[]
}

/** A run by the journals. */
export type RunFacts = {
  readonly run: string
  readonly title: string
  readonly state: RunState
}

export type Facts = {
  readonly fleet: Fleet
  readonly guests: readonly Guest[]
  readonly blades: readonly BladeFacts[]
  readonly luns: readonly Lun[]
  readonly runs: readonly RunFacts[]
}

export type Happening =
  /** Somebody looked, or something befell the world. */
  | { readonly kind: 'seen'; readonly what: string }
  /** We told a blade or an array to do this, and it has done it. */
  | { readonly kind: 'acted'; readonly action: Action }
  /** A guest was set going by us: started, or resumed where it landed. */
  | {
      readonly kind: 'set going'
      readonly guest: Guest
      /** When the disks were asked last who they are, right before; undefined where that is not known. */
      readonly lookedAtMs?: number
    }
  /** Something outside the fleet's own was changed by us. */
  | { readonly kind: 'touched'; readonly what: string }
  /** A question or an act was answered, or given up. */
  | { readonly kind: 'answered'; readonly what: string; readonly afterMs: number; readonly withinMs: number }
  /** A run came to its end; `creates`: the volumes that it was to make, `adopts`: the LUNs that it was to take over. */
  | {
      readonly kind: 'ended'
      readonly run: string
      readonly outcome: RunOutcome
      readonly creates: readonly string[]
      readonly adopts?: readonly string[]
    }
  /** Nothing is under way, nothing is broken, and everybody who could has been asked to end what was begun. */
  | { readonly kind: 'at rest'; readonly shouldRun: readonly string[] }

export type Moment = { readonly atMs: number; readonly happening: Happening; readonly facts: Facts }
export type History = readonly Moment[]

export type Violation = {
  readonly promise: PromiseName
  readonly atMs: number
  /** One line: what is so and should not be. */
  readonly because: string
}

export type PromiseName =
  | 'one writer'
  | 'no memory older than its disk'
  | 'never the wrong LUN'
  | 'nothing goes while it is used'
  | 'one alias, one WWID'
  | 'nothing is half done'
  | 'nothing else is touched'
  | 'nothing hangs'

/** What one promise says against a moment; `before` is the moment before it. */
export type Judge = (now: Moment, before: Moment | undefined) => readonly string[]
