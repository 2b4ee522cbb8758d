/**
 * A pattern as a machine without ways back: states that lead to states.
 * May come in: a tree. May not: a text, a growth without limit (`((a{999}){999}){999}` is refused, not built).
 */
import { EreSyntaxError, ereMessage } from './message.ts'
import type { Boundary, CharacterSet, EreTree } from './tree.ts'

/** `next`, `left` and `right` are places in the program; a state of kind `found` ends the search. */
export type State =
  | { readonly kind: 'character'; readonly set: CharacterSet; readonly next: number }
  | { readonly kind: 'boundary'; readonly at: Boundary; readonly next: number }
  | { readonly kind: 'fork'; readonly left: number; readonly right: number }
  | { readonly kind: 'open' | 'close' | 'back-reference'; readonly group: number; readonly next: number }
  | { readonly kind: 'found' }

export type Program = {
  readonly states: readonly State[]
  readonly start: number
  /** Groups that a back reference names; empty for nearly every pattern, which then needs no memory of them. */
  readonly remembered: readonly number[]
}

/** States and visits that building may take; glibc has no limit but the machine's memory. */
const maxWork = 0x40000

/** @throws EreSyntaxError "Memory exhausted" when the machine would become too large */
export function programOf(tree: EreTree): Program {
  const builder = new Builder(referenced(tree))
  return builder.build(tree)
}

function referenced(tree: EreTree): ReadonlySet<number> {
  switch (tree.kind) {
    case 'back-reference':
      return new Set([tree.group])
    case 'group':
    case 'repeat':
      return referenced(tree.body)
    case 'sequence':
      return new Set(tree.parts.flatMap((part) => [...referenced(part)]))
    case 'choice':
      return new Set(tree.branches.flatMap((branch) => [...referenced(branch)]))
    default:
      return new Set()
  }
}

/** Builds from the end to the beginning: each part is told where it leads and gives its own entry. */
class Builder {
  readonly #states: State[] = [{ kind: 'found' }]
  readonly #remembered: ReadonlySet<number>
  #work = 0

  constructor(remembered: ReadonlySet<number>) {
    this.#remembered = remembered
  }

  build(tree: EreTree): Program {
    const start = this.#entry(tree, 0)
    return { states: this.#states, start, remembered: [...this.#remembered] }
  }

  #add(state: State): number {
    return this.#states.push(state) - 1
  }

  #entry(tree: EreTree, next: number): number {
    if (++this.#work > maxWork) throw new EreSyntaxError(ereMessage.memory)
    switch (tree.kind) {
      case 'empty':
        return next
      case 'character':
        return this.#add({ kind: 'character', set: tree.set, next })
      case 'boundary':
        return this.#add({ kind: 'boundary', at: tree.at, next })
      case 'back-reference':
        return this.#add({ kind: 'back-reference', group: tree.group, next })
      case 'group':
        return this.#group(tree, next)
      case 'sequence':
        return tree.parts.reduceRight((entry, part) => this.#entry(part, entry), next)
      case 'choice':
        return tree.branches
          .map((branch) => this.#entry(branch, next))
          .reduceRight((right, left) => this.#add({ kind: 'fork', left, right }))
      case 'repeat':
        return this.#repeat(tree, next)
      default:
        throw new TypeError(`no states for ${JSON.stringify(tree satisfies never)}`)
    }
  }

  #group(tree: EreTree & { kind: 'group' }, next: number): number {
    if (!this.#remembered.has(tree.group)) return this.#entry(tree.body, next)
    const close = this.#add({ kind: 'close', group: tree.group, next })
    return this.#add({ kind: 'open', group: tree.group, next: this.#entry(tree.body, close) })
  }

  #repeat(tree: EreTree & { kind: 'repeat' }, next: number): number {
    const { body, min, max } = tree
    let entry = next
    let copies = min
    if (max === undefined) {
      const loop = this.#loop(body, next)
      // `a+` is the loop entered through its body, so that nested ones do not double at each level.
      entry = min === 0 ? loop.fork : loop.body
      copies = Math.max(0, min - 1)
    } else
      for (let i = min; i < max; i++) entry = this.#add({ kind: 'fork', left: this.#entry(body, entry), right: next })
    for (let i = 0; i < copies; i++) entry = this.#entry(body, entry)
    return entry
  }

  #loop(body: EreTree, next: number): { readonly fork: number; readonly body: number } {
    const fork = this.#add({ kind: 'found' })
    const entry = this.#entry(body, fork)
    this.#states[fork] = { kind: 'fork', left: entry, right: next }
    return { fork, body: entry }
  }
}
