import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import {
  type Alias,
  type ArrayName,
  type BladeName,
  type Bytes,
  EngineError,
  type Limits,
  type LunNumber,
  type RunId,
  type StorageArray,
  type Wwid,
  type Wwpn,
} from '@anyblade/engine'
import fc from 'fast-check'
import type { CommandRunner, Output } from '../../index.ts'
import { LioArray } from '../lio/lio.ts'
import { parseReport } from '../lio/report.parse.ts'

const limits: Limits = { deadlineMs: 1000, signal: new AbortController().signal }
const array: StorageArray = { name: 'san1' as ArrayName, driver: 'lio', ssh: 'array', pool: 'san/pool', ports: [] }
const carve = {
  kind: 'carve-volume',
  array: array.name,
  volume: 'ldap' as Alias,
  tag: 'anyblade.a1b2.ldap',
  size: 1073741824 as Bytes,
} as const

const BY = { run: 'r-test' as RunId, epoch: 4 }

/** A machine that answers so, and remembers what it was told. */
function machine(answer: Output | Error): { runner: CommandRunner; told: (readonly string[])[] } {
  const told: (readonly string[])[] = []
  const sh = async (_: string, __: string, args: readonly string[]): Promise<Output> => {
    told.push(args)
    if (answer instanceof Error) throw answer
    return answer
  }
  return { runner: { sh }, told }
}
const act = (answer: Output | Error) => new LioArray(machine(answer).runner).act(array, BY, carve, limits)

const REPORT = [
  'port\t0x20005254000a0001\tOnline',
  'port\t0x20005254000b0001\tLinkdown',
  'pool\t6442450944\t25.00',
  'volume\tldap\t36001405a8282f8725c072d0f9742ae77\t1073741824\tanyblade.a1b2.ldap,other',
  'volume\tvm1\t36001405000000000000000000000000a\t1073741824\t',
  'mapping\tldap\t20:00:52:54:00:0a:00:0b\t20:00:52:54:00:0a:00:01\t2',
].join('\n')

test('a report: ports, room, volumes with tag and mappings', () => {
  const reading = parseReport(REPORT)
  assert.ok(reading.state === 'read')
  const { ports, freeBytes, volumes } = reading.value
  assert.deepEqual(
    ports.map((port) => port.online),
    [true, false],
  )
  assert.equal(freeBytes, 4831838208)
  assert.deepEqual(
    volumes.map((volume) => [volume.name, volume.tag, volume.mappings.length]),
    [
      ['ldap', 'anyblade.a1b2.ldap', 1],
      ['vm1', undefined, 0],
    ],
  )
})

test('a report with anything else in it is garbled, and never throws', () => {
  assert.equal(parseReport(REPORT.replace('\t2', '\tx')).state, 'garbled')
  assert.equal(parseReport('').state, 'garbled')
  fc.assert(
    fc.property(fc.string(), fc.nat(REPORT.length), (noise, at) => {
      const { state } = parseReport(REPORT.slice(0, at) + noise + REPORT.slice(at))
      assert.ok(state === 'read' || state === 'garbled')
    }),
  )
})

test('carving gives the id that the array returns', async () => {
  const outcome = await act({ exit: 0, stdout: 'wwid\t36001405a8282f8725c072d0f9742ae77\n', stderr: '' })
  assert.ok(outcome.state === 'done' && outcome.evidence.wwid === '36001405a8282f8725c072d0f9742ae77')
})

test('exit 0 alone proves nothing', async () => {
  assert.equal((await act({ exit: 0, stdout: 'hello\n', stderr: '' })).state, 'unknown')
})

test('a refusal is told in the array’s words', async () => {
  const outcome = await act({ exit: 1, stdout: '', stderr: 'san/pool has 5 bytes free\n' })
  assert.ok(outcome.state === 'failed' && /5 bytes free/.test(outcome.because))
})

test('a lost answer is unknown, never failed', async () => {
  const lost = new EngineError('blade-unreachable', { attempted: 'a', found: 'no answer', hint: 'h' })
  assert.equal((await act(lost)).state, 'unknown')
})

test('an act that the array’s own deadline or a signal cut off is unknown; a program that is missing is a failure', async () => {
  for (const exit of [124, 137, 143]) assert.equal((await act({ exit, stdout: '', stderr: '' })).state, 'unknown')
  assert.equal((await act({ exit: 127, stdout: '', stderr: 'lvs: not found' })).state, 'failed')
})

test('who may not log in has changed nothing', async () => {
  const refused = new EngineError('blade-refused', { attempted: 'a', found: 'Permission denied', hint: 'h' })
  const outcome = await act(refused)
  assert.ok(outcome.state === 'failed' && /Permission denied/.test(outcome.because))
  const reading = await new LioArray(machine(refused).runner).report(array, limits)
  assert.equal(reading.state, 'refused')
  const silent = new EngineError('blade-unreachable', { attempted: 'a', found: 'no answer', hint: 'h' })
  assert.equal((await new LioArray(machine(silent).runner).report(array, limits)).state, 'timed out')
})

test('names and numbers go as arguments, each for itself', async () => {
  const { runner, told } = machine({ exit: 0, stdout: 'mapped\t2\n', stderr: '' })
  const map = {
    kind: 'map-volume',
    array: array.name,
    volume: carve.volume,
    tag: carve.tag,
    lun: 2 as LunNumber,
    initiators: ['20005254000a000b' as never],
    wwid: 'x' as never,
  } as const
  await new LioArray(runner).act(array, BY, map, limits)
  assert.deepEqual(told, [['as', 'r-test', '4', 'map', 'ldap', 'anyblade.a1b2.ldap', '2', '20005254000a000b']])
})

for (const shell of [['dash'], ['bash', '--posix'], ['busybox', 'sh']])
  test(`the script is POSIX sh: ${shell.join(' ')}`, () => {
    const [program = '', ...flags] = shell
    execFileSync(program, [...flags, '-n', new URL('../lio/lio.sh', import.meta.url).pathname])
  })

test('one blade’s view of a volume: hidden by its initiators whatever their LUN number is, shown as any mapping is', async () => {
  const ports = ['20005254000a000b', '20005254000b000b'] as const
  const { kind: _, size: __, ...of } = carve
  const view = { ...of, lun: 5 as LunNumber, wwid: '36001405' as Wwid, initiators: ports.map((port) => port as Wwpn) }
  const acted = async (kind: 'hide-volume' | 'show-volume', stdout: string) => {
    const { runner, told } = machine({ exit: 0, stdout, stderr: '' })
    const outcome = await new LioArray(runner).act(
      array,
      BY,
      { ...view, kind, initiatorsOf: 'blade1' as BladeName },
      limits,
    )
    return [outcome.state, ...told]
  }
  assert.deepEqual(await acted('hide-volume', 'hidden\t2\n'), [
    'done',
    ['as', 'r-test', '4', 'hide', 'ldap', carve.tag, ...ports],
  ])
  assert.deepEqual(await acted('show-volume', 'mapped\t5\n'), [
    'done',
    ['as', 'r-test', '4', 'map', 'ldap', carve.tag, '5', ...ports],
  ])
  assert.equal((await acted('hide-volume', ''))[0], 'unknown', 'an answer that is none proves nothing')
})
