/**
 * A durable line of a run's journal as the wrapper writes it, against the same append with fdatasync by dd: both a few
 * hundred times in one kept shell, in turn, medians. And how often one act makes the disk write, counted as it goes.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wrapper } from '@anyblade/on-blade'
import { AWrapper } from '../../packages/on-blade/test/a-wrapper.ts'
import { median, type Row, row } from './row.ts'

const ROUNDS = 10
const LINES = 40
const EVIDENCE = 'x'.repeat(200)
/** The parts of the wrapper without the verbs, so that its own function can be called again and again. */
const PARTS = wrapper.text.slice(0, wrapper.text.indexOf('\nverb=${1-}'))
const OURS = `${PARTS}
dir=$1 now=1 i=0
while [ $i -lt $2 ]; do write_line 1 'done' $3; i=$((i + 1)); done`
const FLOOR = `i=0
while [ $i -lt $2 ]; do
  printf '\\n|entry\\t%s\\t%s\\t%s\\t%s\\t.\\n' 1 1 'done' $3 | dd of="$1/journal" bs=256k iflag=fullblock oflag=append conv=notrunc,fdatasync 2>/dev/null
  i=$((i + 1))
done`

export async function benchJournal(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'anyblade-journal-'))
  try {
    const ours: number[] = []
    const floor: number[] = []
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [text, took] of [
        [OURS, ours],
        [FLOOR, floor],
      ] as const)
        took.push(msALine(text, folder))
    return [row('a durable line of the journal', 'ms', ours, floor, 'dd with fdatasync'), await writesOfAnAct(folder)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function msALine(text: string, folder: string): number {
  writeFileSync(join(folder, 'journal'), '')
  const began = performance.now()
  const { status, stderr } = spawnSync('sh', ['-c', text, 'sh', folder, String(LINES), EVIDENCE], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return (performance.now() - began) / LINES
}

/** `dd` and `sync` stand in for themselves, and write down that they were asked to make something durable. */
async function writesOfAnAct(folder: string): Promise<Row> {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const name of ['dd', 'sync']) {
    const counted = `case "${name} $*" in *sync*) echo "$0 $*" >>${folder}/durable ;; esac`
    writeFileSync(join(bin, name), `#!/bin/sh\n${counted}\nexec /bin/${name} "$@"\n`, { mode: 0o755 })
  }
  const counts: number[] = []
  const blade = new AWrapper({ root: join(folder, 'blade'), path: bin })
  mkdirSync(blade.root)
  await blade.lease()
  for (let round = 0; round < 5; round += 1) {
    writeFileSync(join(folder, 'durable'), '')
    await blade.act('echo done').ended
    counts.push(readFileSync(join(folder, 'durable'), 'utf8').split('\n').length - 1)
  }
  return {
    name: 'times that an act makes its blade’s disk write',
    detail: `${median(counts)}, at most 2 wanted`,
    ratio: undefined,
  }
}
