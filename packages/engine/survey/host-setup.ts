/**
 * How a blade's host is set up, as far as it decides what the host itself does with the disks of guests.
 * May come in: files as they stand, and each tool's word of what is in effect. May not: a judgement.
 */

export type HostSetup = {
  /** Of the files that decide, those that are there: absolute path to text. */
  readonly files: ReadonlyMap<string, string>
  /** What lvmconfig says of `devices`; undefined where there is no LVM. */
  readonly lvm: string | undefined
  /** Physical volumes that udev knows, in use or not. `disk`: sdX, its partition, dm-N … */
  readonly physicalVolumes: readonly { readonly uuid: string; readonly disk: string }[]
  /** `directory`: where a file of ours is read; undefined where there is no mdadm. */
  readonly mdadm: { readonly directory: string; readonly arrays: readonly RunningArray[] } | undefined
  /** libvirt's daemons that are installed, with the units that systemd starts before them. */
  readonly units: readonly { readonly name: string; readonly after: readonly string[] }[]
  /** `show config local` of multipathd; undefined where it does not answer. */
  readonly multipathd: string | undefined
}

/** `line`: as it stands in a configuration, `ARRAY /dev/md0 … UUID=…`. */
export type RunningArray = { readonly members: readonly string[]; readonly line: string }
