/**
 * Asks before what can't be taken back is done: the one place. What destroys asks for the name of what it destroys, what
 * interrupts for a y. Whoever can't be asked has to have said --yes: a script is refused, and never waits for an answer.
 */
import { EngineError } from '@anyblade/engine'
import type { Context } from './context.ts'

type Asked = {
  /** What was typed, such as `cut ldap off`. */
  readonly attempted: string
  /** What comes of it, in a line. */
  readonly consequence: string
  /** What has to be typed: y, or the name of what is destroyed. */
  readonly answer: string
}

/** @throws EngineError `intent-invalid` where it is not meant, or nobody can be asked */
export async function confirm(context: Context, { yes }: { readonly yes?: boolean }, asked: Asked): Promise<void> {
  if (yes === true) return
  const { attempted, consequence, answer } = asked
  const refused = (found: string) =>
    new EngineError('intent-invalid', { attempted, found, hint: 'nothing was changed; --yes says that it is meant' })
  if (context.process.stdin.isTTY !== true) throw refused('nobody to ask: standard input is no terminal')
  context.process.stderr.write(`${consequence}\n`)
  const typed = (await answerTo(context, answer === 'y' ? 'Go on? [y/N] ' : `Type ${answer} to go on: `)).trim()
  if (typed === answer || (answer === 'y' && /^y(es)?$/i.test(typed))) return
  throw refused(typed === '' ? 'no answer' : `the answer "${typed}"`)
}

/** The end of the input, and Ctrl-C, are no answer. */
async function answerTo(context: Context, question: string): Promise<string> {
  const { createInterface } = await import('node:readline')
  const { stdin, stderr } = context.process
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    return await new Promise((resolve) => {
      lines.once('close', () => resolve(''))
      lines.question(question, resolve)
    })
  } finally {
    lines.close()
  }
}
