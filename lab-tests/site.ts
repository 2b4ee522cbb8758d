/**
 * The lab that the tests share, and the command under test in it. Each file of tests leaves the lab as it found it.
 * What is asserted comes from kernels, the array, libvirt and frames, read past the product.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Lab, LabError, openLab, progressOn, up } from '@anyblade/lab'

export const LAB = process.env.ANYBLADE_LAB ?? 'test'
const MAIN = resolve('packages/cli/main.ts')
const COMMAND_MS = 300_000

export type Ended = { readonly exit: number; readonly stdout: string; readonly stderr: string }

export type Site = {
  readonly lab: Lab
  readonly fleet: string
  /** Runs `anyblade` as a user does; the whole output comes back. */
  anyblade(...words: readonly string[]): Promise<Ended>
  /** The same in another directory, where there is no fleet. */
  elsewhere(dir: string, ...words: readonly string[]): Promise<Ended>
  /** As `anyblade`, which must end with exit 0. */
  done(...words: readonly string[]): Promise<Ended>
  /** POSIX sh on a node, which must end with exit 0. @returns its output, trimmed */
  on(node: string, script: string, ...args: readonly string[]): Promise<string>
}

/** The lab, booted or resumed where it is not up, and a fleet of its blades and its array. */
export async function site(): Promise<Site> {
  const here = siteOf(await started(LAB, undefined))
  if (!existsSync(join(here.fleet, 'fleet.yaml'))) await makeFleet(here)
  return here
}

const started = (name: string, blades: number | undefined): Promise<Lab> => {
  const progress = progressOn(process.stderr)
  return up({ name, ...(blades === undefined ? {} : { blades }), report: progress.report }).finally(() =>
    progress.end(),
  )
}

/** A lab of a file's own, as it is after its first start, and no fleet yet; the file takes it down. */
export async function ownSite(name: string, blades: number): Promise<Site> {
  const own = `${LAB}-${name}`
  try {
    await openLab(own).down()
  } catch (error) {
    if (!(error instanceof LabError && error.code === 'no-lab')) throw error
  }
  return siteOf(await started(own, blades), join(mkdtempSync(join(tmpdir(), `anyblade-${name}-`)), 'fleet'))
}

/** The fleet of this run of the tests; one that an earlier run has left would tell of disks that are gone. */
const fleetOf = (lab: Lab): string => process.env.ANYBLADE_LAB_FLEET ?? join(lab.dir, 'fleet')

export function siteOf(lab: Lab, fleet = fleetOf(lab)): Site {
  const anyblade = (...words: readonly string[]) => run(words, { ANYBLADE_FLEET: fleet })
  return {
    lab,
    fleet,
    anyblade,
    elsewhere: (dir, ...words) => run(words, { ANYBLADE_FLEET: '' }, dir),
    done: async (...words) => {
      const ended = await anyblade(...words)
      assert.equal(ended.exit, 0, `anyblade ${words.join(' ')}\n${ended.stdout}\n${ended.stderr}`)
      return ended
    },
    on: async (node, script, ...args) => {
      const { exit, stdout, stderr } = await lab.ssh(node, script, args)
      assert.equal(exit, 0, `${node}: ${script}\n${stdout}\n${stderr}`)
      return stdout.trim()
    },
  }
}

export const PORTS = ['--port', 'A=20:00:52:54:00:0a:00:01', '--port', 'B=20:00:52:54:00:0b:00:01']

export async function makeFleet(here: Site): Promise<void> {
  await here.done('fleet', 'init', here.fleet, '--name', 'lab', '--ssh-config', here.lab.sshConfig)
  await here.done('array', 'add', 'san1', '--ssh', 'array', '--pool', 'san/pool', ...PORTS)
  for (const blade of here.lab.blades) await here.done('blade', 'add', blade, '--ssh', blade)
}

/** Runs the command to its end; one that hangs is killed, and told so by its exit code 137. */
export function run(
  words: readonly string[],
  env: Record<string, string>,
  dir = '.',
  limitMs = COMMAND_MS,
): Promise<Ended> {
  const child = start(words, env, dir)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
    const [out, err]: [string[], string[]] = [[], []]
    child.stdout.on('data', (text: string) => out.push(text))
    child.stderr.on('data', (text: string) => err.push(text))
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ exit: code ?? 137, stdout: out.join(''), stderr: err.join('') })
    })
  })
}

/** Starts the command; the caller follows or kills it. */
export function start(words: readonly string[], env: Record<string, string>, dir = '.') {
  const child = spawn(process.execPath, [MAIN, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    cwd: dir,
  })
  child.stdout.setEncoding('utf8')
  child.stderr.setEncoding('utf8')
  return child
}

