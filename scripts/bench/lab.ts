/**
 * In the lab: the whole survey command against the same looked up with a shell over ssh on each blade, and the whole
 * migrate command, proofs, journal and record included, against a bare `virsh migrate`. In turn, medians.
 */
import { execFileSync } from 'node:child_process'
import { progressOn, up } from '@anyblade/lab'
import { CMDLINE, GUEST, PORTS, type Site, siteOf } from '../../lab-tests/site.ts'

type Row = { readonly name: string; readonly detail: string; readonly ratio: number | undefined }
const ROUNDS = 3

/** What an administrator types on each blade, after the how-to. */
const BY_HAND = `for d in /sys/block/sd*; do d=\${d##*/}; echo "$d $(/lib/udev/scsi_id -g -u -d /dev/$d) $(cat /sys/block/$d/size)"; done
multipath -ll; virsh -q list --all`

export async function benchLab(): Promise<readonly Row[]> {
  const progress = progressOn(process.stderr)
  const lab = await up({ name: 'bench', report: progress.report }).finally(() => progress.end())
  try {
    const here = siteOf(lab)
    await prepare(here)
    return [await survey(here), await migrate(here)]
  } finally {
    await lab.down()
  }
}

async function prepare(here: Site): Promise<void> {
  await here.done('fleet', 'init', here.fleet, '--name', 'bench', '--ssh-config', here.lab.sshConfig)
  await here.done('array', 'add', 'san1', '--ssh', 'array', '--pool', 'san/pool', ...PORTS)
  for (const blade of here.lab.blades) await here.done('blade', 'add', blade, '--ssh', blade)
  await here.done('volume', 'create', 'ldap', '--size', '1G')
  await here.done('vm', 'create', 'ldap', '--volume', 'ldap', ...GUEST, ...CMDLINE)
  await here.done('vm', 'start', 'ldap')
}

async function survey(here: Site): Promise<Row> {
  const byHand = () => Promise.all(here.lab.blades.map((blade) => here.on(blade, BY_HAND)))
  return compared('survey', 'a shell over ssh on each blade, in parallel', () => here.done('survey'), byHand)
}

/** There by us, back by hand: the document is set right by hand, as one would have to. */
async function migrate(here: Site): Promise<Row> {
  const back = async () => {
    await here.on('blade2', 'virsh -q migrate --live --p2p --persistent --undefinesource ldap qemu+ssh://blade1/system')
  }
  const home = async () => {
    execFileSync('sed', ['-i', 's/^home: .*/home: blade1/', `${here.fleet}/vms/ldap.yaml`])
    execFileSync('git', ['-C', here.fleet, 'commit', '-qam', 'vm ldap: back by hand'])
  }
  return compared(
    'vm migrate',
    'bare virsh migrate',
    () => here.done('vm', 'migrate', 'ldap', '--to', 'blade2'),
    back,
    home,
  )
}

async function compared(
  name: string,
  peer: string,
  ours: () => Promise<unknown>,
  theirs: () => Promise<unknown>,
  between: () => Promise<void> = async () => {},
): Promise<Row> {
  const times: { readonly ours: number[]; readonly theirs: number[] } = { ours: [], theirs: [] }
  for (let round = 0; round < ROUNDS; round += 1) {
    times.ours.push(await seconds(ours))
    times.theirs.push(await seconds(theirs))
    await between()
  }
  const [mine, other] = [median(times.ours), median(times.theirs)]
  return { name, detail: `${mine.toFixed(1)} s against ${other.toFixed(1)} s of ${peer}`, ratio: mine / other }
}

async function seconds(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return (performance.now() - began) / 1000
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
