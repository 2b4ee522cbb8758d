/**
 * Asks whether a text holds what a program looks for: all ways at once, a step a character.
 * May come in: a program and a text. May not: trying ways one after the other, but for back references, within a limit.
 */
import { isBoundary } from './boundary.ts'
import { matchesWithMemory } from './memory.ts'
import type { Program, State } from './program.ts'
import { holds } from './tree.ts'

/** Whether the program's pattern is found anywhere in `text`. */
export function matches(program: Program, text: string): boolean {
  return program.remembered.length === 0 ? matchesAtOnce(program, text) : matchesWithMemory(program, text)
}

function matchesAtOnce({ states, start }: Program, text: string): boolean {
  const seen = new Int32Array(states.length).fill(-1)
  let places: number[] = []
  for (let at = 0; ; at++) {
    // A match may begin anywhere, so the start joins at each step.
    const here = reach(states, [...places, start], text, at, seen)
    if (here === 'found') return true
    if (at === text.length) return false
    places = step(here, text.charCodeAt(at))
  }
}

type CharacterState = State & { readonly kind: 'character' }

/** All states that wait for a character, reached from `places` without one; `seen` holds the last step of each. */
function reach(
  states: readonly State[],
  places: number[],
  text: string,
  at: number,
  seen: Int32Array,
): readonly CharacterState[] | 'found' {
  const waiting: CharacterState[] = []
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const state = states[place]
    if (state === undefined || seen[place] === at) continue
    seen[place] = at
    if (state.kind === 'found') return 'found'
    if (state.kind === 'character') waiting.push(state)
    else if (state.kind === 'fork') places.push(state.right, state.left)
    else if (state.kind !== 'boundary' || isBoundary(state.at, text, at)) places.push(state.next)
  }
  return waiting
}

function step(waiting: readonly CharacterState[], code: number): number[] {
  const places: number[] = []
  for (const { set, next } of waiting) if (holds(set, code)) places.push(next)
  return places
}
