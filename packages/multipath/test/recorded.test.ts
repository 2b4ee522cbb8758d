/** Every recorded answer of the real tool: six releases, over a hundred files, five thousand values. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Explanation, explain } from '../index.ts'
import { type Answer, isRecorded, probedValues, type Recorded, recordedFiles } from './recorded.ts'

const skip = isRecorded ? false : 'left out: folder absent'
const RELEASES = ['0.4.9', '0.6.4', '0.7.9', '0.8.9', '0.9.4', '0.14.3']
/** Share of files that must be right: all for the two releases of the figures, 97 % for the others. */
const NEEDED: Readonly<Record<string, number>> = { '0.9.4': 1, '0.14.3': 1 }

function explained(file: Recorded, release: string): Explanation {
  return explain({ release, main: { path: '/etc/multipath.conf', bytes: file.bytes }, confd: file.confd })
}

/** What differs; differences to 0.9.4 are recorded without order and without repeats. */
function differences(mine: Explanation, answer: Answer, cut: boolean): string[] {
  const wrong: string[] = []
  if (mine.loads !== (answer.exit === '0')) wrong.push(`loads ${mine.loads}, exit ${answer.exit}`)
  if (!cut) wrong.push(...apart(mine.messages, answer.messages).map((line) => `message ${line}`))
  if (!cut && mine.messages.join('\n') !== answer.messages.join('\n')) wrong.push('order of messages')
  wrong.push(
    ...apart(
      mine.effective.map((effect) => effect.printed),
      answer.effective,
    ).map((line) => `effect ${line}`),
  )
  return wrong
}

function apart(mine: readonly string[], theirs: readonly string[]): string[] {
  const [have, want] = [new Set(mine), new Set(theirs)]
  return [
    ...theirs.filter((line) => !have.has(line)).map((line) => `- ${line}`),
    ...mine.filter((line) => !want.has(line)).map((line) => `+ ${line}`),
  ]
}

for (const release of RELEASES)
  test(`recorded files under ${release}`, { skip }, (t) => {
    const files = recordedFiles().filter(({ answers }) => answers.has(release))
    const wrong = files.flatMap((file) => {
      const answer = file.answers.get(release)
      const found = answer === undefined ? [] : differences(explained(file, release), answer, file.cut)
      return found.length === 0 ? [] : [`${file.name}: ${found.slice(0, 3).join('; ').slice(0, 300)}`]
    })
    t.diagnostic(`${release}: ${files.length - wrong.length} of ${files.length} files right`)
    assert.ok(files.length - wrong.length >= files.length * (NEEDED[release] ?? 0.97), wrong.join('\n'))
    assert.ok(!wrong.some((line) => line.includes(': loads')), wrong.join('\n'))
  })

test('values: what each literal becomes under 0.9.4 and 0.14.3', { skip }, (t) => {
  const rows = probedValues().filter((row) => !(row[4] ?? '').startsWith('(not run'))
  const wrong = rows.filter((row) => !isRight(row))
  t.diagnostic(`${rows.length - wrong.length} of ${rows.length} values right`)
  assert.deepEqual(
    wrong.map((row) => row.join(' | ')),
    [],
  )
})

function isRight([
  release = '',
  section = '',
  keyword = '',
  literal = '',
  message = '',
  effect = '',
]: readonly string[]): boolean {
  const inner =
    section === 'defaults' ? `${keyword} ${literal}` : `multipath {\n\t\twwid X\n\t\t${keyword} ${literal}\n\t}`
  const bytes = new TextEncoder().encode(`${section.split('/')[0]} {\n\t${inner}\n}\n`)
  const mine = explain({ release, main: { path: '/etc/multipath.conf', bytes } })
  if (message.startsWith('SIGSEGV')) return mine.ending === 'died'
  if (message.includes('exit=timeout')) return mine.ending === 'hangs'
  const plain = (text: string) =>
    text
      .replace(/^exit=1 /, '')
      .replaceAll(/\/etc\/multipath.conf |line \d+/g, '')
      .replaceAll(/\s+/g, ' ')
  if (plain(mine.messages.join(' / ')) !== plain(message)) return false
  const shown = mine.effective
    .flatMap(({ printed }) => printed.split(' | ')[1]?.split(' ; ') ?? [])
    .filter((part) => part !== 'wwid "X"')
  if (effect.startsWith('(same') || effect === '(nothing)') return shown.length === 0
  return effect.split(' ; ').every((part) => shown.includes(part))
}
