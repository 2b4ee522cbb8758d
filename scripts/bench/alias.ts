/**
 * One alias of 16,000 changed and every other byte kept: ours in this process, from the file's bytes to the new ones,
 * against sed and augtool as processes. sed has no idea what it changes; augtool knows the file's grammar, and runs once.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { edit, parse } from '../../packages/multipath/index.ts'
import { fileOfAliases } from '../../packages/multipath/test/bench.ts'
import { costOfCommand } from './farm/cost.ts'
import { type Row, row } from './row.ts'

const ALIASES = 16_000
const ROUNDS = 11
const RENAME = { kind: 'rename-alias', from: 'vm-8000', to: 'renamed' } as const
const SET = 'set /files/etc/multipath.conf/multipaths/multipath[alias="vm-8000"]/alias renamed\nsave\n'

export function aliasRows(): readonly Row[] {
  const root = mkdtempSync(join(tmpdir(), 'alias-bench-'))
  const file = join(root, 'etc/multipath.conf')
  const bytes = fileOfAliases(ALIASES)
  const again = () => writeFileSync(file, bytes)
  const commands = {
    sed: `sed -i 's/alias vm-8000$/alias renamed/' ${file}`,
    augtool: `augtool -r ${root} -A -t 'Multipath.lns incl /etc/multipath.conf' -f ${root}/set`,
  }
  mkdirSync(join(root, 'etc'))
  writeFileSync(join(root, 'set'), SET)
  const document = parse(bytes, '0.9.4')
  const ours: number[] = []
  const whole: number[] = []
  const sed: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    again()
    ours.push(processorTime(() => edit(document, RENAME)))
    whole.push(processorTime(() => edit(parse(readFileSync(file), '0.9.4'), RENAME)))
    sed.push(costOfCommand(commands.sed).cpuMs)
  }
  again()
  const augtool = hasAugtool() ? [costOfCommand(commands.augtool).cpuMs] : []
  const isChanged = augtool.length === 0 || readFileSync(file, 'utf8').includes('alias renamed\n')
  rmSync(root, { recursive: true })
  if (!isChanged) throw new Error('augtool has changed nothing')
  const what = `an alias of ${ALIASES} changed, processor time`
  return [
    row(`${what}, file parsed before`, 'ms', ours, sed, 'sed'),
    row(`${what}, file read and parsed`, 'ms', whole, sed, 'sed'),
    ...(augtool.length === 0 ? [] : [row(`${what}, file read and parsed`, 'ms', whole, augtool, 'one augtool')]),
  ]
}

const hasAugtool = (): boolean => spawnSync('augtool', ['--version']).status === 0

function processorTime(run: () => unknown): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
