/** `show status` and `show daemon`. May come in: the reply's text. May not: a decision whether the daemon is well. */

/** How many paths are in each checker state (`up`, `down`, `ghost` …), of how many, and whether events are waiting. */
export type PathStates = {
  readonly states: ReadonlyMap<string, number>
  readonly paths: number
  readonly busy: boolean
}

/** Reads `show status`; undefined where it is something else. Source: libmultipath/print.c, snprint_status() */
export function parsePathStates(text: string): PathStates | undefined {
  const paths = /^paths: (\d+)$/m.exec(text)?.[1]
  const busy = /^busy: (True|False)$/m.exec(text)?.[1]
  if (paths === undefined || busy === undefined) return undefined
  const rows = text.matchAll(/^([a-z][a-z/ ]*?) +(\d+)$/gm)
  const states = new Map(Array.from(rows, ([, state = '', count = '']) => [state, Number(count)]))
  return { states, paths: Number(paths), busy: busy === 'True' }
}

/** `configure` is while a reconfigure is worked on; only `idle` and `running` answer for what is in effect. */
export type DaemonState = { readonly pid: number; readonly state: string; readonly settled: boolean }

/** Reads `show daemon`, `pid 367 idle`; undefined where it is something else. Source: multipathd/main.c, daemon_status() */
export function parseDaemonState(text: string): DaemonState | undefined {
  const [, pid, state] = /^pid (\d+) (\S+)$/m.exec(text) ?? []
  if (pid === undefined || state === undefined) return undefined
  return { pid: Number(pid), state, settled: state === 'idle' || state === 'running' }
}
