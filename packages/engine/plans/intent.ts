/**
 * What was asked, as a typed value; names in it exist in the fleet or the plan says that they don't.
 * May come in: parsed input, and what only the outside can give, such as a random uuid. May not: anything seen.
 */
import type { PauseWanted, TransferWishes } from '#actions'
import type { Alias, ArrayName, BladeName, Bytes, LunNumber, RunId, VmName, WriterClass, Wwid } from '#documents'

export type NewVolume = { readonly volume: Alias; readonly size: Bytes }

export type Intent =
  /**
   * All of one array, each with a LUN of its own. `writer` array: the array keeps it to one writer, or it is refused; undefined: the array where every blade can, else
   * nobody; another: that one shall, and the array does not. `home`: the blade that may write it first; undefined: the first one.
   */
  | {
      readonly kind: 'create-volume'
      readonly volumes: readonly NewVolume[]
      readonly array: ArrayName
      readonly writer: WriterClass | undefined
      readonly home: BladeName | undefined
    }
  /**
   * A LUN that is there already, by its id. `lun`, `size`: as the operator says them, who must for an array that can't be
   * asked; else the array does, and what was said must agree. `writer`, `home`: as for a new one; undefined: the home is
   * where a domain uses it.
   */
  | {
      readonly kind: 'adopt-volume'
      readonly volume: Alias
      readonly array: ArrayName
      readonly wwid: Wwid
      readonly lun: LunNumber | undefined
      readonly size: Bytes | undefined
      readonly writer: WriterClass | undefined
      readonly home: BladeName | undefined
    }
  | { readonly kind: 'grow-volume'; readonly volume: Alias; readonly size: Bytes }
  /** From every blade, and kept on the array. */
  | { readonly kind: 'delete-volume'; readonly volume: Alias }
  | { readonly kind: 'restore-volume'; readonly volume: Alias }
  /** The data of a volume that was put aside ends. */
  | { readonly kind: 'purge-volume'; readonly volume: Alias }
  /**
   * What is not seen of these volumes on a blade is looked for; of all of the fleet where none is named. `purge`: first
   * devices go that became another LUN.
   */
  | { readonly kind: 'rescan-volumes'; readonly volumes: readonly Alias[]; readonly purge: boolean }
  /** All of them become true; names may go round among them. */
  | {
      readonly kind: 'rename-volumes'
      readonly renames: readonly { readonly from: Alias; readonly to: Alias }[]
    }
  /** What the array has lost of a volume's reservation is put back under its home's key. */
  | { readonly kind: 'reassert-volume'; readonly volume: Alias }
  /**
   * These blades are given what they lack of the fleet's volumes: shown, seen, and called by their aliases.
   * `degraded`: though a path is down there.
   */
  | { readonly kind: 'roll-out'; readonly blades: readonly BladeName[]; readonly degraded: boolean }
  /**
   * These blades get the configuration back that was recorded at `to`, all of these files and no other. `degraded`: though
   * a path is down there.
   */
  | {
      readonly kind: 'roll-back'
      readonly to: string
      readonly blades: readonly {
        readonly blade: BladeName
        /** Each byte of a file as one character. */
        readonly files: readonly { readonly path: string; readonly text: string }[]
      }[]
      readonly degraded: boolean
    }
  /** The blade's host is made to leave the disks of guests alone. */
  | { readonly kind: 'baseline-blade'; readonly blade: BladeName }
  /** A domain comes under management: built anew or taken over. `xml` holds the invariant of managed domains already. */
  | {
      readonly kind: 'define-vm'
      readonly vm: VmName
      readonly uuid: string
      readonly xml: string
      readonly home: BladeName
      readonly volumes: readonly Alias[]
    }
  | { readonly kind: 'start-vm'; readonly vm: VmName; readonly degraded: boolean }
  /** After its home was fenced: on another blade, from its disks alone. */
  | {
      readonly kind: 'start-vm-cold'
      readonly vm: VmName
      readonly on: BladeName
      readonly degraded: boolean
      /** Files in its drives that are not there are taken out of them. */
      readonly eject?: true
      /** What it keeps on its former home and not on its disks may be lost. */
      readonly loseLocalState?: true
    }
  /** It stands still on its home, stopped as `by` says, and goes on from its memory. */
  | { readonly kind: 'resume-vm'; readonly vm: VmName; readonly by: PauseWanted; readonly degraded: boolean }
  | { readonly kind: 'fence-blade'; readonly blade: BladeName }
  /** It leaves the fleet; `keepBaseline`: what the baseline has changed on its host stays. */
  | { readonly kind: 'remove-blade'; readonly blade: BladeName; readonly keepBaseline: boolean }
  /** These log in at all others in service, and those at them, as moves need it; all at all where none is named. */
  | { readonly kind: 'trust-blades'; readonly blades: readonly BladeName[] }
  | { readonly kind: 'return-blade'; readonly blade: BladeName }
  /**
   * One blade's part of rolling maintenance. `roll`: all its blades have it in common. `command`: the operator's own, for at
   * most so many `seconds`. `vms`: who was at home there when it began.
   */
  | {
      readonly kind: 'roll-blade'
      readonly roll: RunId
      readonly stage: 'open' | 'work' | 'close'
      readonly blade: BladeName
      readonly command: string
      readonly seconds: number
      readonly reboot: boolean
      readonly vms: readonly VmName[]
    }
  | { readonly kind: 'stop-vm'; readonly vm: VmName; readonly how: 'shutdown' | 'destroy' }
  /**
   * `degraded`: one live fabric on each side is enough for this once. `trustNetwork`: the operator knows that the guest's
   * network is the same on both sides, and no frame is sent to see it. `eject`: files in its drives that are not there are taken
   * out of them. `transfer`: left out, the usual ladder.
   */
  | {
      readonly kind: 'migrate-vm'
      readonly vm: VmName
      readonly to: BladeName
      readonly degraded: boolean
      readonly trustNetwork?: true
      readonly eject?: true
      readonly transfer?: TransferWishes
    }
