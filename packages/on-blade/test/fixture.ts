/**
 * A blade as a tree of files: /sys, /proc, /dev and /etc as the kernel would show them, below one root, and disks that
 * answer SG_IO. The programs see it by ANYBLADE_ROOT; the disks by a stand-in for Python's ioctl put before the reader,
 * so that the shipped text has no door for tests.
 */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { reader } from '../index.ts'

/** How a disk answers. `hang`: never; `gone`: no LUN is there; `standby`: all but READ CAPACITY. */
export type Disk = {
  readonly naa: string
  readonly gib: number
  readonly mood?: 'hang' | 'gone' | 'standby' | 'no-lun'
  /** Answers to PERSISTENT RESERVE IN by service action, in hex, or how they fail; what is absent is not supported. */
  readonly reserved?: readonly (string | 'conflict' | 'time-out')[]
}
export type Port = { readonly host: number; readonly target: number; readonly wwpn: string; readonly state?: string }

/** In Python; a disk may become another one while a program runs. */
export const STAND_IN = `
import ctypes as _c, fcntl as _f, json as _j, os as _o, struct as _s, time as _t
_FORMAT = _s.Struct("@iiBBHIPPPIIiPBBBBHHiII")
_FILE = _o.environ["ANYBLADE_ROOT"] + "/disks.json"
_DISKS = {}
_SEEN = [0]
def _disks():
    now = _o.stat(_FILE).st_mtime_ns
    if now != _SEEN[0]:
        _DISKS.update(_j.load(open(_FILE)))
        _SEEN[0] = now
    return _DISKS
def _ioctl(fd, request, header, mutate=True):
    f = list(_FORMAT.unpack(header))
    disk = _disks()[_o.readlink("/proc/self/fd/%d" % fd).rsplit("/", 1)[1]]
    while disk["mood"] == "hang":
        _t.sleep(60)
    cdb = _c.string_at(f[7], f[2])
    if cdb[0] == 0x5E:
        name = "reserve-in-%d" % cdb[1]
    else:
        name = {0x9E: "capacity", 0x25: "none"}.get(cdb[0]) or ("%02x" % cdb[2] if cdb[1] else "standard")
    refused = {"gone": (5, 0x25), "standby": (2, 0x04) if name == "capacity" else None}.get(disk["mood"])
    said = disk.get(name, "")
    failing = {"conflict": (13, 0x18), "time-out": (17, 3)}.get(said)
    data = bytes.fromhex("" if failing else said)
    if failing:
        f[failing[0]] = failing[1]
    elif refused or not data:
        key, asc = refused or (5, 0x24)
        sense = bytes([0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, 0, 0, 0, 0, 0])
        _c.memmove(f[8], sense, len(sense))
        f[13], f[16] = 2, len(sense)
    else:
        data = data[: f[5]]
        _c.memmove(f[6], data, len(data))
        f[19] = f[5] - len(data)
    header[:] = _FORMAT.pack(*f)
_f.ioctl = _ioctl
`

export const readerOnFixture = `${STAND_IN}\n${reader}`

/** What such a disk answers, in hex: standard INQUIRY, its pages, READ CAPACITY (16). */
export function answersOf({ naa, gib, mood = undefined, reserved = [] }: Disk): Record<string, string> {
  const lastBlock = (gib * 1024 ** 3) / 512 - 1
  return {
    mood: mood ?? 'ok',
    standard: hex(
      mood === 'no-lun' ? '\x7f' : '\0',
      '\0\x06\x02\x5b\0\0\0',
      'LIO-ORG ',
      'IBLOCK          ',
      '4.0 ',
    ).padEnd(192, '0'),
    '00': hex('\0\0\0\x03\0\x80\x83'),
    '80': hex('\0\x80\0\x08', 'serial-1'),
    '83': `${hex('\0\x83\0\x14\x01\x03\0\x10')}${naa}`,
    ...Object.fromEntries(reserved.map((said, action) => [`reserve-in-${action}`, said])),
    capacity: `${lastBlock.toString(16).padStart(16, '0')}00000200`.padEnd(64, '0'),
  }
}

const hex = (...texts: string[]): string => Buffer.from(texts.join(''), 'latin1').toString('hex')

export class FixtureBlade {
  readonly root: string
  #disks: Record<string, Record<string, string>> = {}
  #nodes = 0
  readonly #grown = new Map<string, number>()
  #kernel: NodeJS.Timeout | undefined
  readonly #pipes: number[] = []

  constructor(root: string) {
    this.root = root
    this.write('proc/sys/kernel/hostname', 'blade1')
    this.write('proc/sys/kernel/osrelease', '6.1.0-56-amd64')
    this.write('proc/sys/kernel/random/boot_id', '8408fa54-8fc1-48af-9983-941a550072a4')
    this.write('etc/machine-id', '3d1219c7c4c5404aaa1f6d2a48adfda4')
    this.write('disks.json', '{}')
    mkdirSync(join(root, 'dev/mapper'), { recursive: true })
  }

