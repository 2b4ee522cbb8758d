/**
 * On one blade, every path asked who it is: the one process by which our acts ask, against a process a path. The disks
 * answer python3 only; a scsi_id that is refused at once shows what starting it costs, and no array has been asked by it.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inquirer } from '@anyblade/on-blade'
import { type Row, row } from '../row.ts'
import { costOfCommand } from './cost.ts'
import type { Farm } from './farm.ts'
import { nodes, places } from './tree.ts'

const SCSI_ID = '/lib/udev/scsi_id --whitelisted --page=0x83 --device'
const PEERS = {
  'a scsi_id a path': 'for node in $(cat "$nodes"); do $scsi_id=$node; done',
  'eight scsi_id at once by xargs': 'xargs -P8 -I{} $scsi_id={} <"$nodes"',
}

export function inquiryRows(farm: Farm, rounds: number): readonly Row[] {
  const file = (name: string) => join(farm.directory, name)
  writeFileSync(file('reader.py'), inquirer)
  writeFileSync(file('places'), places.join(' '))
  writeFileSync(file('nodes'), nodes.map((node) => `${join(farm.shared, 'dev', node)}\n`).join(''))
  const env = { ...farm.env(farm.names[0] ?? ''), scsi_id: SCSI_ID, nodes: file('nodes') }
  const told = file('told')
  const ours = `python3 -I -S -c "$(cat ${file('reader.py')})" inquiry 60 $(cat ${file('places')}) >${told}
[ "$(grep -c 'ok.3600' ${told})" = ${places.length} ]`
  const mine: number[] = []
  const theirs = Object.entries(PEERS).map(([name, command]) => ({ name, command, costs: [] as number[] }))
  for (let round = 0; round < rounds; round += 1) {
    mine.push(costOfCommand(ours, env).wallMs)
    for (const one of theirs) one.costs.push(costOfCommand(`{ ${one.command}; } 2>/dev/null; true`, env).wallMs)
  }
  return theirs.map(({ name, costs }) =>
    row(`${places.length} paths of a blade asked who they are`, 'ms', mine, costs, name),
  )
}
