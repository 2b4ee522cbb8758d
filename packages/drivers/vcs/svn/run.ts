/** The system's svn. It asks nobody anything, and an `@` in a path is part of its name. */
import type { Limits } from '@anyblade/engine'
import { type Answer, lastWordsOf, runProgram } from '../program.ts'

export { stdoutOf, succeeded } from '../program.ts'

/** Runs svn in a directory. Never throws. */
export const svn = (dir: string, args: readonly string[], limits: Limits): Promise<Answer> =>
  runProgram({ program: 'svn', dir, args: ['--non-interactive', ...args], env: environment(process.env) }, limits)

/** What svn prints is bytes. */
export const svnBytes = (dir: string, args: readonly string[], limits: Limits): Promise<Answer> =>
  runProgram(
    { program: 'svn', dir, args: ['--non-interactive', ...args], env: environment(process.env), bytes: true },
    limits,
  )

/** What svn said, in one line for people. */
export const lastWords = (answer: Answer): string => lastWordsOf('svn', answer, /^svn: E\d+: (?!.*details follow)/)

/** Source: the peg revision syntax; without this a name with an `@` is cut there. */
export const literal = (path: string): string => (path.includes('@') ? `${path}@` : path)

/** Messages in English, names in UTF-8: with LC_ALL=C svn refuses any other letter. */
const environment = (outer: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...outer,
  LC_ALL: 'C.UTF-8',
  SSH_ASKPASS_REQUIRE: 'never',
})