  write(path: string, text: string): void {
    const file = join(this.root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${text}\n`)
  }

  /** An FC host that sees one target port. */
  port({ host, target, wwpn, state = 'Online' }: Port): void {
    this.write(`sys/class/fc_host/host${host}/port_name`, `0x2000000000000${host.toString(16).padStart(3, '0')}`)
    this.write(`sys/class/fc_host/host${host}/port_state`, 'Online')
    this.write(`sys/class/fc_host/host${host}/fabric_name`, '0x0')
    this.write(`sys/class/fc_remote_ports/rport-${host}:0-${target}/port_name`, `0x${wwpn}`)
    this.write(`sys/class/fc_remote_ports/rport-${host}:0-${target}/port_state`, state)
    this.write(`sys/class/fc_remote_ports/rport-${host}:0-${target}/scsi_target_id`, String(target))
    this.write(`sys/class/fc_transport/target${host}:0:${target}/port_name`, `0x${wwpn}`)
    this.write(`sys/class/scsi_host/host${host}/scan`, '')
    truncateSync(join(this.root, `sys/class/scsi_host/host${host}/scan`))
  }

  /** @returns its sdX */
  device(hctl: string, disk: Disk): string {
    const number = this.#nodes
    this.#nodes += 1
    const [sd, sg] = [`sd${letters(number)}`, `sg${number}`]
    const base = `sys/bus/scsi/devices/${hctl}`
    this.write(`${base}/state`, 'running')
    this.write(`${base}/type`, '0')
    this.write(`${base}/block/${sd}/dev`, `8:${number * 16}`)
    this.write(`${base}/scsi_generic/${sg}/dev`, `21:${number}`)
    this.write(`${base}/block/${sd}/size`, String((disk.gib * 1024 ** 3) / 512))
    for (const file of ['delete', 'rescan']) {
      this.write(`${base}/${file}`, '')
      truncateSync(join(this.root, base, file))
    }
    for (const node of [sd, sg]) this.write(`dev/${node}`, '')
    this.#answers([sd, sg], disk)
    return sd
  }

  /** The array lets a disk grow: it says so itself at once, and the kernel only once it has been told to look. */
  grow(hctl: string, disk: Disk): void {
    this.becomes(hctl, disk)
    this.#grown.set(hctl, (disk.gib * 1024 ** 3) / 512)
  }

  /** From now on something else answers there. */
  becomes(hctl: string, disk: Disk): void {
    const base = `sys/bus/scsi/devices/${hctl}`
    this.#answers([...this.#list(`${base}/block`), ...this.#list(`${base}/scsi_generic`)], disk)
  }

  #answers(nodes: readonly string[], disk: Disk): void {
    for (const node of nodes) this.#disks[node] = answersOf(disk)
    const file = join(this.root, 'disks.json')
    writeFileSync(`${file}.new`, JSON.stringify(this.#disks))
    renameSync(`${file}.new`, file) // somebody may be reading it
  }

  /** A map over disks that are there. */
  map(dm: string, name: string, uuid: string, disks: readonly string[]): void {
    const base = `sys/block/${dm}`
    for (const [file, text] of Object.entries({
      'dm/name': name,
      'dm/uuid': uuid,
      size: '41943040',
      dev: `253:${dm.slice(3)}`,
    }))
      this.write(`${base}/${file}`, text)
    for (const [i, disk] of disks.entries()) this.write(`${base}/slaves/${disk}/dev`, `8:${i * 16}`)
  }

  /** Carries out what is written into `scan` and `delete`, as a kernel would; `comes` are the LUNs that the array shows. */
  kernel(comes: (hctl: string) => Disk | undefined): void {
    const hosts = this.#list('sys/class/scsi_host').map((name) => [name, this.#pipe(name)] as const)
    this.#kernel = setInterval(() => {
      for (const [name, pipe] of hosts) this.#scan(name, pipe, comes)
      for (const [hctl, sectors] of this.#grown) this.#rescan(hctl, sectors)
      for (const hctl of this.#list('sys/bus/scsi/devices')) this.#delete(hctl)
    }, 10)
  }

  stop(): void {
    clearInterval(this.#kernel)
    for (const pipe of this.#pipes.splice(0)) closeSync(pipe)
  }

  devices(): string[] {
    return this.#list('sys/bus/scsi/devices')
  }

  link(path: string, to: string): void {
    symlinkSync(to, join(this.root, path))
  }

  #list(path: string): string[] {
    return existsSync(join(this.root, path)) ? readdirSync(join(this.root, path)).sort() : []
  }

  /** A kernel takes one scan after the other: a file would only keep the last. */
  #pipe(name: string): number {
    const path = join(this.root, `sys/class/scsi_host/${name}/scan`)
    rmSync(path, { force: true })
    execFileSync('mkfifo', [path])
    const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
    this.#pipes.push(pipe)
    return pipe
  }

  #scan(name: string, pipe: number, comes: (hctl: string) => Disk | undefined): void {
    for (const [, place = ''] of writtenTo(pipe).matchAll(/^(\d+ \d+ \d+)$/gm)) {
      const hctl = `${name.slice(4)}:${place.replaceAll(' ', ':')}`
      const disk = comes(hctl)
      if (disk !== undefined && !this.devices().includes(hctl)) this.device(hctl, disk)
    }
  }

  #rescan(hctl: string, sectors: number): void {
    const base = `sys/bus/scsi/devices/${hctl}`
    if (readFileSync(join(this.root, base, 'rescan'), 'utf8').trim() === '') return
    for (const sd of this.#list(`${base}/block`)) this.write(`${base}/block/${sd}/size`, String(sectors))
  }

  #delete(hctl: string): void {
    const base = join(this.root, 'sys/bus/scsi/devices', hctl)
    if (readFileSync(join(base, 'delete'), 'utf8').trim() === '') return
    rmSync(base, { recursive: true })
    this.#grown.delete(hctl)
  }
}

function writtenTo(pipe: number): string {
  const bytes = Buffer.alloc(64 * 1024)
  try {
    return bytes.toString('latin1', 0, readSync(pipe, bytes))
  } catch {
    return '' // nothing was written
  }
}

function letters(number: number): string {
  const last = String.fromCharCode(97 + (number % 26))
  return number < 26 ? last : letters(Math.floor(number / 26) - 1) + last
}
