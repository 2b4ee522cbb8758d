/**
 * In the lab, in turn, medians. The whole survey command against the same looked up with a shell over ssh on each blade.
 * The whole migrate command, with proofs, reservations, journal and record, against a bare `virsh migrate`; and how long
 * the guest could not write during each; and how long it takes from a command to the start of its first migration, which
 * is when libvirt at the destination starts the emulator.
 *
 * Two VMs, since a bare `virsh migrate` leaves the array's writer where it was: `ours` has a volume that the array keeps
 * to one writer, `plain` one that it does not. While one moves, the other one's processor stands still.
 */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { progressOn, up } from '@anyblade/lab'
import { answersPing, CMDLINE, GUEST, PORTS, type Site, siteOf, until } from '../../lab-tests/site.ts'
import { type Row, row } from './row.ts'

const ROUNDS = 3
const VMS = { ours: '52:54:00:88:00:60', plain: '52:54:00:88:00:61' } as const
type Vm = keyof typeof VMS

/** What an administrator types on each blade, after the how-to. */
const BY_HAND = `for d in /sys/block/sd*; do d=\${d##*/}; echo "$d $(/lib/udev/scsi_id -g -u -d /dev/$d) $(cat /sys/block/$d/size)"; done
multipath -ll; virsh -q list --all`

/** @param pairs how many moves of each kind */
export async function benchLab(pairs = ROUNDS): Promise<readonly Row[]> {
  const progress = progressOn(process.stderr)
  const lab = await up({ name: 'bench', report: progress.report }).finally(() => progress.end())
  try {
    const here = siteOf(lab)
    await prepare(here)
    return [await survey(here), ...(await moves(here, pairs))]
  } finally {
    await lab.down()
  }
}

async function prepare(here: Site): Promise<void> {
  rmSync(here.fleet, { recursive: true, force: true }) // of a bench before, whose disks are gone
  await here.done('fleet', 'init', here.fleet, '--name', 'bench', '--ssh-config', here.lab.sshConfig)
  await here.done('array', 'add', 'san1', '--ssh', 'array', '--pool', 'san/pool', ...PORTS)
  for (const blade of here.lab.blades) await here.done('blade', 'add', blade, '--ssh', blade)
  await here.done('volume', 'create', 'ours', '--size', '1G')
  await here.done('volume', 'create', 'plain', '--size', '1G', '--writer', 'none')
  for (const [vm, mac] of Object.entries(VMS)) {
    const network = ['--network', 'br0', '--mac', mac]
    await here.done('vm', 'create', vm, '--volume', vm, ...network, ...GUEST, ...CMDLINE)
    await here.done('vm', 'start', vm)
    await until(`${vm} answers`, 120_000, () => answersPing(here, mac))
    await here.on('blade1', 'virsh -q suspend "$1"', vm)
  }
}

async function survey(here: Site): Promise<Row> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await seconds(() => here.done('survey')))
    theirs.push(await seconds(() => Promise.all(here.lab.blades.map((blade) => here.on(blade, BY_HAND)))))
  }
  return row('survey', 's', ours, theirs, 'a shell over ssh on each blade, in parallel')
}

async function moves(here: Site, pairs: number): Promise<Row[]> {
  const took: Record<Vm, number[]> = { ours: [], plain: [] }
  const gap: Record<Vm, number[]> = { ours: [], plain: [] }
  const waited: Record<Vm, number[]> = { ours: [], plain: [] }
  const live = 'virsh -q migrate --live --p2p --persistent --undefinesource plain "qemu+ssh://$1/system"'
  for (let pair = 0; pair < pairs; pair += 1) {
    const [from, to] = pair % 2 === 0 ? ['blade1', 'blade2'] : ['blade2', 'blade1']
    const moves: Readonly<Record<Vm, () => Promise<unknown>>> = {
      ours: () => here.done('vm', 'migrate', 'ours', '--to', to),
      plain: () => here.on(from, live, to),
    }
    for (const vm of ['ours', 'plain'] as const) {
      await here.on(from, 'virsh -q resume "$1"', vm)
      const since = await writesOn(here, vm)
      const typed = await uptime(here, to)
      took[vm].push(await seconds(moves[vm]))
      await writesOn(here, vm)
      const written = await here.lab.verify(vm, since)
      assert.deepEqual([written.holes, written.rollbacks, written.foreignWrites], [[], 0, 0], `what ${vm} wrote`)
      gap[vm].push(written.longestGapMs)
      waited[vm].push((await emulatorSince(here, to, vm)) - typed)
      await here.on(to, 'virsh -q suspend "$1"', vm)
    }
  }
  return [
    row('vm migrate, the whole command', 's', took.ours, took.plain, 'bare virsh migrate'),
    row('vm migrate, longest time without a write', 'ms', gap.ours, gap.plain, 'bare virsh migrate'),
    row('vm migrate, from the command to the start of the migration', 's', waited.ours, waited.plain, 'virsh migrate'),
    row(
      'blade evacuate, from the command to the start of its first migration',
      's',
      await evacuations(here, pairs),
      waited.plain,
      'virsh migrate, the first of a shell loop',
    ),
  ]
}

/** Both VMs at once, to and fro, from where an even or odd number of pairs has left them. @returns seconds, of each round */
async function evacuations(here: Site, pairs: number): Promise<number[]> {
  const waited: number[] = []
  await Promise.all(
    Object.keys(VMS).map((vm) => here.on(pairs % 2 === 0 ? 'blade1' : 'blade2', 'virsh -q resume "$1"', vm)),
  )
  for (let round = pairs; round < pairs + ROUNDS; round += 1) {
    const [from, to] = round % 2 === 0 ? ['blade1', 'blade2'] : ['blade2', 'blade1']
    const typed = await uptime(here, to)
    await here.done('blade', 'evacuate', from, '--to', to)
    const started = await Promise.all(Object.keys(VMS).map((vm) => emulatorSince(here, to, vm)))
    waited.push(Math.min(...started) - typed)
  }
  return waited
}

/** Seconds since the blade has booted, by its kernel. */
const uptime = async (here: Site, blade: string): Promise<number> =>
  Number(await here.on(blade, 'cut -d " " -f 1 /proc/uptime'))

/** When the emulator of a VM was started, on the same clock. */
const emulatorSince = async (here: Site, blade: string, vm: string): Promise<number> =>
  Number(
    await here.on(
      blade,
      'sed "s/.*) //" "/proc/$(cat "/run/libvirt/qemu/$1.pid")/stat" | awk -v hz="$(getconf CLK_TCK)" \'{ print $20 / hz }\'',
      vm,
    ),
  )

/** Waits until the guest has written some records more. @returns the newest record */
async function writesOn(here: Site, vm: Vm): Promise<number> {
  const newest = async () => (await here.lab.verify(vm)).last ?? 0
  const before = await newest()
  let now = before
  await until(`${vm} writes`, 60_000, async () => {
    now = await newest()
    return now > before + 10
  })
  return now
}

async function seconds(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return (performance.now() - began) / 1000
}
