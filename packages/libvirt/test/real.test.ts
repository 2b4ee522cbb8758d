/** Against a libvirt daemon as it is installed here, with its test driver: no emulator, no privilege. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  capabilities,
  close,
  type DomainRef,
  defineDomain,
  destroyDomain,
  findByName,
  findByUuid,
  hostname,
  jobOf,
  type LibvirtEvent,
  LibvirtRefused,
  type Limits,
  libVersion,
  listDomains,
  resumeDomain,
  type Session,
  shutdownDomain,
  startDomain,
  stateOf,
  statsOfAll,
  suspendDomain,
  undefineDomain,
  unwatchEvents,
  watchEvents,
  xmlOf,
} from '../index.ts'
import { leftOut, type PrivateLibvirtd, sessionWith, startLibvirtd } from './private-libvirtd.ts'

const SOON: Limits = { deadlineMs: 10_000 }
const UUID = '11111111-2222-4333-8444-555555555555'
const XML = `<domain type='test'><name>vm1</name><uuid>${UUID}</uuid><memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>`

describe('a real libvirtd, test driver', { skip: leftOut }, () => {
  let daemon: PrivateLibvirtd
  let session: Session

  before(async () => {
    daemon = await startLibvirtd()
    session = await sessionWith(daemon, 'test:///default')
  })
  after(async () => {
    await close(session, SOON)
    await daemon.stop()
  })

  test('says who it is', async () => {
    assert.match(await libVersion(session, SOON), /^\d+\.\d+\.\d+$/)
    assert.notEqual(await hostname(session, SOON), '')
    assert.match(await capabilities(session, SOON), /^<capabilities>/)
  })

  test('lists what runs', async () => {
    const domains = await listDomains(session, 'all', SOON)
    assert.ok(domains.some(({ name, id }) => name === 'test' && id > 0))
    assert.ok((await listDomains(session, 'running', SOON)).some(({ name }) => name === 'test'))
    assert.ok(!(await listDomains(session, 'stopped', SOON)).some(({ name }) => name === 'test'))
  })

  test('a life: define, start, suspend, resume, destroy, undefine, each with its state and event', async () => {
    const events: string[] = []
    const listener = session.onEvent((event) => events.push(told(event)))
    const callbackId = await watchEvents(session, 'lifecycle', 'all', SOON)
    const states: string[] = []
    const note = async (domain: DomainRef) => {
      const { state, reason } = await stateOf(session, domain, SOON)
      states.push(`${state}/${reason}`)
    }

    const defined = await defineDomain(session, XML, 'schema', SOON)
    assert.deepEqual(defined, { name: 'vm1', uuid: UUID, id: -1 })
    await note(defined)
    const started = await startDomain(session, defined, 'running', SOON)
    assert.ok(started.id > 0)
    await note(started)
    await suspendDomain(session, started, SOON)
    await note(started)
    await resumeDomain(session, started, SOON)
    await note(started)
    await destroyDomain(session, started, SOON)
    await note(defined)
    await startDomain(session, defined, 'running', SOON)
    await shutdownDomain(session, defined, SOON)
    await note(defined)
    await undefineDomain(session, defined, 'no-nvram', SOON)
    await unwatchEvents(session, callbackId, SOON)
    listener.stop()

    assert.deepEqual(states, [
      'shut-off/unknown',
      'running/booted',
      'paused/user',
      'running/unpaused',
      'shut-off/destroyed',
      'shut-off/shutdown',
    ])
    assert.deepEqual(events.slice(0, 5), [
      'vm1 defined/added',
      'vm1 started/booted',
      'vm1 suspended/paused',
      'vm1 resumed/unpaused',
      'vm1 stopped/destroyed',
    ])
  })

  test('finds, and says what it did not find', async () => {
    const found = await findByName(session, 'test', SOON)
    assert.ok(found)
    assert.deepEqual(await findByUuid(session, found.uuid, SOON), found)
    assert.equal(await findByName(session, 'no-such', SOON), undefined)
    assert.equal(await findByUuid(session, '99999999-2222-4333-8444-555555555555', SOON), undefined)
    assert.match(await xmlOf(session, found, 'current', SOON), /^<domain type='test' id='1'>[\s\S]*<name>test<\/name>/)
    assert.doesNotMatch(await xmlOf(session, found, 'inactive', SOON), / id='1'/)
  })

  test('what it refuses comes as a refusal, and the session goes on', async () => {
    const found = await findByName(session, 'test', SOON)
    assert.ok(found)
    await assert.rejects(
      startDomain(session, found, 'running', SOON),
      (e) => e instanceof LibvirtRefused && e.procedure === 'start',
    )
    await assert.rejects(defineDomain(session, '<domain>', 'lenient', SOON), LibvirtRefused)
    assert.notEqual(await hostname(session, SOON), '')
  })

  test('statistics of all domains', async () => {
    const stats = await statsOfAll(session, ['state'], SOON)
    const one = stats.find(({ domain }) => domain.name === 'test')
    assert.deepEqual(one?.parameters.get('state.state'), { type: 'int', value: 1 })
  })

  test('a hundred calls at once all come back', async () => {
    const names = await Promise.all(Array.from({ length: 100 }, () => hostname(session, SOON)))
    assert.equal(new Set(names).size, 1)
  })

  test('a procedure that the driver lacks is a refusal', async () => {
    const found = await findByName(session, 'test', SOON)
    assert.ok(found)
    await assert.rejects(jobOf(session, found, 'current', SOON), LibvirtRefused)
  })
})

function told(event: LibvirtEvent): string {
  return event.kind === 'lifecycle' ? `${event.domain.name} ${event.change}/${event.detail}` : event.kind
}
