/** Proposes what may come next: one a line, with a tab and what it is where that is known. Asks nobody. */
import { proposeCompletions } from '@stricli/core'
import { appFor } from '../app.ts'
import type { Context } from '../context.ts'
import { visible } from '../render/visible.ts'
import { inOrder } from '../words.ts'

export async function complete(this: Context, _flags: object, ...words: readonly string[]): Promise<void> {
  const context = { ...this, env: { ...this.env, ...fleetOf(words) } }
  const partial = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const typed = before[0] === 'help' ? before.slice(1) : inOrder(before)
  const proposals = await proposeCompletions(appFor([]), [...typed, partial], context)
  // Flags would bury the names; who wants one begins it.
  const wanted = proposals.filter(({ kind }) => kind !== 'argument:flag' || partial.startsWith('-'))
  const lines = wanted.map(({ completion, brief }) => `${completion}\t${visible(brief).replaceAll('\n', ' ')}\n`)
  this.process.stdout.write(lines.join(''))
}

/** A fleet that was named before the cursor is the one whose names are proposed. */
function fleetOf(words: readonly string[]): { readonly ANYBLADE_FLEET?: string } {
  const before = words.slice(0, -1)
  const at = before.findLastIndex((word) => word === '--fleet' || word.startsWith('--fleet='))
  const typed = before[at]?.startsWith('--fleet=') ? before[at].slice('--fleet='.length) : before[at + 1]
  return at < 0 || typed === undefined ? {} : { ANYBLADE_FLEET: typed }
}
