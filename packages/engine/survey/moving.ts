/**
 * What a move would be like, measured for a moment before it: how fast a guest dirties its memory, and how fast memory
 * travels from one blade to another.
 */
import type { Reading } from './reading.ts'

export type GuestMemory = {
  readonly uuid: string
  /** What the guest has, and what of it its emulator really holds; undefined: libvirt does not say. */
  readonly givenBytes: number | undefined
  readonly residentBytes: number | undefined
  /** Of all its pages those that were written anew within a second. */
  readonly dirtyBytesPerSecond: Reading<number>
}

/** One end of a link between two blades; both ends are asked in one look, and find each other by its name. */
export type LinkEnd = {
  readonly link: string
  /** How the near end comes to the far one: `tcp://HOST`, or `ssh://HOST` as its ssh names it; undefined: this is the far end. */
  readonly way: string | undefined
}

/** As the near end tells it. */
export type LinkSpeed = { readonly link: string; readonly bytesPerSecond: Reading<number> }
