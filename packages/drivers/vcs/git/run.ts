/**
 * The system's git. May come in: paths taken literally. May not: an environment that names another repository, as it does
 * when we are started from a git hook.
 */
import type { Limits } from '@anyblade/engine'
import { type Answer, lastWordsOf, runProgram } from '../program.ts'

export { stdoutOf, succeeded } from '../program.ts'

/** Runs git in a directory. Never throws. */
export const git = (dir: string, args: readonly string[], limits: Limits): Promise<Answer> =>
  runProgram(
    { program: 'git', dir, args: ['-c', 'core.quotePath=false', ...args], env: environment(process.env) },
    limits,
  )

/** What git prints is bytes. */
export const gitBytes = (dir: string, args: readonly string[], limits: Limits): Promise<Answer> =>
  runProgram({ program: 'git', dir, args, env: environment(process.env), bytes: true }, limits)

/** What git said, in one line for people. */
export const lastWords = (answer: Answer): string => lastWordsOf('git', answer, /^(fatal|error): /)

/** Sources: git(1), "The Git Repository"; githooks(5): a hook runs with GIT_DIR and GIT_INDEX_FILE set. */
const OTHER_REPOSITORY = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
])

const environment = (outer: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(outer).filter(([name]) => !OTHER_REPOSITORY.has(name))),
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  SSH_ASKPASS_REQUIRE: 'never',
  GIT_LITERAL_PATHSPECS: '1',
})
