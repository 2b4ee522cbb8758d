/**
 * A claim about the world, and what became of it: proved, refuted or unknown, with its evidence.
 * Silence is not consent: what could not be read proves nothing and refutes nothing.
 */
import type { ReservationKey } from '@anyblade/scsi'
import type { PauseWanted, Transfer, WwidRef } from '#actions'
import type { Alias, ArrayName, BladeName, Bytes, LunNumber, VmName, Wwid } from '#documents'
import type { LanPlace, Machine } from '#survey'

/** The emulator that a domain names, and what it runs the guest as. */
export type Runner = Machine & { readonly emulator: string }

/** The volume that a claim is about; its WWID may still be a step's to find. */
export type VolumeClaim = { readonly alias: Alias; readonly wwid: WwidRef; readonly size: Bytes }

export type Claim =
  /** The blade answers, as the machine that the document means, and plans may count on it; `fencedToo`: or it is fenced. */
  | { readonly kind: 'answers'; readonly blade: BladeName; readonly fencedToo?: true }
  /** Puppet's agent there can deliver our file. */
  | { readonly kind: 'agent'; readonly blade: BladeName }
  /** The array answers, has room for all of them together, and nothing bears the name of one. */
  | {
      readonly kind: 'room'
      readonly array: ArrayName
      readonly volumes: readonly { readonly volume: Alias; readonly size: Bytes; readonly tag: string }[]
    }
  /**
   * The array has a LUN of this id that can become the fleet's own: nobody has marked it, it is shown to no stranger, and to
   * each blade by all its ports or by none, under one number. `lun`, `size`: as they were said.
   */
  | {
      readonly kind: 'adoptable'
      readonly array: ArrayName
      readonly volume: Alias
      readonly wwid: Wwid
      readonly tag: string
      readonly lun: LunNumber | undefined
      readonly size: Bytes | undefined
    }
  /**
   * Nobody on the blade is disturbed where the LUN gets this alias: it is not in use under another name, and under this one
   * by nobody but a domain. `mayRun`: a domain may have it in use there.
   */
  | {
      readonly kind: 'undisturbed'
      readonly blade: BladeName
      readonly alias: Alias
      readonly wwid: Wwid
      readonly mayRun: boolean
    }
  /** Nobody is registered at the volume, and so nobody has reserved it. */
  | { readonly kind: 'unreserved'; readonly blade: BladeName; readonly volume: VolumeClaim }
  /** Nothing of this array sits at this LUN number on the blade: no stale node that a new LUN would hide behind. */
  | { readonly kind: 'lun-free'; readonly blade: BladeName; readonly array: ArrayName; readonly lun: LunNumber }
  /** The LUN appeared: every path from this array at this number leads to it, map or not. */
  | {
      readonly kind: 'visible'
      readonly blade: BladeName
      readonly volume: VolumeClaim
      readonly array: ArrayName
      readonly lun: LunNumber
    }
  /** By a fresh INQUIRY nothing answers at the volume's LUN number on the blade: its array shows it there no more. */
  | {
      readonly kind: 'withdrawn'
      readonly blade: BladeName
      readonly volume: VolumeClaim
      readonly array: ArrayName
      readonly lun: LunNumber
    }
  /** By the documents as they are now the fleet gives its blades no volume but these: none has come since they were counted. */
  | { readonly kind: 'none-came'; readonly blade: BladeName; readonly volumes: readonly Alias[] }
  /** The configuration can take the alias: it is nobody else's, and nothing hides the LUN or breaks the file. */
  | {
      readonly kind: 'alias-free'
      readonly blade: BladeName
      readonly alias: Alias
      readonly wwid: WwidRef | undefined
    }
  /** The configuration gives the volume its alias, so that it has it after the next boot as well. */
  | { readonly kind: 'alias-held'; readonly blade: BladeName; readonly volume: VolumeClaim }
  /** /dev/mapper/<alias> is the volume, through every path. */
  | { readonly kind: 'identity'; readonly blade: BladeName; readonly volume: VolumeClaim }
  /**
   * No device of the blade leads to another LUN than it is known for, in a map or not; `volumes`: of those that are, or are
   * taken for, one of these.
   */
  | { readonly kind: 'fresh'; readonly blade: BladeName; readonly volumes?: readonly Alias[] }
  /** Those of the blade that do, and have to do with one of the volumes, can be deleted: nobody uses them. */
  | { readonly kind: 'purgeable'; readonly blade: BladeName; readonly volumes: readonly Alias[] }
  /** One size and one block size, through every path on each of these blades. */
  | { readonly kind: 'alike'; readonly volume: VolumeClaim; readonly blades: readonly BladeName[] }
  /** Alias and WWID are one to one on the blade, as the fleet has them and as these blades do. */
  | { readonly kind: 'aliases'; readonly blade: BladeName; readonly among: readonly BladeName[] }
  /** Its live paths differ in fabric, initiator port and target port. `anyMap`: those that lead to it, in a map or not. */
  | {
      readonly kind: 'redundancy'
      readonly blade: BladeName
      readonly volume: VolumeClaim
      readonly fabrics: number
      readonly anyMap?: true
    }
  /** The array keeps the volume to who registered with `key`; keys `besides` it may be there, such as a destination's. */
  | {
      readonly kind: 'reservation'
      readonly blade: BladeName
      readonly volume: VolumeClaim
      readonly key: ReservationKey
      readonly besides: readonly ReservationKey[]
    }
  /** What the array has lost of the blade's registrations under `key` can be put back: nobody else is registered. */
  | {
      readonly kind: 'reassertable'
      readonly blade: BladeName
      readonly volume: VolumeClaim
      readonly key: ReservationKey
    }
  /** multipathd there registers a path that returns: it keeps the volume's key in its own file. */
  | { readonly kind: 'key-file'; readonly blade: BladeName; readonly volume: VolumeClaim }
  /** Nothing on the blade itself uses the volume: no partition map, LVM, file system or swap lies on it. */
  | { readonly kind: 'unheld'; readonly blade: BladeName; readonly volume: VolumeClaim }
  /** What the blade's host itself stands on (root, boot, swap and all it has mounted) is nothing of the volume. */
  | { readonly kind: 'no-host-disk'; readonly blade: BladeName; readonly volume: VolumeClaim }
  /** How long I/O waits there, in effect, is free of contradictions. */
  | { readonly kind: 'timers'; readonly blade: BladeName }
  /** The running kernel's initramfs holds no multipath configuration, or the one that is there now. */
  | { readonly kind: 'initramfs'; readonly blade: BladeName }
  /** By the documents the volume may be taken away: it is not protected, and no VM has it as its disk. */
  | { readonly kind: 'deletable'; readonly volume: Alias }
  /** By the kernel nobody on the blade uses the volume, and what sits at its LUN number is the volume. */
  | {
      readonly kind: 'idle'
      readonly blade: BladeName
      readonly volume: VolumeClaim
      readonly array: ArrayName
      readonly lun: LunNumber
    }
  /** No path of the volume is missing on the blade: from every port, in the map, active, and all of one size. */
  | { readonly kind: 'whole'; readonly blade: BladeName; readonly volume: VolumeClaim }
  /** With these files, and no other, every map there keeps its name and every volume its alias. */
  | {
      readonly kind: 'names-kept'
      readonly blade: BladeName
      readonly files: readonly { readonly path: string; readonly text: string }[]
    }
  /** No path in any map of the blade is down. */
  | { readonly kind: 'paths-up'; readonly blade: BladeName }
  /** Nothing on the blade has the name: no device, no file, and no alias in its configuration. */
  | { readonly kind: 'name-free'; readonly blade: BladeName; readonly alias: Alias }
  /** No domain on the blade would look for the volume under its name, but one of the fleet's that is off and at home there. */
  | { readonly kind: 'renameable'; readonly blade: BladeName; readonly volume: Alias }
  /** Only our own part of the blade's multipath configuration names the volume. */
  | { readonly kind: 'alias-ours'; readonly blade: BladeName; readonly volume: VolumeClaim }
  /** What the baseline of a blade is judged and made from was read there. */
  | { readonly kind: 'baseline-known'; readonly blade: BladeName }
  /** The host leaves the disks of guests alone, and is ready for them; `parts`: those that are claimed. */
  | { readonly kind: 'baseline'; readonly blade: BladeName; readonly parts: readonly BaselinePart[] }
  /** Its domain and its volumes' documents agree on who keeps them to one writer, who lets it start, or move. */
  | {
      readonly kind: 'writer'
      readonly blade: BladeName
      readonly vm: VmName
      readonly doing: 'start' | 'move'
    }
  /** By the paths of `blade`, the array lets `other` not write the volume. */
  | { readonly kind: 'barred'; readonly blade: BladeName; readonly volume: VolumeClaim; readonly other: BladeName }
  /** One of the candidates can hold the volume while `other` is shut out of it. */
  | {
      readonly kind: 'holder'
      readonly volume: VolumeClaim
      readonly other: BladeName
      readonly candidates: readonly BladeName[]
    }
  /** The array has the volume, as this fleet's own. */
  | { readonly kind: 'on-array'; readonly array: ArrayName; readonly volume: VolumeClaim; readonly tag: string }
  /** The array does not show the volume to `other`. */
  | { readonly kind: 'hidden'; readonly array: ArrayName; readonly volume: VolumeClaim; readonly other: BladeName }
  /** The blade does not start the VM by itself. */
  | { readonly kind: 'autostart'; readonly blade: BladeName; readonly vm: VmName; readonly uuid: string }
  /** The VM's disks stop it on an error, as it runs on the blade, or else as it is documented. */
  | { readonly kind: 'error-policy'; readonly blade: BladeName; readonly vm: VmName }
  /** Where the VM is, by libvirt's word: `present` with one of `states`, or absent by name and by uuid. */
  | {
      readonly kind: 'domain'
      readonly blade: BladeName
      readonly vm: VmName
      readonly uuid: string
      readonly wanted: DomainWanted
    }
  /** The VM stands still there, stopped by an I/O error; `either`: or by an operator. */
  | {
      readonly kind: 'paused'
      readonly blade: BladeName
      readonly vm: VmName
      readonly uuid: string
      readonly by: PauseWanted
    }
  /** Nobody was given the volume while the VM stood still: the array keeps it to `key`, the blade's own, and to nobody else. */
  | {
      readonly kind: 'kept'
      readonly blade: BladeName
      readonly volume: VolumeClaim
      readonly vm: VmName
      readonly key: ReservationKey
    }
  /** No active domain of another uuid has the volume as its disk; `evenOff`: nor one that is only defined. */
  | {
      readonly kind: 'disk-unused'
      readonly blade: BladeName
      readonly volume: Alias
      readonly except: string
      readonly evenOff?: true
    }
  /** The move of the VM comes to an end by what was allowed for it; `way`: where its memory goes, as a LinkEnd has it. */
  | {
      readonly kind: 'converges'
      readonly blade: BladeName
      readonly to: BladeName
      readonly way: string
      readonly vm: VmName
      readonly uuid: string
      readonly transfer: Transfer
    }
  /** The blade logs in at `to` over ssh, as root does there by the name `host`. */
  | { readonly kind: 'logs-in'; readonly blade: BladeName; readonly to: BladeName; readonly host: string }
  /** The same was tried, with whatever end. */
  | { readonly kind: 'login-known'; readonly blade: BladeName; readonly to: BladeName; readonly host: string }
  /** What stands of the fleet's own credentials on a blade was read. */
  | { readonly kind: 'credentials-known'; readonly blade: BladeName }
  /** The VM may go on at the blade before all of its memory is there; `unkept`: its disks that the array keeps to nobody. */
  | { readonly kind: 'post-copy'; readonly blade: BladeName; readonly vm: VmName; readonly unkept: readonly Alias[] }
  /** What the VM's domain names is there on the blade. `from`: the blade whose live domain counts, else the document. */
  | {
      readonly kind: 'network' | 'processor' | 'boot-files'
      readonly blade: BladeName
      readonly vm: VmName
      readonly from: BladeName | undefined
    }
  /** The emulator that its domain names is there; `runs`: or another one that takes what this one runs. */
  | {
      readonly kind: 'emulator'
      readonly blade: BladeName
      readonly vm: VmName
      readonly from: BladeName | undefined
      readonly runs?: Runner
    }
  /** The VM as `from` runs it can be taken over by the blade. */
  | {
      readonly kind: 'machine-type' | 'memory'
      readonly blade: BladeName
      readonly vm: VmName
      readonly from: BladeName | undefined
    }
  /**
   * No device of it is a thing of that blade alone; `media`: the files in its drives; `ejects`: which come out of them first.
   * `from`: the blade whose running guest goes; else it starts from its document.
   */
  | {
      readonly kind: 'local-devices'
      readonly blade: BladeName
      readonly vm: VmName
      readonly from: BladeName | undefined
      readonly media: readonly string[]
      readonly ejects?: true
    }
  /** What the VM keeps in files of the blade it was on, `from`, is nothing, or can be brought from there; or may be lost. */
  | { readonly kind: 'left-behind'; readonly vm: VmName; readonly from: BladeName; readonly mayBeLost: boolean }
  /** Each of these places is one network on both blades: frames of the one arrive on the other. */
  | {
      readonly kind: 'segment'
      readonly blade: BladeName
      readonly vm: VmName
      readonly from: BladeName
      readonly places: readonly LanPlace[]
    }

