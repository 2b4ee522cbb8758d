/**
 * The search for patterns with back references, which must remember what their groups took.
 * May come in: a program and a text. May not: time without end; beyond the limit the answer is "not found".
 */
import { isBoundary } from './boundary.ts'
import type { Program, State } from './program.ts'
import { holds } from './tree.ts'

/** Situations looked at in one search; texts are device names and WWIDs of at most 127 bytes. */
const maxSituations = 200_000

/** `spans` has for each remembered group where it began and ended, or -1 while it has not. */
type Situation = { readonly place: number; readonly at: number; readonly spans: readonly number[] }

/** Whether the program's pattern is found anywhere in `text`; no situation is looked at twice. */
export function matchesWithMemory(program: Program, text: string): boolean {
  const { states, start, remembered } = program
  const spans = remembered.flatMap(() => [-1, -1])
  const open: Situation[] = Array.from({ length: text.length + 1 }, (_, at) => ({ place: start, at, spans }))
  const seen = new Set<string>()
  for (let situation = open.pop(); situation !== undefined; situation = open.pop()) {
    const key = `${situation.place} ${situation.at} ${situation.spans.join(' ')}`
    if (seen.has(key)) continue
    if (seen.add(key).size > maxSituations) return false
    const state = states[situation.place]
    if (state?.kind === 'found') return true
    if (state !== undefined) open.push(...following(state, situation, remembered, text))
  }
  return false
}

function following(
  state: Exclude<State, { kind: 'found' }>,
  { at, spans }: Situation,
  remembered: readonly number[],
  text: string,
): Situation[] {
  switch (state.kind) {
    case 'fork':
      return [state.right, state.left].map((place) => ({ place, at, spans }))
    case 'character':
      return at < text.length && holds(state.set, text.charCodeAt(at)) ? [{ place: state.next, at: at + 1, spans }] : []
    case 'boundary':
      return isBoundary(state.at, text, at) ? [{ place: state.next, at, spans }] : []
    case 'open':
      return [{ place: state.next, at, spans: spans.with(2 * remembered.indexOf(state.group), at) }]
    case 'close':
      return [{ place: state.next, at, spans: spans.with(2 * remembered.indexOf(state.group) + 1, at) }]
    case 'back-reference':
      return repeated(spans, remembered.indexOf(state.group), text, at).map((end) => ({
        place: state.next,
        at: end,
        spans,
      }))
    default:
      throw new TypeError(`no step for ${JSON.stringify(state satisfies never)}`)
  }
}

/** Where the text goes on after a repetition of what the group took; nowhere when it took nothing yet. */
function repeated(spans: readonly number[], index: number, text: string, at: number): number[] {
  const from = spans[2 * index] ?? -1
  const to = spans[2 * index + 1] ?? -1
  if (from < 0 || to < from) return []
  const taken = text.slice(from, to)
  return text.startsWith(taken, at) ? [at + taken.length] : []
}
