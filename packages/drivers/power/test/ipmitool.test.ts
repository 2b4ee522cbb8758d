/** The script against an ipmitool that keeps the power's state in a file, and what the driver makes of its answers. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Blade, type BladeName, EngineError, type Limits } from '@anyblade/engine'
import type { CommandRunner, Output } from '../../index.ts'
import { Ipmitool } from '../ipmitool.ts'

const folder = mkdtempSync(join(tmpdir(), 'anyblade-ipmi-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const SCRIPT = new URL('../ipmitool.sh', import.meta.url).pathname
const IPMITOOL = `#!/bin/sh
cd "$(dirname "$0")" || exit
echo "$*" >>calls
for verb; do :; done
case $verb in
status) echo "Chassis Power is $(cat power)" ;;
off) [ ! -f deaf ] || { echo 'Unable to establish IPMI v2 session' >&2; exit 1; }
  echo off >power; echo 'Chassis Power Control: Down/Off' ;;
esac
`
const limits: Limits = { deadlineMs: 1000, signal: new AbortController().signal }

function run(power: 'on' | 'off', files: readonly string[] = []) {
  const at = mkdtempSync(join(folder, 'bmc-'))
  writeFileSync(join(at, 'ipmitool'), IPMITOOL, { mode: 0o755 })
  for (const [name, text] of [['power', power], ['password', 'x'], ...files.map((file) => [file, ''])] as const)
    writeFileSync(join(at, name ?? ''), text ?? '')
  const { status, stdout, stderr } = spawnSync('dash', [SCRIPT, 'bmc1', 'fence', join(at, 'password')], {
    env: { PATH: `${at}:${process.env.PATH}` },
    encoding: 'utf8',
  })
  const calls = existsSync(join(at, 'calls')) ? readFileSync(join(at, 'calls'), 'utf8') : ''
  return { status, stdout, stderr, calls, power: readFileSync(join(at, 'power'), 'utf8').trim() }
}

test('the power is cut and read back as off; off already, nothing is told', () => {
  const cut = run('on')
  assert.deepEqual([cut.status, cut.stdout, cut.power], [0, 'off\n', 'off'])
  assert.match(cut.calls, /-I lanplus -H bmc1 -U fence -f \S+password chassis power off/)
  assert.doesNotMatch(run('off').calls, /power off/)
})

test('a service processor that does not take it is no success', () => {
  const { status, stdout, stderr } = run('on', ['deaf'])
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /bmc1 does not cut the power: Unable to establish/)
})

const power = { driver: 'ipmitool', host: 'mgmt', bmc: 'bmc1', user: 'fence', password_file: '/etc/bmc1' } as const
const blade: Blade = { name: 'blade1' as BladeName, ssh: 'root@blade1', machine_id: '0', ports: [], power }
const driver = (answer: Output | EngineError) => {
  const sh: CommandRunner['sh'] = async () => {
    if (answer instanceof EngineError) throw answer
    return answer
  }
  return new Ipmitool({ sh }).off(blade, limits)
}
const lost = (code: 'blade-unreachable' | 'blade-refused') =>
  new EngineError(code, { attempted: 'run a command', found: 'no answer', hint: '' })

test('what was cut off, or gave no answer, is unknown; what was never sent, or said no, has failed', async () => {
  const states = await Promise.all([
    driver({ exit: 0, stdout: 'off\n', stderr: '' }),
    driver({ exit: 1, stdout: '', stderr: 'bmc1 does not cut the power' }),
    driver({ exit: 124, stdout: '', stderr: '' }),
    driver({ exit: 0, stdout: '', stderr: '' }),
    driver(lost('blade-unreachable')),
    driver(lost('blade-refused')),
  ])
  assert.deepEqual(
    states.map(({ state }) => state),
    ['done', 'failed', 'unknown', 'unknown', 'unknown', 'failed'],
  )
})