/** Waits until `holds`, asking each second. */
export async function until(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + limitMs
  while (!(await holds())) {
    assert.ok(Date.now() < end, `still not so after ${limitMs / 1000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

/** The domains that run on a blade, by virsh's word. */
export const running = async (here: Site, blade: string): Promise<string[]> =>
  (await here.on(blade, 'virsh -q list --name')).split('\n').filter((name) => name !== '')

export const GUEST = [
  '--memory',
  '160M',
  '--kernel',
  '/var/lib/lab/guest/vmlinuz',
  '--initrd',
  '/var/lib/lab/guest/initrd.gz',
]
export const CMDLINE = [
  '--cmdline',
  'console=ttyS0 quiet mitigations=off nokaslr tsc=reliable no_timer_check cryptomgr.notests panic=1',
]

/** The guest of this MAC answers pings. */
export const answersPing = async (here: Site, mac: string): Promise<boolean> =>
  (await here.lab.lan()).guests.some((guest) => guest.mac === mac && guest.answered > 10)

/** Waits until the guest on this volume has written a newer record than this one: it answers pings before it writes. */
export const writesPast = (here: Site, volume: string, record: number): Promise<void> =>
  until(`the guest on ${volume} writes past record ${record}`, 120_000, async () => {
    const { last } = await here.lab.verify(volume)
    return (last ?? 0) > record
  })

/** How many nexuses of a volume the array has registered, by a blade's own tool. */
export async function registeredAt(here: Site, blade: string, volume: string): Promise<number> {
  const said = await here.on(blade, 'mpathpersist --in -k "/dev/mapper/$1"', volume)
  return said.match(/^ *0x[0-9a-f]{12,16}$/gm)?.length ?? 0
}

/** The id of a volume, by the product's own word. */
export const wwidOf = async (here: Site, volume: string): Promise<string> =>
  /36001405[0-9a-f]{25}/.exec((await here.done('volume', 'show', volume)).stdout)?.[0] ?? ''

/** A volume's document says that it may be deleted, committed as an operator does it. */
export function unprotect(here: Site, volume: string): void {
  const file = join(here.fleet, 'volumes', `${volume}.yaml`)
  writeFileSync(file, readFileSync(file, 'utf8').replace('protected: true', 'protected: false'))
  execFileSync('git', ['commit', '-qam', `${volume}: may be deleted`], { cwd: here.fleet })
}

/** Scans all FC hosts of every blade again and again, as a careless operator would; the function ends it. */
export async function scanning(here: Site): Promise<() => Promise<void>> {
  const loop =
    'while :; do for h in /sys/class/fc_host/host*; do echo "- - -" >"/sys/class/scsi_host/${h##*/}/scan"; done; sleep 1; done'
  const on = (script: string) => Promise.all(here.lab.blades.map((blade) => here.on(blade, script)))
  await on(`setsid sh -c '${loop}' >/dev/null 2>&1 </dev/null & echo $! >/run/scan-loop`)
  return async () => {
    await on('kill -- "-$(cat /run/scan-loop)"; rm /run/scan-loop')
  }
}

/** Each name is the map of this id on every blade, by device-mapper's word; undefined: there is nothing of that name. */
export async function namedEverywhere(here: Site, wanted: Readonly<Record<string, string | undefined>>): Promise<void> {
  const uuid = 'd=$(readlink "/dev/mapper/$1") && cat "/sys/block/$(basename "$d")/dm/uuid" || :'
  for (const blade of here.lab.blades)
    for (const [name, id] of Object.entries(wanted))
      assert.equal(await here.on(blade, uuid, name), id === undefined ? '' : `mpath-${id}`, `${name} on ${blade}`)
}

/** Of every blade: each file of multipath's, with its hash and the nanosecond in which it was written last. */
export const multipathFiles = (here: Site): Promise<string[]> =>
  Promise.all(
    here.lab.blades.map((blade) =>
      here.on(
        blade,
        'find /etc/multipath.conf /etc/multipath -type f | sort | while read -r f; do printf "%s %s %s\\n" "$f" "$(sha256sum <"$f")" "$(stat -c %y "$f")"; done',
      ),
    ),
  )

/** All that a blade still has or remembers of a LUN, looked for past the product; nothing where there is nothing. */
export const residueOf = (here: Site, blade: string, name: string, wwid: string): Promise<string> =>
  here.on(
    blade,
    [
      'udevadm settle --timeout=20',
      'grep -l "${2#3}" /sys/bus/scsi/devices/*/wwid 2>/dev/null',
      'grep -l -- "-$2\\$" /sys/block/dm-*/dm/uuid 2>/dev/null',
      'ls -d /dev/mapper/"$1" /dev/mapper/"$1"-part* 2>/dev/null',
      'ls /dev/disk/by-id | grep -F "${2#3}"',
      // multipath -w makes a comment of the line in its wwids file, and leaves it
      'grep -rF "$2" /etc/multipath.conf /etc/multipath /etc/lvm/devices 2>/dev/null | grep -v ":#"',
      'multipathd -k"show paths raw format %w" | grep -F "$2"',
      'true',
    ].join('\n'),
    name,
    wwid,
  )
