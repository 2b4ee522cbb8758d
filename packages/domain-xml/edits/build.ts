/**
 * The XML of a new domain on volumes of the SAN.
 * May come in: values that were checked for sense by the caller. May not go out: XML that could be read another way.
 */

import { uuidOf } from '#domain'
import { attributeText, contentText } from '#xml'
import { checkCount, checkMac, checkName, checkPath, checkText, checkUuid, refuse } from './value.ts'

export type NewDisk = {
  /** The multipath alias: the disk is /dev/mapper/ALIAS. */
  readonly alias: string
  /** virtio gives vda, vdb …; ide gives hda …; scsi and sata give sda … */
  readonly bus: 'virtio' | 'ide' | 'scsi' | 'sata'
}
export type NewInterface = {
  readonly bridge: string
  readonly mac: string
  readonly model: string // virtio, e1000 …
  /** `off`: no option ROM, for blades that lack the file or have another version of it. */
  readonly rom: 'on' | 'off'
}
export type NewSerial = { readonly kind: 'pty' } | { readonly kind: 'file'; readonly path: string }
export type NewCpu = { readonly mode: 'custom'; readonly model: string } | { readonly mode: 'host-model' }
export type NewBoot =
  | { readonly kind: 'disk' }
  | { readonly kind: 'kernel'; readonly kernel: string; readonly initrd?: string; readonly cmdline?: string }

export type NewDomain = {
  readonly name: string
  readonly uuid: string
  /** A multiple of 1 KiB. */
  readonly memoryBytes: number
  readonly vcpuCount: number
  readonly arch: string // x86_64 …
  readonly machine: string // pc, q35, or a versioned one
  readonly emulator: string
  readonly boot: NewBoot
  readonly disks: readonly NewDisk[]
  readonly interfaces: readonly NewInterface[]
  readonly serial: NewSerial
  /** Undefined: libvirt's default model. */
  readonly cpu?: NewCpu
  readonly usb: 'default' | 'none'
  readonly onReboot: 'restart' | 'destroy'
  readonly onCrash: 'destroy' | 'restart' | 'preserve'
}

/**
 * The domain's XML, of type kvm, its disks as managed domains must have them.
 * @throws DomainXmlError `value-invalid`
 */
export function buildDomain(domain: NewDomain): string {
  check(domain)
  return `${[
    "<domain type='kvm'>",
    ...identity(domain),
    ...boot(domain),
    '  <features><acpi/></features>',
    ...cpu(domain.cpu),
    "  <clock offset='utc'/>",
    '  <on_poweroff>destroy</on_poweroff>',
    `  <on_reboot>${domain.onReboot}</on_reboot>`,
    `  <on_crash>${domain.onCrash}</on_crash>`,
    '  <devices>',
    `    <emulator>${contentText(domain.emulator)}</emulator>`,
    ...domain.disks.flatMap((disk, index) => diskLines(disk, targetName(domain.disks, index))),
    ...domain.interfaces.flatMap(interfaceLines),
    ...(domain.usb === 'none' ? ["    <controller type='usb' model='none'/>"] : []),
    ...serial(domain.serial),
    "    <memballoon model='none'/>",
    '  </devices>',
    '</domain>',
  ].join('\n')}\n`
}

function check(domain: NewDomain): void {
  checkName(domain.name)
  checkUuid(domain.uuid)
  checkCount('memory', domain.memoryBytes, 1024)
  if (domain.memoryBytes % 1024 !== 0) refuse('memory', `${domain.memoryBytes} bytes`, 'give a multiple of 1 KiB')
  checkCount('number of vCPUs', domain.vcpuCount, 1)
  checkPath('emulator', domain.emulator)
  checkText('machine type', domain.machine)
  checkText('architecture', domain.arch)
  for (const disk of domain.disks) checkAlias(disk.alias)
  for (const { mac, bridge, model } of domain.interfaces) {
    checkMac(mac)
    checkText('bridge', bridge)
    checkText('interface model', model)
  }
  if (domain.serial.kind === 'file') checkPath('serial port', domain.serial.path)
  if (domain.cpu?.mode === 'custom') checkText('processor model', domain.cpu.model)
  checkBoot(domain.boot)
}

