/**
 * The world as a command sees it: streams, environment, where it was typed. Comes in once, from main.ts.
 * May not come in: anything about the fleet.
 */
export type Context = {
  readonly process: NodeJS.Process
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the operator typed the command; npm changes to the workspace root before it runs one. */
  readonly cwd: string
}

export function contextOf(process: NodeJS.Process): Context {
  const byNpm = process.env['npm_lifecycle_event'] === 'anyblade'
  const cwd = (byNpm ? process.env['INIT_CWD'] : undefined) ?? process.cwd()
  return { process, env: process.env, cwd }
}
