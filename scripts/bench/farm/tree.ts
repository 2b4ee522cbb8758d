/**
 * What a blade of the farm looks at: the sysfs of 500 LUNs of four paths each, below a root of its own, and disks that
 * answer SG_IO. LUNs and maps are the same on every blade and lie there once; ports are each blade's own.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { quote } from '../../../packages/drivers/blade/frame.ts'
import { surveyCall } from '../../../packages/drivers/blade/question.ts'
import { aliasOf, hex, initiator, letters, machineId, naa, PATHS_ONLY, SECTORS, target } from '../documents.ts'

export const LUNS = 500
export const PATHS = 4
/** For one whole survey; 64 of them share two processors. */
export const SURVEY_SECONDS = 300

const placeOf = (path: number, lun: number): string => `${path % 2}:0:${path >> 1}:${lun + 1}`
export const places: readonly string[] = Array.from({ length: LUNS * PATHS }, (_, disk) =>
  placeOf(disk % PATHS, Math.floor(disk / PATHS)),
)
export const nodes: readonly string[] = places.map((_, disk) => `sd${letters(disk)}`)

/**
 * Put before the reader, so that the shipped text has no door for benches: /dev/sgN is LUN N / 4. It writes its answers
 * through /proc/self/mem, for ctypes takes longer to import than the reader to run.
 */
const STAND_IN = `
import fcntl as _f, os as _o, struct as _s
_HEADER = _s.Struct("@iiBBHIPPPIIiPBBBBHHiII")
_MEMORY = []
def _remember():
    _MEMORY[:] = [_OPEN("/proc/self/mem", _o.O_RDWR)]  # a child's own, for the fd is bound to who opened it
_OPEN, _DISKS = _o.open, {}
_remember()
_o.register_at_fork(after_in_child=_remember)
_SAME = {
    0x00: bytes.fromhex("00000003008083"),
    0x80: bytes.fromhex("00800008") + b"serial-1",
    "standard": bytes.fromhex("0000060200000000") + b"LIO-ORG IBLOCK          4.0 ".ljust(88, b"\\0"),
    "capacity": bytes.fromhex("${hex(SECTORS - 1, 16)}00000200").ljust(32, b"\\0"),
}
_ID = bytes.fromhex("008300140103001060014050")
def _open(path, flags, *rest):
    fd = _OPEN(path, flags, *rest)
    _DISKS[fd] = path
    return fd
def _ioctl(fd, request, header, mutate=True):
    f = list(_HEADER.unpack(header))
    cdb = _o.pread(_MEMORY[0], 3, f[7])
    if cdb[0] == 0x12 and cdb[1] and cdb[2] == 0x83:
        disk = int(_DISKS[fd].rsplit("/sg", 1)[1])
        data = _ID + (disk // ${PATHS} + 1).to_bytes(12, "big")
    else:
        data = _SAME["capacity" if cdb[0] == 0x9E else cdb[2] if cdb[1] else "standard"]
    data = data[: f[5]]
    _o.pwrite(_MEMORY[0], data, f[6])
    f[19] = f[5] - len(data)
    header[:] = _HEADER.pack(*f)
_o.open, _f.ioctl = _open, _ioctl
`

