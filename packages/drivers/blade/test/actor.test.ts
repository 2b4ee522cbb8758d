import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import {
  type At,
  alias,
  type Barred,
  type BladeAct,
  bladeName,
  type Held,
  type LeaseAsk,
  lunNumber,
  runId,
  transferOf,
  vmName,
  wwid,
  wwpn,
} from '@anyblade/engine'
import { keyOf } from '@anyblade/scsi'
import { actCall } from '../act-call.ts'
import { SshBladeActor } from '../actor.ts'
import { leasedOf, outcomeOf } from '../answer.parse.ts'
import { parseJob, progressOf } from '../migration-job.ts'
import { SshBladeReader } from '../reader.ts'
import { aBlade } from './a-blade.ts'
import { noSshd, sshServer, within } from './ssh-server.ts'

function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined)
  return value
}

const RUN = known(runId('r-test1'))
const AT: At = { run: RUN, epoch: 1, step: 1, way: 'do' }
const UUID = '6b2e0000-0000-4000-8000-000000000001'
const WWID = known(wwid('3600140500000000000000000000000a1'))
const ON = { blade: known(bladeName('blade1')) }
const VM = { ...ON, vm: known(vmName('ldap')), uuid: UUID }
const ONE = { volume: known(alias('ldap')), lun: known(lunNumber(5)), wwid: WWID }
const WWW = { volume: known(alias('www')), lun: known(lunNumber(6)), wwid: known(wwid(`${WWID}0`)) }
const SCAN: BladeAct = {
  ...{ ...ON, kind: 'scan-lun' },
  luns: [ONE, WWW],
  targetPorts: [known(wwpn('2000525400000a01'))],
}
const [K1, K2] = [1, 2].map((blade) => keyOf({ fleet: 0xa1b2, blade, generation: blade }))
const DISKS = [{ alias: known(alias('ldap')), wwid: WWID }]
const KEYS = [{ alias: known(alias('ldap')), ours: known(K1), theirs: known(K2) }]
const FOLDER = `/run/anyblade/hand-over-${RUN}`
const LIMITS = within(60_000).limits
const ASK: LeaseAsk = {
  run: RUN,
  operator: 'ops@here',
  seconds: 60,
  words: [{ name: 'vm/ldap', limit: 1 }],
  plan: '{}',
  wait: undefined,
  ended: () => {},
}
const nobody = () => {}

const base64 = (text: string) => Buffer.from(text).toString('base64')
/** An answer of the wrapper: an act's evidence, or its own words. */
const ended = (exit: number, errors = '') =>
  ({
    state: 'read',
    value: { exit, stdout: `${base64('a\n\x1b[1mb\n\n')},${base64(errors)}\n`, stderr: '' },
  }) as const
const read = (exit: number, stderr = '', stdout = '') => ({ state: 'read', value: { exit, stdout, stderr } }) as const
const lost = (sent: boolean) => ({ state: 'timed out', because: 'no answer in time', sent }) as const
const outcomes = [
  [ended(0), { state: 'done', evidence: { lines: ['a', '[1mb'] } }],
  [ended(1, 'why\n'), { state: 'failed', because: 'why', evidence: { lines: ['a', '[1mb'] } }],
  [ended(124, 'cut off\n'), { state: 'failed', because: 'cut off', evidence: { lines: ['a', '[1mb'] } }],
  [read(0), { state: 'done', evidence: { lines: [] } }],
  [read(0, '', 'not base64'), { state: 'unknown', because: 'the evidence of the act is not base64' }],
  [read(75, 'busy'), { state: 'failed', because: 'busy', evidence: { lines: [] } }],
  [read(65, 'full'), { state: 'failed', because: 'full', evidence: { lines: [] } }],
  [read(76, 'asked to end'), { state: 'barred', by: 'abort', because: 'asked to end' }],
  [read(77, 'taken over'), { state: 'barred', by: 'epoch', because: 'taken over' }],
  [read(70, 'nobody knows'), { state: 'unknown', because: 'nobody knows' }],
  [read(137), { state: 'unknown', because: 'exit status 137' }],
  [lost(true), { state: 'unknown', because: 'no answer in time' }],
  [lost(false), { state: 'failed', because: 'nothing was begun: no answer in time', evidence: { lines: [] } }],
] as const
for (const [answer, outcome] of outcomes)
  test(`${answer.state === 'read' ? `exit ${answer.value.exit}` : `lost, ${answer.sent ? '' : 'never '}sent`}: ${outcome.state}`, () =>
    assert.deepEqual(outcomeOf(answer), outcome))

