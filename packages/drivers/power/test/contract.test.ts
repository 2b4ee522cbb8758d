/** The ipmitool driver and its script keep the contract of whoever cuts a blade's power; the tool is one of files. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Blade, type BladeName, EngineError } from '@anyblade/engine'
import { able, type PowerSubject, powerContract } from '@anyblade/engine/contract'
import type { CommandRunner } from '../../index.ts'
import { Ipmitool } from '../ipmitool.ts'

const base = mkdtempSync(join(tmpdir(), 'ab-power-'))
after(() => rmSync(base, { recursive: true, force: true }))

const IPMITOOL = `#!/bin/sh
cd "$(dirname "$0")" || exit
for verb; do :; done
case $verb in status) echo "Chassis Power is $(cat power)" ;; off) echo off >power ;; esac
`
const fault = (code: 'blade-unreachable' | 'blade-refused') =>
  new EngineError(code, { attempted: 'run a command', found: 'no answer', hint: '' })

function subject(): PowerSubject {
  const at = mkdtempSync(join(base, 'bmc-'))
  writeFileSync(join(at, 'ipmitool'), IPMITOOL, { mode: 0o755 })
  writeFileSync(join(at, 'power'), 'on\n')
  writeFileSync(join(at, 'password'), 'x')
  let isLost = false
  const sh: CommandRunner['sh'] = async (_, script, args) => {
    const env = { PATH: `${at}:${process.env.PATH}` }
    const { status, stdout, stderr } = spawnSync('dash', ['-c', script, 'sh', ...args], { env, encoding: 'utf8' })
    const lose = isLost
    isLost = false
    if (lose) throw fault('blade-unreachable')
    return { exit: status ?? 137, stdout, stderr }
  }
  const refused: CommandRunner['sh'] = async () => {
    throw fault('blade-refused')
  }
  const unnamed: Blade = { name: 'blade1' as BladeName, ssh: 'root@blade1', machine_id: '0', ports: [] }
  const power = {
    driver: 'ipmitool',
    host: 'mgmt',
    bmc: 'bmc1',
    user: 'fence',
    password_file: join(at, 'password'),
  } as const
  return {
    actor: new Ipmitool({ sh }),
    blade: { ...unnamed, power },
    unnamed,
    isOff: () => readFileSync(join(at, 'power'), 'utf8') === 'off\n',
    loseAnswer: () => {
      isLost = true
    },
    unreachable: new Ipmitool({ sh: refused }),
  }
}

for (const { name } of powerContract)
  test(name, async () => {
    const it = subject()
    for (const behaviour of able(powerContract, it)) if (behaviour.name === name) await behaviour.holds(it)
  })
