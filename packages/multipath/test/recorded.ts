/**
 * The recorded answers of the real tool, read where they lie: beside the repository, never inside it.
 * May come in: the folder's files. May not: the code that is judged by them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DropIn } from '../index.ts'

/** What one release said of one file. `exit` is a number, or `timeout`. */
export type Answer = { readonly exit: string; readonly messages: string[]; readonly effective: string[] }
/** `cut` is true where the record keeps only the beginning of the messages. */
export type Recorded = {
  readonly name: string
  readonly bytes: Uint8Array
  readonly confd: readonly DropIn[]
  readonly answers: ReadonlyMap<string, Answer>
  readonly cut: boolean
}

const FOLDER = fileURLToPath(new URL('../../../../shared/multipath/', import.meta.url))

/** True where the folder is there. */
export const isRecorded = existsSync(FOLDER)

/** Every recorded file of `made/` and `real/`, and the one with drop-ins. */
export function recordedFiles(): Recorded[] {
  const plain = ['made', 'real'].flatMap((folder) =>
    readdirSync(`${FOLDER}${folder}`)
      .filter((name) => name.endsWith('.conf'))
      .map((name) =>
        recorded(
          `${folder}/${name}`,
          readFileSync(`${FOLDER}${folder}/${name}`),
          [],
          `${folder}/${name.replace(/\.conf$/, '.oracle.txt')}`,
        ),
      ),
  )
  const confd = readdirSync(`${FOLDER}made/confd/conf.d`).map((name) => ({
    name,
    bytes: readFileSync(`${FOLDER}made/confd/conf.d/${name}`),
  }))
  return [
    ...plain,
    recorded('made/confd', readFileSync(`${FOLDER}made/confd/multipath.conf`), confd, 'made/confd/oracle.txt'),
  ]
}

/** The rows of the value probe. */
export function probedValues(): string[][] {
  const rows = readFileSync(`${FOLDER}value-probe.tsv`, 'utf8').trimEnd().split('\n')
  return rows.slice(1).map((row) => row.split('\t'))
}

function recorded(name: string, bytes: Uint8Array, confd: readonly DropIn[], oracle: string): Recorded {
  const text = readFileSync(`${FOLDER}${oracle}`, 'utf8')
  return { name, bytes, confd, answers: answersOf(text), cut: text.includes('...[cut]') }
}

type Mode = 'none' | 'messages' | 'effective' | 'difference'

/** Answers in full; those of later releases are recorded as differences to the first. */
export function answersOf(text: string): Map<string, Answer> {
  const answers = new Map<string, Answer>()
  let first: Answer | undefined
  let current: Answer | undefined
  let mode: Mode = 'none'
  for (const line of text.split('\n')) {
    const [, release, exit] = /^== multipath (\S+).* exit=(\S+)/.exec(line) ?? []
    if (release !== undefined && exit !== undefined) {
      current = { exit, messages: [], effective: [] }
      answers.set(release, current)
      first ??= current
      mode = 'none'
    } else if (current !== undefined && first !== undefined && line !== '') mode = step(line, mode, current, first)
  }
  return answers
}

function step(line: string, mode: Mode, current: Answer, first: Answer): Mode {
  if (line.startsWith('-- messages')) {
    if (!line.startsWith('-- messages: same')) return 'messages'
    current.messages.push(...first.messages)
    return 'none'
  }
  if (line.startsWith('-- effective')) {
    if (/^-- effective \(/.test(line)) return 'effective'
    current.effective.push(...first.effective)
    return line.startsWith('-- effective: same') ? 'none' : 'difference'
  }
  if (mode === 'messages' && !line.startsWith('?? ')) current.messages.push(line)
  if (mode === 'effective') current.effective.push(line)
  if (mode === 'difference' && line.startsWith('+ ')) current.effective.push(line.slice(2))
  if (mode === 'difference' && line.startsWith('- '))
    current.effective.splice(current.effective.indexOf(line.slice(2)), 1)
  return mode
}