/** The part of a blade that is the same everywhere. */
export function writeShared(root: string): void {
  const write = writerIn(root)
  for (const [disk, place] of places.entries()) {
    const device = `devices/${place}`
    for (const [file, text] of [
      ['state', 'running'],
      ['type', '0'],
      ['wwid', `naa.${naa(Math.floor(disk / PATHS))}`],
      [`block/${nodes[disk]}/dev`, numberOf(disk)],
      [`scsi_generic/sg${disk}/dev`, `21:${disk}`],
    ])
      write(`${device}/${file}`, `${text}\n`)
    write(`dev/sg${disk}`, '')
    write(`dev/${nodes[disk]}`, '')
  }
  for (let lun = 0; lun < LUNS; lun += 1) {
    const map = `block/dm-${lun}`
    const disks = Array.from({ length: PATHS }, (_, path) => lun * PATHS + path)
    for (const [file, text] of [
      ['dm/name', aliasOf(lun)],
      ['dm/uuid', `mpath-3${naa(lun)}`],
      ['size', String(SECTORS)],
      ['dev', `253:${lun}`],
      ...disks.map((disk) => [`slaves/${nodes[disk]}/dev`, numberOf(disk)]),
    ])
      write(`${map}/${file}`, `${text}\n`)
  }
  mkdirSync(join(root, 'dev/mapper'))
  write('dm-open', Array.from({ length: LUNS }, (_, lun) => `253\t${lun}\t0\n`).join(''))
  write('dm-status', Array.from({ length: LUNS }, (_, lun) => `${statusOf(lun)}\n`).join(''))
  write('stand-in.py', STAND_IN)
  for (const [name, text] of Object.entries(tools(root)))
    writeFileSync(join(root, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
}

const numberOf = (disk: number): string => `${8 + (disk >> 8)}:${disk & 255}`

/** As dmsetup tells a map that is well. */
export function statusOf(lun: number): string {
  const paths = Array.from({ length: PATHS }, (_, path) => `${numberOf(lun * PATHS + path)} A 0 0 1`)
  return `${aliasOf(lun)}: 0 ${SECTORS} multipath 2 0 0 0 1 1 A 0 ${PATHS} 2 ${paths.join(' ')} `
}

/** `survey` is for the peers: the very command that the driver writes into its kept shell. */
function tools(root: string): Record<string, string> {
  const { script, args } = surveyCall(PATHS_ONLY, SURVEY_SECONDS, '')
  return {
    python3: `code="exec(open('${root}/stand-in.py').read())
$4"
shift 4
exec /usr/bin/python3 -I -S -c "$code" "$@"`,
    dmsetup: `case $1 in info) exec cat ${root}/dm-open ;; *) exec cat ${root}/dm-status ;; esac`,
    multipath: "echo 'multipath-tools v0.9.4 (12/19, 2022)'",
    survey: `exec timeout -k 5 ${SURVEY_SECONDS} ${['sh', '-c', script, 'anyblade', ...args].map(quote).join(' ')} </dev/null`,
  }
}

/** A root for one blade, beside what all share. */
export function writeBlade(root: string, shared: string, blade: number): void {
  const write = writerIn(root)
  for (const [file, text] of [
    ['proc/sys/kernel/hostname', `blade${blade + 1}`],
    ['proc/sys/kernel/osrelease', '6.1.0-56-amd64'],
    ['proc/sys/kernel/random/boot_id', machineId(blade).padEnd(36, '0')],
    ['etc/machine-id', machineId(blade)],
    ...[0, 1].flatMap((host) => portOf(host, blade)),
  ] as const)
    write(file, `${text}\n`)
  mkdirSync(join(root, 'sys/bus/scsi'), { recursive: true })
  symlinkSync(join(shared, 'dev'), join(root, 'dev'))
  symlinkSync(join(shared, 'devices'), join(root, 'sys/bus/scsi/devices'))
  symlinkSync(join(shared, 'block'), join(root, 'sys/block'))
}

/** An initiator port, and the two target ports that it sees. */
function portOf(host: number, blade: number): (readonly [string, string])[] {
  const own = `sys/class/fc_host/host${host}`
  const remote = (number: number) => `sys/class/fc_remote_ports/rport-${host}:0-${number}`
  return [
    [`${own}/port_name`, `0x${initiator(blade, host)}`],
    [`${own}/port_state`, 'Online'],
    [`${own}/fabric_name`, '0x0'],
    ...[0, 1].flatMap((number) => [
      [`${remote(number)}/port_name`, `0x${target(host + 2 * number)}`] as const,
      [`${remote(number)}/port_state`, 'Online'] as const,
      [`${remote(number)}/scsi_target_id`, String(number)] as const,
    ]),
  ]
}

const writerIn = (root: string) => (path: string, text: string) => {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
