/**
 * The disks of a domain.
 * May come in: a `<disk>`. May not: what a path leads to (that is a blade's to say).
 */
import type { Place } from '#errors'
import { attribute, child, childText, type Document, type Element } from '#xml'
import { missing } from './reading.ts'

export type DiskSource =
  | { readonly kind: 'none' } // an empty drive
  | { readonly kind: 'block' | 'file' | 'dir'; readonly path: string }
  | {
      readonly kind: 'network'
      readonly protocol: string
      readonly name: string | undefined
      readonly hosts: readonly string[]
    }
  | { readonly kind: 'other'; readonly type: string } // volume, nvme, vhostuser … : what libvirt alone resolves

/** The `<driver>` as written; undefined is the hypervisor's default. */
export type DiskDriver = {
  readonly name: string | undefined
  readonly type: string | undefined // raw, qcow2 …
  readonly cache: string | undefined
  readonly io: string | undefined
  readonly errorPolicy: string | undefined
  readonly rerrorPolicy: string | undefined // where it is undefined, errorPolicy holds for reads too
  readonly discard: string | undefined
}

/** The guest's own persistent reservations through qemu-pr-helper. */
export type DiskReservations = { readonly managed: 'yes' | 'no' }

export type Disk = {
  readonly place: Place
  /** block, file, network, dir, volume, nvme, vhostuser; file where it is not written. */
  readonly type: string
  /** disk, cdrom, floppy, lun; disk where it is not written. */
  readonly device: string
  readonly source: DiskSource
  /** Where `<source>` stands. */
  readonly sourcePlace: Place | undefined
  readonly target: { readonly dev: string; readonly bus: string | undefined }
  readonly driver: DiskDriver
  /** Written so, or a CD-ROM. */
  readonly isReadonly: boolean
  readonly isShareable: boolean
  readonly isTransient: boolean
  readonly serial: string | undefined
  readonly wwn: string | undefined
  readonly reservations: DiskReservations | undefined
}

/** @throws DomainXmlError `value-missing` for a disk without a target, which libvirt refuses too */
export function readDisk(document: Document, element: Element): Disk {
  const type = attribute(element, 'type') ?? 'file'
  const device = attribute(element, 'device') ?? 'disk'
  const source = child(element, 'source')
  const target = child(element, 'target')
  const dev = attribute(target, 'dev')
  if (dev === undefined)
    return missing(document, target ?? element, 'target of the disk', "write <target dev='vda' bus='virtio'/>")
  return {
    place: document.place(element),
    type,
    device,
    source: readSource(type, source),
    sourcePlace: source === undefined ? undefined : document.place(source),
    target: { dev, bus: attribute(target, 'bus') },
    driver: readDriver(child(element, 'driver')),
    isReadonly: child(element, 'readonly') !== undefined || device === 'cdrom',
    isShareable: child(element, 'shareable') !== undefined,
    isTransient: child(element, 'transient') !== undefined,
    serial: childText(element, 'serial'),
    wwn: childText(element, 'wwn'),
    reservations: readReservations(child(source, 'reservations')),
  }
}

/** The attribute of `<source>` that names the thing, by the disk's type. */
export const PATH_ATTRIBUTE = { block: 'dev', file: 'file', dir: 'dir' } as const

function readSource(type: string, source: Element | undefined): DiskSource {
  if (type === 'block' || type === 'file' || type === 'dir') {
    const path = attribute(source, PATH_ATTRIBUTE[type])
    return path === undefined ? { kind: 'none' } : { kind: type, path }
  }
  if (source === undefined) return { kind: 'none' }
  return type === 'network' ? readNetworkSource(source) : { kind: 'other', type }
}

function readNetworkSource(source: Element): DiskSource {
  const hosts: string[] = []
  for (const node of source.children) if (node.kind === 'element' && node.name === 'host') hosts.push(hostText(node))
  return { kind: 'network', protocol: attribute(source, 'protocol') ?? '', name: attribute(source, 'name'), hosts }
}

function hostText(host: Element): string {
  const port = attribute(host, 'port')
  const name = attribute(host, 'name') ?? attribute(host, 'socket') ?? ''
  return port === undefined ? name : `${name}:${port}`
}

function readDriver(driver: Element | undefined): DiskDriver {
  return {
    name: attribute(driver, 'name'),
    type: attribute(driver, 'type'),
    cache: attribute(driver, 'cache'),
    io: attribute(driver, 'io'),
    errorPolicy: attribute(driver, 'error_policy'),
    rerrorPolicy: attribute(driver, 'rerror_policy'),
    discard: attribute(driver, 'discard'),
  }
}

function readReservations(element: Element | undefined): DiskReservations | undefined {
  if (element === undefined) return undefined
  return { managed: attribute(element, 'managed') === 'yes' ? 'yes' : 'no' }
}
