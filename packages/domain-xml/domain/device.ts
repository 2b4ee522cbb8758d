/**
 * The devices that tie a domain to the blade it is on, and those people look at.
 * May come in: elements of `<devices>`. May not: a judgement whether it may move (a finding's).
 */
import type { Place } from '#errors'
import { attribute, child, children, childText, type Document, descend, type Element } from '#xml'

/** A device of the blade itself; `address` in the words of its kind, '' where libvirt is to choose it. */
export type HostDevice = {
  readonly place: Place
  readonly mode: string // subsystem, capabilities
  readonly type: string // pci, usb, scsi, scsi_host, mdev …
  readonly address: string
}
export type Tpm = {
  readonly place: Place
  readonly model: string | undefined
  readonly backend: string // emulator (its state is files on a blade), passthrough, external
  readonly version: string | undefined
  readonly devicePath: string | undefined
}
export type Filesystem = {
  readonly place: Place
  readonly type: string
  readonly source: string | undefined
  readonly target: string | undefined
}
/** A `<serial>` or `<console>`. */
export type SerialPort = { readonly place: Place; readonly type: string; readonly path: string | undefined }
/** What a lock manager such as sanlock must hold before the domain may run. */
export type Lease = {
  readonly place: Place
  readonly lockspace: string | undefined
  readonly key: string | undefined
  readonly targetPath: string | undefined
}
/** `port` is -1 where libvirt is to choose it. */
export type Graphics = {
  readonly place: Place
  readonly type: string // vnc, spice, sdl …
  readonly port: string | undefined
  readonly listen: string | undefined
}

export function readHostDevice(document: Document, element: Element): HostDevice {
  const type = attribute(element, 'type') ?? ''
  const mode = attribute(element, 'mode') ?? 'subsystem'
  return { place: document.place(element), mode, type, address: addressText(type, child(element, 'source')) }
}

function addressText(type: string, source: Element | undefined): string {
  const address = child(source, 'address')
  const digits = (name: string) => (attribute(address, name) ?? '0').replace(/^0x/, '')
  switch (type) {
    case 'pci':
      return `${digits('domain').padStart(4, '0')}:${digits('bus').padStart(2, '0')}:${digits('slot').padStart(2, '0')}.${digits('function')}`
    case 'usb':
      return usbText(source, address)
    case 'mdev':
      return attribute(address, 'uuid') ?? ''
    default:
      return attribute(child(source, 'adapter'), 'name') ?? attribute(source, 'wwpn') ?? attribute(source, 'name') ?? ''
  }
}

function usbText(source: Element | undefined, address: Element | undefined): string {
  const vendor = attribute(child(source, 'vendor'), 'id')
  if (vendor !== undefined) return `${vendor}:${attribute(child(source, 'product'), 'id') ?? ''}`
  return address === undefined ? '' : `bus ${attribute(address, 'bus')} device ${attribute(address, 'device')}`
}

export function readTpm(document: Document, element: Element): Tpm {
  const backend = child(element, 'backend')
  return {
    place: document.place(element),
    model: attribute(element, 'model'),
    backend: attribute(backend, 'type') ?? '',
    version: attribute(backend, 'version'),
    devicePath: attribute(child(backend, 'device'), 'path'),
  }
}

export function readFilesystem(document: Document, element: Element): Filesystem {
  const source = child(element, 'source')
  return {
    place: document.place(element),
    type: attribute(element, 'type') ?? 'mount',
    source: ['dir', 'file', 'dev', 'name', 'pool', 'socket'].map((name) => attribute(source, name)).find((s) => s),
    target: attribute(child(element, 'target'), 'dir'),
  }
}

export function readSerialPort(document: Document, element: Element): SerialPort {
  const type = attribute(element, 'type') ?? 'pty'
  return { place: document.place(element), type, path: attribute(child(element, 'source'), 'path') }
}

export function readLease(document: Document, element: Element): Lease {
  return {
    place: document.place(element),
    lockspace: childText(element, 'lockspace'),
    key: childText(element, 'key'),
    targetPath: attribute(child(element, 'target'), 'path'),
  }
}

export function readGraphics(document: Document, element: Element): Graphics {
  return {
    place: document.place(element),
    type: attribute(element, 'type') ?? '',
    port: attribute(element, 'port'),
    listen: attribute(element, 'listen') ?? attribute(descend(element, 'listen'), 'address'),
  }
}

/** All devices of one kind. */
export function readAll<Device>(
  document: Document,
  devices: Element | undefined,
  name: string,
  read: (document: Document, element: Element) => Device,
): Device[] {
  return children(devices, name).map((element) => read(document, element))
}
