/**
 * The contracts of the hands, kept by the drivers against the lab's own array and a blade: the same suites that the
 * simulator keeps. Each leaves nothing: a volume of another fleet's tag, a domain that never runs.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { connect, loadFleet } from '@anyblade/drivers'
import {
  type Alias,
  type BladeAct,
  type Bytes,
  bladeName,
  type Fleet,
  type Limits,
  type LunNumber,
  runId,
  vmName,
} from '@anyblade/engine'
import { type ArraySubject, able, arrayContract, type BladeSubject, bladeContract } from '@anyblade/engine/contract'
import { type Site, site } from './site.ts'

let here: Site
let fleet: Fleet
const opened: ReturnType<typeof connect>[] = []
before(async () => {
  here = await site()
  fleet = await loadFleet(here.fleet)
})
after(() => Promise.all(opened.map((one) => one.close())))

function sure<T>(value: T | undefined, what: string): T {
  assert.ok(value !== undefined, what)
  return value
}
function hands() {
  const one = connect(here.fleet, fleet)
  opened.push(one)
  return one.hands
}
const LIMITS: Limits = { deadlineMs: 60_000, signal: new AbortController().signal }

async function arraySubject(): Promise<ArraySubject> {
  const [array] = fleet.arrays.values()
  const [one, two] = [...fleet.blades.values()].map(({ ports }) => ports.map(({ wwpn }) => wwpn))
  const { arrayReader, arrayActor } = hands()
  const known = sure(array, 'an array')
  const report = await arrayReader.report(known, LIMITS)
  assert.ok(report.state === 'read')
  return {
    array: known,
    hands: {
      report: (...asked) => arrayReader.report(...asked),
      act: (...told) => arrayActor.act(...told),
      heedsEpochs: (...asked) => arrayActor.heedsEpochs(...asked),
    },
    volume: 'contract' as Alias,
    tag: 'anyblade.ffff.contract',
    size: (64 * 1024 ** 2) as Bytes,
    lun: 200 as LunNumber,
    initiators: sure(one, 'a blade'),
    others: sure(two, 'another blade'),
    tooMuch: (report.value.freeBytes + 1024 ** 2) as Bytes,
    heeding: true,
  }
}

async function leaveNothing({ array, hands, volume, tag, lun, size, initiators, others }: ArraySubject): Promise<void> {
  const of = { array: array.name, volume, tag }
  const all = [...initiators, ...others]
  const by = { run: sure(runId('r-cleaner'), 'run'), epoch: 1, step: 1, way: 'do' } as const
  await hands.act(array, by, { ...of, kind: 'unmap-volume', lun, initiators: all, wwid: { ofStep: 1 } }, LIMITS)
  const deleted = await hands.act(array, by, { ...of, kind: 'delete-volume', size }, LIMITS)
  assert.equal(deleted.state, 'done', JSON.stringify(deleted))
}

describe('the contract of an array, kept by lio in the lab', { concurrency: 1 }, () => {
  for (const { name } of arrayContract.filter(({ needs }) => needs === undefined))
    test(name, async () => {
      const it = await arraySubject()
      try {
        for (const behaviour of able(arrayContract, it)) if (behaviour.name === name) await behaviour.holds(it)
      } finally {
        await leaveNothing(it)
      }
    })
})

const UUID = 'c0a7ac70-0000-4000-8000-000000000001'
const xml = (uuid: string) =>
  `<domain type='qemu'><name>contract</name><uuid>${uuid}</uuid><memory unit='MiB'>16</memory><os><type>hvm</type></os></domain>`

function bladeSubject(number: number): BladeSubject {
  const on = { blade: sure(bladeName('blade2'), 'name'), vm: sure(vmName('contract'), 'name') }
  const define = (uuid: string): BladeAct => ({ ...on, kind: 'define-domain', uuid, xml: xml(uuid) })
  const [mine, others] = [hands(), hands()]
  return {
    blade: sure(fleet.blades.get(on.blade), 'blade2'),
    one: { reader: mine.bladeReader, actor: mine.bladeActor },
    other: { reader: others.bladeReader, actor: others.bladeActor },
    run: sure(runId(`r-contract${number}a`), 'run'),
    otherRun: sure(runId(`r-contract${number}b`), 'run'),
    act: define(UUID),
    // No name that a domain can have: libvirt refuses it, whatever is there.
    failing: { ...on, kind: 'define-domain', uuid: UUID, xml: '<domain/>' },
    doneCount: async () => Number(await here.on('blade2', 'virsh -q list --all --name | grep -cx contract || :')),
  }
}

describe('the contract of a blade, kept by the driver in the lab', { concurrency: 1 }, () => {
  for (const [number, { name }] of bladeContract.filter(({ needs }) => needs === undefined).entries())
    test(name, async () => {
      const it = bladeSubject(number)
      try {
        for (const behaviour of able(bladeContract, it)) if (behaviour.name === name) await behaviour.holds(it)
      } finally {
        const state = '/var/lib/anyblade'
        await here.on(
          'blade2',
          `virsh -q undefine contract 2>/dev/null || :; rm -rf ${state}/runs/r-contract* ${state}/leases/r-contract*`,
        )
      }
    })
})

test('the promises, asked of the lab as it is: none is broken that a look can show', async () => {
  const { stdout } = await here.anyblade('audit', '--output', 'json')
  const { promises, silent } = JSON.parse(stdout)
  assert.deepEqual(silent, [])
  const verdicts = new Map<string, string>(
    promises.map(({ promise, verdict }: { promise: string; verdict: string }) => [promise, verdict]),
  )
  for (const promise of ['one writer', 'never the wrong LUN', 'one alias, one WWID', 'nothing hangs'])
    assert.equal(verdicts.get(promise), 'kept', stdout)
})