const leases = [
  [read(0, '', 'epoch\t7\n'), { state: 'leased', epoch: 7 }],
  [
    read(73, 'held by', 'held\tr-other\tann@north\t40\t80\n'),
    { state: 'held', by: { run: 'r-other', operator: 'ann@north', sinceSeconds: 40, leftSeconds: 80 } },
  ],
  [read(73, '', 'held\tr-other\n'), { state: 'refused', because: 'since when it is held is no number: ""' }],
  [read(65, 'full\n'), { state: 'refused', because: 'full' }],
  [lost(false), { state: 'unreachable', because: 'no answer in time' }],
] as const
for (const [answer, leased] of leases)
  test(`a lease, ${answer.state === 'read' ? `exit ${answer.value.exit}` : 'no answer'}: ${leased.state}`, () =>
    assert.deepEqual(leasedOf(answer), leased))

const calls: readonly (readonly [BladeAct, number, readonly string[], string?])[] = [
  [SCAN, 90_000, ['65', 'scan-lun', '2000525400000a01', '-', 'ldap', '5', WWID, 'www', '6', `${WWID}0`]],
  [{ ...VM, kind: 'stop-domain', how: 'shutdown' }, 180_000, ['155', 'stop-domain', UUID, 'ldap', 'shutdown', '135']],
  [{ ...VM, kind: 'start-domain', disks: DISKS }, 1000, ['10', 'start-domain', UUID, 'ldap', `ldap=${WWID}`]],
  [
    { ...VM, kind: 'resume-domain', by: 'io-error', disks: DISKS },
    90_000,
    ['65', 'resume-domain', UUID, 'ldap', 'io-error', `ldap=${WWID}`],
  ],
  [{ ...VM, kind: 'define-domain', xml: '<domain/>' }, 90_000, ['65', 'define-domain', UUID, 'ldap'], '<domain/>'],
  [
    {
      ...VM,
      kind: 'migrate-domain',
      destination: ON.blade,
      uri: 'qemu+ssh://b2/system',
      keys: KEYS,
      transfer: transferOf(),
    },
    21_600_000,
    [
      '21575',
      'migrate-domain',
      UUID,
      'ldap',
      'qemu+ssh://b2/system',
      '-',
      'b2',
      FOLDER,
      '21555',
      JSON.stringify(transferOf()),
      `ldap:${K1}:${K2}`,
    ],
  ],
  [
    {
      ...VM,
      kind: 'migrate-domain',
      destination: ON.blade,
      uri: 'qemu+ssh://root@[fd00::2]/system',
      migrateUri: 'tcp://[fd00::2]',
      keys: [],
      transfer: transferOf(),
    },
    90_000,
    [
      ...['65', 'migrate-domain', UUID, 'ldap', 'qemu+ssh://root@[fd00::2]/system', 'tcp://[fd00::2]', 'root@fd00::2'],
      ...[FOLDER, '45', JSON.stringify(transferOf())],
    ],
  ],
  [
    { ...VM, kind: 'await-landing', pace: 'paused', keys: KEYS, disks: DISKS },
    90_000,
    ['65', 'await-landing', UUID, 'ldap', FOLDER, '21600', 'paused', `ldap:${K1}:${K2}`, `ldap=${WWID}`],
  ],
  [
    { ...VM, kind: 'take-landing', pace: 'running', source: 'idle', keys: KEYS, disks: DISKS },
    90_000,
    ['65', 'take-landing', UUID, 'ldap', FOLDER, 'running', 'idle', `ldap:${K1}:${K2}`, `ldap=${WWID}`],
  ],
  [
    { ...VM, kind: 'ask-source', pace: 'paused', landing: 'held', uri: 'qemu+ssh://b2/system', transfer: transferOf() },
    90_000,
    ['65', 'ask-source', UUID, 'ldap', 'paused', 'held', 'qemu+ssh://b2/system', '-', JSON.stringify(transferOf())],
  ],
  [{ ...VM, kind: 'drop-landing' }, 90_000, ['65', 'drop-landing', UUID, 'ldap', FOLDER]],
  [
    { ...VM, kind: 'give-back', pace: 'running', keys: KEYS },
    90_000,
    ['65', 'give-back', UUID, 'ldap', FOLDER, 'running', `ldap:${K1}:${K2}`],
  ],
  [
    { ...ON, kind: 'reserve-volume', alias: known(alias('ldap')), wwid: WWID, key: known(K1) },
    90_000,
    ['65', 'reserve-volume', 'ldap', WWID, known(K1)],
  ],
  [
    {
      ...ON,
      kind: 'install-config',
      files: [{ path: '/etc/multipath/conf.d/a.conf', before: undefined, after: Buffer.from('x') }],
      expect: [{ alias: 'ldap', wwid: WWID }],
      mayGo: ['other'],
    },
    180_000,
    ['155', 'install-config', '/etc/multipath/conf.d/a.conf', 'absent', '1', 'ldap', WWID, '-', 'other'],
    'x',
  ],
  [
    {
      ...ON,
      kind: 'install-config',
      files: [{ path: '/etc/multipath.conf', before: Buffer.from('abc'), after: undefined }],
      expect: [],
      mayGo: [],
    },
    180_000,
    [
      '155',
      'install-config',
      '/etc/multipath.conf',
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      'remove',
    ],
  ],
]
for (const [act, deadlineMs, [seconds, kind, ...args], stdin] of calls)
  test(`what the wrapper is told of ${act.kind}, its deadline before ours`, () => {
    const call = actCall(AT, act, deadlineMs)
    const [verb, run, epoch, step, way, its, input, name, , ...rest] = call.args.slice(3)
    const where = ['act', RUN, '1', '1', 'do', seconds, stdin === undefined ? 'none' : 'stdin']
    assert.deepEqual([verb, run, epoch, step, way, its, input, name, ...rest], [...where, kind, ...args])
    assert.equal(call.stdin === undefined ? undefined : Buffer.from(call.stdin).toString(), stdin)
  })

