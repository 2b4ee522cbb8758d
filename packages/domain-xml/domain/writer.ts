/**
 * Who keeps a disk to one writer, as far as the domain's XML says it.
 * May come in: a domain as it was read. May not: what an array enforces, or a fleet documents.
 */
import type { Disk } from './disk.ts'
import type { Domain } from './domain.ts'

/** `guest`: it may reserve the LUN itself; `shared`: others are meant to write too; `lease`: a lock manager guards it. */
export type DiskWriter = 'guest' | 'shared' | 'lease'

/**
 * What the domain says of one of its disks, or undefined where it says nothing. A LUN handed through (`device='lun'`)
 * lets the guest send reservations; a guest's own come first, for a cluster's LUNs are shareable as well.
 * Source: libvirt formatdomain, elements reservations, shareable and lease
 */
export function diskWriter(domain: Pick<Domain, 'leases'>, disk: Disk): DiskWriter | undefined {
  if (disk.reservations !== undefined || disk.device === 'lun') return 'guest'
  if (disk.isShareable) return 'shared'
  return domain.leases.length > 0 && !disk.isReadonly ? 'lease' : undefined
}
