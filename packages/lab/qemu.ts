/**
 * The command line of a node's QEMU. Everything that it opens is a unix socket in the lab's own folder or a port of
 * 127.0.0.1; no node reaches the machine's network.
 * May come in: what the node is and where its files are. May not: I/O.
 */
import { join } from 'node:path'
import { cableSocket } from './network/client.ts'
import { macOf, type NodeSpec, networksOf, nicOf } from './nodes.ts'

export type Accelerator = 'kvm' | 'tcg'
export type Machine = {
  readonly node: NodeSpec
  /** Of 127.0.0.1, led to the node's SSH. */
  readonly sshPort: number
  readonly accelerator: Accelerator
  readonly kernel: string
  readonly initrd: string
  /** The lab's folder with the disks and logs. */
  readonly folder: string
  /** The folder of the sockets. */
  readonly runtime: string
  /** A file of memory to go on from; without it the node boots. */
  readonly memory?: string
}

export const rootDisk = (folder: string, node: string): string => join(folder, `${node}.qcow2`)
export const poolDisk = (folder: string): string => join(folder, 'pool.raw')
export const localDisk = (folder: string, node: string): string => join(folder, `${node}.local.raw`)
export const consoleLog = (folder: string, node: string): string => join(folder, `${node}.console`)
export const consoleSocket = (runtime: string, node: string): string => join(runtime, `${node}.con`)
export const qmpSocket = (runtime: string, node: string): string => join(runtime, `${node}.qmp`)
export const pidFile = (runtime: string, node: string): string => join(runtime, `${node}.pid`)

/** A comma ends a value in QEMU's option syntax; a doubled one is a comma. */
const value = (path: string): string => path.replaceAll(',', ',,')

/**
 * norandmaps: TCG translates code anew wherever it comes to lie, and with a place of its own for each start of a program a
 * process costs three times as much, virsh twice.
 */
const kernelWords = [
  'console=ttyS0 quiet mitigations=off nowatchdog audit=0 apparmor=0 selinux=0 random.trust_cpu=on cryptomgr.notests',
  'no_timer_check tsc=reliable net.ifnames=0 panic=5 rcupdate.rcu_cpu_stall_suppress=1 log_buf_len=4M',
  'init_on_alloc=0 hardened_usercopy=off norandmaps',
]

export function qemuArguments(machine: Machine): string[] {
  const { node, folder, runtime } = machine
  const append = [...kernelWords, `lab.node=${node.name}`, `lab.id=${node.id}`, `lab.role=${node.role}`].join(' ')
  return [
    ...[
      '-name',
      node.name,
      '-machine',
      'q35,sata=off,smbus=off,i8042=off,usb=off',
      '-smp',
      '1',
      '-m',
      String(node.memoryMiB),
    ],
    ...processor(machine.accelerator),
    ...['-nodefaults', '-display', 'none', '-daemonize', '-pidfile', pidFile(runtime, node.name)],
    ...['-qmp', `unix:${value(qmpSocket(runtime, node.name))},server=on,wait=off`],
    ...['-chardev', serial(machine), '-serial', 'chardev:serial'],
    ...['-kernel', machine.kernel, '-initrd', machine.initrd, '-append', append],
    ...['-object', 'rng-random,filename=/dev/urandom,id=rng', '-device', 'virtio-rng-pci,rng=rng'],
    ...disk('root', rootDisk(folder, node.name), 'qcow2'),
    ...['-device', 'virtio-blk-pci,drive=root'],
    ...roleDisks(machine),
    ...networkCards(machine),
    ...(machine.memory === undefined ? [] : ['-incoming', `exec:cat ${quoted(machine.memory)}`]),
  ]
}

function processor(accelerator: Accelerator): string[] {
  return accelerator === 'kvm'
    ? ['-accel', 'kvm', '-cpu', 'host']
    : // `max`: the one model with which TCG emulates AMD's virtualization, so that the blades can run KVM guests.
      ['-accel', 'tcg,thread=multi,tb-size=256', '-cpu', 'max']
}

function serial({ node, folder, runtime }: Machine): string {
  const socket = `path=${value(consoleSocket(runtime, node.name))},server=on,wait=off`
  return `socket,id=serial,${socket},logfile=${value(consoleLog(folder, node.name))},logappend=on`
}

function disk(id: string, file: string, format: 'raw' | 'qcow2'): string[] {
  return ['-drive', `if=none,id=${id},file=${value(file)},format=${format},cache=unsafe,discard=unmap`]
}

function roleDisks({ node, folder }: Machine): string[] {
  if (node.role === 'array')
    return [...disk('pool', poolDisk(folder), 'raw'), '-device', 'virtio-blk-pci,drive=pool,serial=pool']
  const scsi = `scsi-hd,drive=local,bus=scsi.0,serial=LOCAL${node.id - 10}`
  return [...disk('local', localDisk(folder, node.name), 'raw'), '-device', 'virtio-scsi-pci,id=scsi', '-device', scsi]
}

function networkCards({ node, sshPort, runtime }: Machine): string[] {
  const management = `user,id=mgmt,restrict=on,hostfwd=tcp:127.0.0.1:${sshPort}-:22`
  const cables = networksOf(node).flatMap((network) => {
    const socket = value(cableSocket(runtime, network, node.name))
    // FCoE needs frames of more than 2,200 bytes.
    const mtu = network === 'fabA' || network === 'fabB' ? ',host_mtu=2500' : ''
    return [
      ...['-netdev', `stream,id=${network},server=off,addr.type=unix,addr.path=${socket}`],
      ...['-device', `virtio-net-pci,id=${nicOf(network)},netdev=${network},mac=${macOf(node, network)}${mtu}`],
    ]
  })
  return ['-netdev', management, '-device', `virtio-net-pci,netdev=mgmt,mac=${macOf(node, 'mgmt')}`, ...cables]
}

/** A word for /bin/sh, which QEMU uses for `exec:`. */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`
