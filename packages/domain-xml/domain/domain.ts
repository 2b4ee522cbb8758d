/**
 * A domain as its XML says it: what a blade, an administrator and a finding ask about. The rest stays in the text.
 * May come in: domain XML as written by hand, by us, or by libvirt for a defined or a running domain.
 * May not: defaults that the hypervisor chooses (undefined says that it will).
 */
import type { Place } from '#errors'
import { attribute, child, children, childText, type Document, type Element, parseXml, remembered, textOf } from '#xml'
import { type DomainCpu, readCpu } from './cpu.ts'
import * as device from './device.ts'
import { type Disk, readDisk } from './disk.ts'
import { isDomainName, isUuid, unitBytes, uuidOf } from './names.ts'
import { type NetworkInterface, readInterface } from './network-interface.ts'
import { type OperatingSystem, readOperatingSystem } from './operating-system.ts'
import { invalid, memoryBytes, missing, numberAttribute, wholeNumber } from './reading.ts'

export type Emulator = { readonly path: string; readonly place: Place }

export type Domain = {
  /** kvm, qemu (emulation without KVM), or another of libvirt's. */
  readonly type: string
  /** The number of a running domain; undefined in the XML of a defined one. */
  readonly id: number | undefined
  readonly name: string
  readonly namePlace: Place
  /** Lower case, with hyphens; undefined when libvirt is to make one. */
  readonly uuid: string | undefined
  /** What the guest has at boot; undefined where `<cpu><numa>` says it instead. */
  readonly memoryBytes: number | undefined
  /** After the balloon. */
  readonly currentMemoryBytes: number | undefined
  readonly vcpuCount: number
  readonly os: OperatingSystem
  readonly cpu: DomainCpu | undefined
  /** Undefined: the blade's default emulator. */
  readonly emulator: Emulator | undefined
  readonly disks: readonly Disk[]
  readonly interfaces: readonly NetworkInterface[]
  readonly hostDevices: readonly device.HostDevice[]
  readonly tpms: readonly device.Tpm[]
  readonly filesystems: readonly device.Filesystem[]
  readonly leases: readonly device.Lease[]
  readonly serials: readonly device.SerialPort[]
  readonly consoles: readonly device.SerialPort[]
  readonly graphics: readonly device.Graphics[]
  /** The page sizes asked for; an empty list is the blade's default size; undefined is no huge pages. */
  readonly hugepageBytes: readonly number[] | undefined
  readonly onPoweroff: string | undefined
  readonly onReboot: string | undefined
  readonly onCrash: string | undefined
}

/** A domain with the document it was read from, for edits. */
export type DomainDocument = {
  readonly domain: Domain
  readonly document: Document
  readonly devices: Element | undefined
}

/** More than a fleet has. */
const MOST_DOMAINS = 10_000

/**
 * Reads a domain.
 * @throws DomainXmlError with line and column: what is not XML, not a domain, or a value that libvirt would refuse
 */
export const parseDomain: (text: string) => Domain = remembered((text) => documentOf(text).domain, MOST_DOMAINS)

/** As `parseDomain`, with the tree. @throws DomainXmlError */
export function documentOf(text: string): DomainDocument {
  const document = parseXml(text, 'the domain XML')
  return { document, domain: domainOf(document), devices: child(document.root, 'devices') }
}

function domainOf(document: Document): Domain {
  const { root } = document
  if (root.name !== 'domain')
    document.source.fail('root-unexpected', root.start, `<${root.name}>`, 'a domain begins with <domain>')
  return { ...readIdentity(document), ...readResources(document), ...readDevices(document), ...readLifecycle(root) }
}

function readIdentity(document: Document): Pick<Domain, 'type' | 'id' | 'name' | 'namePlace' | 'uuid'> {
  const { root } = document
  const type = attribute(root, 'type')
  if (type === undefined) return missing(document, root, 'type of the domain', "write <domain type='kvm'>")
  const element = child(root, 'name')
  if (element === undefined) return missing(document, root, 'name', 'write <name>…</name>')
  const name = textOf(element)
  if (!isDomainName(name))
    invalid(document, element, `the name "${name.slice(0, 40)}"`, 'a name is not empty and has no "/" and no line end')
  return {
    type,
    id: numberAttribute(document, root, 'id'),
    name,
    namePlace: document.place(element),
    uuid: readUuid(document),
  }
}

function readUuid(document: Document): string | undefined {
  const element = child(document.root, 'uuid')
  if (element === undefined) return undefined
  const text = textOf(element)
  return isUuid(text) ? uuidOf(text) : invalid(document, element, `the uuid "${text.slice(0, 60)}"`, '32 hex digits')
}

type Resources = 'memoryBytes' | 'currentMemoryBytes' | 'vcpuCount' | 'os' | 'cpu' | 'hugepageBytes'

function readResources(document: Document): Pick<Domain, Resources> {
  const { root } = document
  const bytesOf = (name: string) => {
    const element = child(root, name)
    return element === undefined ? undefined : memoryBytes(document, element)
  }
  const vcpu = child(root, 'vcpu')
  const cpu = child(root, 'cpu')
  return {
    memoryBytes: bytesOf('memory'),
    currentMemoryBytes: bytesOf('currentMemory'),
    vcpuCount: vcpu === undefined ? 1 : wholeNumber(document, vcpu),
    os: readOperatingSystem(document, child(root, 'os')),
    cpu: cpu === undefined ? undefined : readCpu(document, cpu),
    hugepageBytes: readHugepages(document, child(child(root, 'memoryBacking'), 'hugepages')),
  }
}

function readHugepages(document: Document, hugepages: Element | undefined): number[] | undefined {
  if (hugepages === undefined) return undefined
  return children(hugepages, 'page').flatMap((page) => {
    const size = numberAttribute(document, page, 'size')
    const scale = unitBytes(attribute(page, 'unit') ?? 'KiB')
    if (scale === undefined) return invalid(document, page, 'a page size of unknown unit', 'use KiB, MiB or GiB')
    return size === undefined ? [] : [size * scale]
  })
}

type Devices =
  | 'emulator'
  | 'disks'
  | 'interfaces'
  | 'hostDevices'
  | 'tpms'
  | 'filesystems'
  | 'leases'
  | 'serials'
  | 'consoles'
  | 'graphics'

function readDevices(document: Document): Pick<Domain, Devices> {
  const devices = child(document.root, 'devices')
  const emulator = child(devices, 'emulator')
  const path = childText(devices, 'emulator')
  const all = <T>(name: string, read: (document: Document, element: Element) => T) =>
    device.readAll(document, devices, name, read)
  return {
    emulator: emulator === undefined || path === undefined ? undefined : { path, place: document.place(emulator) },
    disks: all('disk', readDisk),
    interfaces: all('interface', readInterface),
    hostDevices: all('hostdev', device.readHostDevice),
    tpms: all('tpm', device.readTpm),
    filesystems: all('filesystem', device.readFilesystem),
    leases: all('lease', device.readLease),
    serials: all('serial', device.readSerialPort),
    consoles: all('console', device.readSerialPort),
    graphics: all('graphics', device.readGraphics),
  }
}

function readLifecycle(root: Element): Pick<Domain, 'onPoweroff' | 'onReboot' | 'onCrash'> {
  return {
    onPoweroff: childText(root, 'on_poweroff'),
    onReboot: childText(root, 'on_reboot'),
    onCrash: childText(root, 'on_crash'),
  }
}
