/** Against libvirt's QEMU driver as it is installed here: a guest without a disk, emulated, in private daemons. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  abortJob,
  close,
  compareCpu,
  type DomainRef,
  defineDomain,
  destroyDomain,
  domainCapabilities,
  findByName,
  jobInfoOf,
  jobOf,
  LibvirtLost,
  LibvirtRefused,
  type Limits,
  type Migration,
  migrate,
  REFUSAL,
  resumeDomain,
  type Session,
  startDomain,
  stateOf,
  suspendDomain,
  undefineDomain,
  watchEvents,
} from '../index.ts'
import { leftOutGuests, leftOutPairs, type PrivateLibvirtd, sessionWith, startLibvirtd } from './private-libvirtd.ts'

const SOON: Limits = { deadlineMs: 30_000 }
const UUID = '11111111-2222-4333-8444-666666666666'
const XML = `<domain type='qemu'><name>vm1</name><uuid>${UUID}</uuid><memory unit='MiB'>32</memory>
<os><type arch='x86_64' machine='pc'>hvm</type></os>
<cpu mode='custom' match='exact'><model fallback='forbid'>qemu64</model></cpu>
<devices><controller type='usb' model='none'/><memballoon model='none'/></devices></domain>`
const EMULATION = { arch: 'x86_64', virtType: 'qemu' } as const

async function stateText(session: Session, domain: DomainRef): Promise<string> {
  const { state, reason } = await stateOf(session, domain, SOON)
  return `${state}/${reason}`
}

describe('a real libvirtd, QEMU driver', { skip: leftOutGuests }, () => {
  let daemon: PrivateLibvirtd
  let session: Session
  before(async () => {
    daemon = await startLibvirtd()
    session = await sessionWith(daemon, 'qemu:///session')
  })
  after(async () => {
    await close(session, SOON)
    await daemon.stop()
  })

  test('a guest: started paused, resumed, suspended, without a job, destroyed', async () => {
    const defined = await defineDomain(session, XML, 'schema', SOON)
    const guest = await startDomain(session, defined, 'paused', SOON)
    assert.equal(await stateText(session, guest), 'paused/user')
    await resumeDomain(session, guest, SOON)
    assert.equal(await stateText(session, guest), 'running/unpaused')
    await suspendDomain(session, guest, SOON)
    assert.equal((await jobOf(session, guest, 'current', SOON)).type, 'none')
    assert.equal((await jobInfoOf(session, guest, SOON)).type, 0)
    await assert.rejects(
      abortJob(session, guest, SOON),
      (e) => e instanceof LibvirtRefused && e.refusal.number === REFUSAL.operationInvalid,
    )
    await destroyDomain(session, guest, SOON)
    await undefineDomain(session, defined, 'keep-nvram', SOON)
    assert.equal(await findByName(session, 'vm1', SOON), undefined)
  })

  test('processors are compared by libvirt itself', async () => {
    assert.match(await domainCapabilities(session, EMULATION, SOON), /^<domainCapabilities>/)
    const cpu = (model: string) => `<cpu mode='custom' match='exact'><model fallback='forbid'>${model}</model></cpu>`
    assert.match((await compareCpu(session, cpu('qemu64'), EMULATION, SOON)).result, /identical|superset/)
    const impossible = `<cpu match='exact'><model>486</model><feature name='3dnowext' policy='forbid'/><vendor>VIA</vendor></cpu>`
    const compared = await compareCpu(session, impossible, EMULATION, SOON).catch((e) => e)
    assert.ok(compared instanceof LibvirtRefused || compared.result === 'incompatible', String(compared))
  })

  test('a call to an emulator that hangs passes its deadline, and others are still answered', async () => {
    const guest = await startDomain(session, await defineDomain(session, XML, 'schema', SOON), 'running', SOON)
    const emulator = await daemon.emulatorOf('vm1')
    process.kill(emulator, 'SIGSTOP')
    try {
      const hung = suspendDomain(session, guest, { deadlineMs: 300 })
      await assert.rejects(hung, (e) => e instanceof LibvirtLost && e.code === 'deadline')
      assert.ok(await findByName(session, 'vm1', SOON))
    } finally {
      process.kill(emulator, 'SIGCONT')
    }
    await destroyDomain(session, guest, SOON)
    await undefineDomain(session, guest, 'keep-nvram', SOON)
  })
})

describe('two real libvirtds', { skip: leftOutPairs }, () => {
  let daemons: readonly [PrivateLibvirtd, PrivateLibvirtd]
  let source: Session
  let destination: Session
  const told: string[] = []

  before(async () => {
    const uuid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000001`
    daemons = await Promise.all([
      startLibvirtd({ hostname: 'blade-a', uuid: uuid('a') }),
      startLibvirtd({ hostname: 'blade-b', uuid: uuid('b') }),
    ])
    source = await sessionWith(daemons[0], 'qemu:///session')
    destination = await sessionWith(daemons[1], 'qemu:///session')
    for (const [blade, session] of [
      ['a', source],
      ['b', destination],
    ] as const) {
      session.onEvent((e) => told.push(`${blade} ${e.kind === 'lifecycle' ? `${e.change}/${e.detail}` : e.kind}`))
      for (const kind of ['lifecycle', 'job-completed'] as const) await watchEvents(session, kind, 'all', SOON)
    }
  })
  after(async () => {
    for (const session of [source, destination]) {
      const guest = await findByName(session, 'vm1', SOON)
      if (guest !== undefined && guest.id > 0) await destroyDomain(session, guest, SOON)
      await close(session, SOON)
    }
    await Promise.all(daemons.map((daemon) => daemon.stop()))
  })

  function migration(change: Partial<Migration> = {}): Migration {
    const destinationUri = `qemu+unix:///session?socket=${daemons[1].socketPath}`
    const flags = ['live', 'persist-destination', 'undefine-source', 'abort-on-error', 'paused'] as const
    return { destinationUri, migrateUri: 'tcp://127.0.0.1', listenAddress: '127.0.0.1', flags, ...change }
  }

  test('a migration that is cancelled leaves the guest where it was', async () => {
    const guest = await startDomain(source, await defineDomain(source, XML, 'schema', SOON), 'running', SOON)
    const slow = migrate(source, guest, migration({ bandwidthMibPerSecond: 1n }), SOON)
    const refused = assert.rejects(
      slow,
      (e) => e instanceof LibvirtRefused && e.refusal.number === REFUSAL.operationAborted,
    )
    await jobThat(source, guest, ({ memoryProcessedBytes }) => (memoryProcessedBytes ?? 0) > 0)
    await abortJob(source, guest, SOON)
    await refused
    assert.equal(await stateText(source, guest), 'running/booted')
    assert.equal(await findByName(destination, 'vm1', SOON), undefined)
  })

  test('a migration lands paused, and the source is gone', async () => {
    const guest = await findByName(source, 'vm1', SOON)
    assert.ok(guest)
    told.length = 0
    await migrate(source, guest, migration(), SOON)
    assert.equal(await findByName(source, 'vm1', SOON), undefined)
    const landed = await findByName(destination, 'vm1', SOON)
    assert.ok(landed)
    assert.match(await stateText(destination, landed), /^paused\//)
    await sleep(200)
    assert.ok(told.includes('a suspended/migrated') && told.includes('a stopped/migrated'), told.join(', '))
    assert.ok(told.includes('b suspended/paused') && !told.some((e) => e.startsWith('b resumed')), told.join(', '))
    assert.ok(told.includes('a job-completed'), told.join(', '))
    await resumeDomain(destination, landed, SOON)
    assert.equal((await stateOf(destination, landed, SOON)).state, 'running')
    assert.equal((await jobOf(destination, landed, 'completed', SOON)).operation, 'migration-in')
  })
})

type Progress = Awaited<ReturnType<typeof jobOf>>

async function jobThat(session: Session, domain: DomainRef, holds: (job: Progress) => boolean): Promise<void> {
  const until = performance.now() + 20_000
  for (;;) {
    const job = await jobOf(session, domain, 'current', SOON)
    if (holds(job)) return
    assert.ok(performance.now() < until, JSON.stringify(job))
    await sleep(20)
  }
}