test('an id that a step has still to find is a fault of ours', () => {
  assert.throws(() => actCall(AT, { ...SCAN, luns: [{ ...ONE, wwid: { ofStep: 1 } }] }, 90_000), RangeError)
})

test('progress: what the reader prints, and the speed since the look before', () => {
  const first = known(parseJob('1000\t500\t400\t100\n'))
  assert.deepEqual(progressOf(first, undefined), {
    elapsedMs: 1000,
    totalBytes: 500,
    remainingBytes: 400,
    bytesPerSecond: 100,
  })
  assert.equal(progressOf(known(parseJob('3000\t500\t100\t400')), first).bytesPerSecond, 150)
  assert.deepEqual(progressOf(known(parseJob('3000\t500\t100\t400\t4096\t3\t40')), first).ladder, {
    ...{ dirtyBytesPerSecond: 4096, passes: 3, slowedPercent: 40 },
  })
  for (const text of ['', '! no libvirt', '1\t2\t3', '1\t2\t3\tx']) assert.equal(parseJob(text), undefined)
})

describe('acts over OpenSSH', { skip: noSshd, concurrency: 3 }, () => {
  /** A blade whose /var is in the server's directory, with a virsh of the test's own. */
  async function blade(t: TestContext) {
    const server = await sshServer(
      'here=$(dirname "$0"); export ANYBLADE_ROOT="$here/root" PATH="$here/bin:$PATH"; run',
    )
    t.after(() => server.stop())
    mkdirSync(join(server.directory, 'bin'))
    const virsh = (script: string) =>
      writeFileSync(join(server.directory, 'bin/virsh'), `#!/bin/sh\nhere=${server.directory}\n${script}\n`, {
        mode: 0o755,
      })
    const connections = server.connections()
    const actor = new SshBladeActor(connections)
    const file = (name: string) => join(server.directory, name)
    return { server, connections, actor, reader: new SshBladeReader(connections), virsh, file }
  }

  test('a run as its blade remembers it', async (t) => {
    const { actor, reader, virsh, server, connections } = await blade(t)
    virsh('echo running')
    const lease = await actor.lease(aBlade(), { ...ASK, plan: '{"plan":"ü"}' }, LIMITS)
    assert.deepEqual(lease, { state: 'leased', epoch: 1 })
    const started = await actor.act(aBlade(), AT, { ...VM, kind: 'start-domain', disks: [] }, LIMITS, nobody)
    assert.deepEqual(started, { state: 'done', evidence: { lines: [`ldap ${UUID} is running`] } })
    const scanned = await actor.act(aBlade(), { ...AT, step: 2, way: 'undo' }, SCAN, LIMITS, nobody)
    assert.match(scanned.state === 'failed' ? scanned.because : '', /no FC host sees one of the target ports online/)
    await actor.note(aBlade(), { ...AT, step: 3 }, 'skipped', 'needless', LIMITS)
    const runs = await reader.runs(aBlade(), 'recent', LIMITS)
    assert.equal(runs.state, 'read')
    const [run] = runs.state === 'read' ? runs.value : []
    assert.deepEqual(
      run?.entries.map(({ step, event }) => `${step} ${event}`),
      ['1 started', '1 done', '2 undo started', '2 undo failed', '3 skipped'],
    )
    assert.deepEqual([run?.plan, run?.entries.at(-1)?.evidence], ['{"plan":"ü"}', 'needless'])
    assert.deepEqual([run?.holder?.operator, run?.holder?.epoch], ['ops@here', 1])
    assert.deepEqual(await reader.journal(aBlade(), known(runId('r-other')), LIMITS), {
      state: 'read',
      value: undefined,
    })
    connections.close()
    await new Promise((go) => setTimeout(go, 1000))
    const later = await new SshBladeReader(server.connections()).journal(aBlade(), RUN, LIMITS)
    assert.equal(later.state === 'read' && later.value?.holder, undefined)
  })

  test('two operators: one holds, the other is told; released, the end stands in the journal', async (t) => {
    const { actor, server, reader } = await blade(t)
    const bob = new SshBladeActor(server.connections())
    await actor.lease(aBlade(), ASK, LIMITS)
    const other = { ...ASK, run: known(runId('r-other')), operator: 'bob@south' }
    const refused = await bob.lease(aBlade(), other, LIMITS)
    assert.equal(refused.state, 'held')
    assert.deepEqual(refused.state === 'held' && [refused.by.run, refused.by.operator], [RUN, 'ops@here'])
    await actor.note(aBlade(), { ...AT, epoch: 1 }, 'started', '', LIMITS)
    const end = { event: 'ended stuck', text: 'because' }
    assert.equal((await actor.release(aBlade(), { run: RUN, epoch: 1 }, end, LIMITS)).state, 'done')
    assert.deepEqual(await bob.lease(aBlade(), other, LIMITS), { state: 'leased', epoch: 2 })
    const late = await actor.note(aBlade(), { ...AT, epoch: 1 }, 'done', '', LIMITS)
    assert.equal(late.state === 'barred' && late.by, 'epoch')
    const read = await reader.journal(aBlade(), RUN, LIMITS)
    const lines = read.state === 'read' ? read.value?.entries.map(({ event, evidence }) => `${event}: ${evidence}`) : []
    assert.deepEqual(lines, ['started: ', 'ended stuck: because'])
  })

  test('who holds a lease hears that the run was asked to end, and that another has taken it over', async (t) => {
    const { actor, server, connections } = await blade(t)
    const heard: string[] = []
    const ask = { ...ASK, seconds: 2, ended: ({ by }: Barred) => heard.push(by) }
    await actor.lease(aBlade(), ask, LIMITS)
    const bob = new SshBladeActor(server.connections())
    assert.equal((await bob.abort(aBlade(), RUN, 'bob@south', LIMITS)).state, 'done')
    while (heard.length === 0) await new Promise((go) => setTimeout(go, 100))
    assert.deepEqual(heard, ['abort'])
    connections.close()
  })

  test('a run is taken up again once nobody renews its lease: whoever waits is told, and gets it', async (t) => {
    const { actor, server, connections } = await blade(t)
    await actor.lease(aBlade(), { ...ASK, seconds: 600 }, LIMITS)
    const told: string[] = []
    const wait = ({ operator }: Held) => {
      told.push(operator)
      connections.close() // the one who holds it goes
    }
    const bob = new SshBladeActor(server.connections())
    const leased = await bob.lease(aBlade(), { ...ASK, operator: 'bob@south', wait }, LIMITS)
    assert.deepEqual([leased, told], [{ state: 'leased', epoch: 2 }, ['ops@here']])
  })

  test('the connection is lost while an act goes on: unknown, and the blade carries it to its end', async (t) => {
    const { actor, connections, virsh, file, server } = await blade(t)
    virsh(
      'case "$*" in *domstate*) cat $here/state ;; *start*) : >$here/begun; sleep 3; echo running >$here/state ;; esac',
    )
    writeFileSync(file('state'), 'shut off\n')
    await actor.lease(aBlade(), ASK, LIMITS)
    const acting = actor.act(aBlade(), AT, { ...VM, kind: 'start-domain', disks: [] }, LIMITS, nobody)
    while (!existsSync(file('begun'))) await new Promise((go) => setTimeout(go, 50))
    connections.close()
    assert.equal((await acting).state, 'unknown')
    await new Promise((go) => setTimeout(go, 6000))
    assert.equal(readFileSync(file('state'), 'utf8'), 'running\n')
    const runs = await new SshBladeReader(server.connections()).runs(aBlade(), 'all', LIMITS)
    assert.deepEqual(runs.state === 'read' && runs.value[0]?.entries.map(({ event }) => event), ['started', 'done'])
  })

  test('a migration that the operator cancels: libvirt is told, and what it says then is the outcome', async (t) => {
    const { actor, virsh, file } = await blade(t)
    virsh('case "$*" in *domjobabort*) : >$here/aborted ;; esac')
    writeFileSync(
      file('bin/python3'),
      `#!/bin/sh\ncase $5 in source) ;; *) exit 1 ;; esac\n: >${file('begun')}\nuntil [ -f ${file('aborted')} ]; do sleep 0.2; done\necho 'ldap stays here: operation aborted: canceled by client' >&2\nexit 1\n`,
      { mode: 0o755 },
    )
    await actor.lease(aBlade(), ASK, LIMITS)
    const cancel = new AbortController()
    const act: BladeAct = {
      ...VM,
      kind: 'migrate-domain',
      destination: ON.blade,
      uri: 'qemu+ssh://b2/system',
      keys: [],
      transfer: transferOf(),
    }
    const acting = actor.act(aBlade(), AT, act, { deadlineMs: 120_000, signal: cancel.signal }, nobody)
    while (!existsSync(file('begun'))) await new Promise((go) => setTimeout(go, 50))
    cancel.abort()
    const outcome = await acting
    assert.equal(outcome.state, 'failed')
    assert.match(outcome.state === 'failed' ? outcome.because : '', /ldap stays here: .*canceled by client/)
  })

  test('cancelled before it begins: nothing is begun', async (t) => {
    const { actor } = await blade(t)
    const outcome = await actor.act(
      aBlade(),
      AT,
      { ...VM, kind: 'start-domain', disks: [] },
      { deadlineMs: 5000, signal: AbortSignal.abort() },
      nobody,
    )
    assert.deepEqual(outcome, {
      state: 'failed',
      because: 'nothing was begun: cancelled by the operator',
      evidence: { lines: [] },
    })
  })
})