/** `active`: running or paused. `present`: there, in whatever state. `any`: it may be there or not, but what has its name has its uuid. */
export type DomainWanted = 'absent' | 'running' | 'active' | 'off' | 'not running' | 'present' | 'any'

/** LVM and mdadm keep off; multipath waits and asks anew; libvirt comes after it; no managed VM starts by itself. */
export const BASELINE_PARTS = ['multipath', 'lvm', 'mdadm', 'libvirt', 'autostart'] as const
export type BaselinePart = (typeof BASELINE_PARTS)[number]

export type Finding = {
  readonly claim: Claim
  readonly verdict: 'proved' | 'refuted' | 'unknown'
  /** One line: what is so. */
  readonly because: string
  /** Lines that show it. */
  readonly evidence: readonly string[]
  /** The command that shows or mends it. */
  readonly next?: string
}

type Shown = { readonly evidence?: readonly string[]; readonly next?: string }
const finding = (verdict: Finding['verdict'], claim: Claim, because: string, shown: Shown): Finding => ({
  claim,
  verdict,
  because,
  evidence: shown.evidence ?? [],
  ...(shown.next === undefined ? {} : { next: shown.next }),
})

export const proved = (claim: Claim, because: string, shown: Shown = {}): Finding =>
  finding('proved', claim, because, shown)
export const refuted = (claim: Claim, because: string, shown: Shown = {}): Finding =>
  finding('refuted', claim, because, shown)
export const unknown = (claim: Claim, because: string, shown: Shown = {}): Finding =>
  finding('unknown', claim, because, shown)

export type ClaimOf<Kind extends Claim['kind']> = Extract<Claim, { readonly kind: Kind }>