function checkBoot(from: NewBoot): void {
  if (from.kind === 'disk') return
  checkPath('kernel', from.kernel)
  if (from.initrd !== undefined) checkPath('initrd', from.initrd)
  if (from.cmdline !== undefined) checkText('kernel command line', from.cmdline)
}

function checkAlias(alias: string): void {
  checkText('disk', alias)
  if (alias === '' || /[/\s]/.test(alias) || alias.startsWith('.'))
    refuse('disk', alias, 'give the alias of the volume: the name below /dev/mapper')
}

function identity(domain: NewDomain): string[] {
  return [
    `  <name>${contentText(domain.name)}</name>`,
    `  <uuid>${uuidOf(domain.uuid)}</uuid>`,
    `  <memory unit='KiB'>${domain.memoryBytes / 1024}</memory>`,
    `  <vcpu>${domain.vcpuCount}</vcpu>`,
  ]
}

function boot({ arch, machine, boot: from }: NewDomain): string[] {
  const type = `    <type arch='${quoted(arch)}' machine='${quoted(machine)}'>hvm</type>`
  return ['  <os>', type, ...(from.kind === 'disk' ? ["    <boot dev='hd'/>"] : kernel(from)), '  </os>']
}

function kernel(from: Extract<NewBoot, { kind: 'kernel' }>): string[] {
  return [
    `    <kernel>${contentText(from.kernel)}</kernel>`,
    ...(from.initrd === undefined ? [] : [`    <initrd>${contentText(from.initrd)}</initrd>`]),
    ...(from.cmdline === undefined ? [] : [`    <cmdline>${contentText(from.cmdline)}</cmdline>`]),
  ]
}

function cpu(wanted: NewCpu | undefined): string[] {
  if (wanted === undefined) return []
  if (wanted.mode === 'host-model') return ["  <cpu mode='host-model' check='partial'/>"]
  const model = `<model fallback='forbid'>${contentText(wanted.model)}</model>`
  return [`  <cpu mode='custom' match='exact' check='none'>${model}</cpu>`]
}

const PREFIX = { virtio: 'vd', ide: 'hd', scsi: 'sd', sata: 'sd' } as const

/** vda, vdb … in the order of the disks that share the prefix. At most 26, which is more than IDE or sense allow. */
function targetName(disks: readonly NewDisk[], index: number): string {
  const prefix = PREFIX[disks[index]?.bus ?? 'virtio']
  const before = disks.slice(0, index).filter((disk) => PREFIX[disk.bus] === prefix).length
  if (before >= 26) refuse('disks', `${disks.length}`, 'give at most 26 disks of a kind')
  return prefix + String.fromCharCode('a'.charCodeAt(0) + before)
}

function diskLines(disk: NewDisk, target: string): string[] {
  return [
    "    <disk type='block' device='disk'>",
    "      <driver name='qemu' type='raw' cache='none' io='native' error_policy='stop' rerror_policy='stop'/>",
    `      <source dev='/dev/mapper/${quoted(disk.alias)}'/>`,
    `      <target dev='${target}' bus='${disk.bus}'/>`,
    '    </disk>',
  ]
}

function interfaceLines(nic: NewInterface): string[] {
  return [
    "    <interface type='bridge'>",
    `      <mac address='${nic.mac.toLowerCase()}'/>`,
    `      <source bridge='${quoted(nic.bridge)}'/>`,
    `      <model type='${quoted(nic.model)}'/>`,
    ...(nic.rom === 'off' ? ["      <rom enabled='no'/>"] : []),
    '    </interface>',
  ]
}

function serial(port: NewSerial): string[] {
  const target = "      <target port='0'/>"
  if (port.kind === 'pty') return ["    <serial type='pty'>", target, '    </serial>']
  return [
    "    <serial type='file'>",
    `      <source path='${quoted(port.path)}' append='on'/>`,
    target,
    '    </serial>',
  ]
}

function quoted(value: string): string {
  return attributeText(value, "'")
}
