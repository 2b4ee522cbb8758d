/**
 * Whether multipathd did what it was asked. May come in: a reply, or what the `multipathd` command printed.
 * May not: the exit code, which is 0 for most failures before 0.9.9 (and always in 0.6).
 */

/** `text` is the reply without the client's own log lines. */
export type Reply =
  | { readonly kind: 'ok' }
  | { readonly kind: 'data'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: FailureReason; readonly text: string }

/**
 * `timeout`: the daemon was busy and the command may still be carried out. `not-root`: only uid 0 may act.
 * `in-use`: a map or partition is open. `not-understood`: this release has no such command, its help came back.
 * `no-daemon`: nobody answered. `other`: only `fail`, or words we do not know.
 */
export type FailureReason = 'timeout' | 'not-root' | 'in-use' | 'not-understood' | 'no-daemon' | 'other'

const reasons: readonly (readonly [FailureReason, RegExp])[] = [
  ['timeout', /^timeout$/m],
  ['not-root', /^permission deny: need to be root$/m],
  ['in-use', /\bin use$/m],
  [
    'not-understood',
    /CLI commands reference:|^.*: (Missing argument|not found|No such file or directory|Invalid argument)$/m,
  ],
  [
    'no-daemon',
    /^(error receiving packet|ux_socket_connect|.*(couldn't connect|[Cc]onnection refused|error -?\d+ receiving packet))/m,
  ],
]

/** A line that the client writes to standard error, `3167.827117 | /etc/multipath.conf line 13, …`. */
const logLine = /^\d+\.\d+ \| .*(\n|$)/gm

/**
 * Reads a reply by its text alone. A failure is the word `fail` at the start (a reason follows it since 0.9.9), or one
 * of the words that older releases send without it. `ok` is also the reply of a `show` that has nothing to show.
 */
export function parseReply(raw: string): Reply {
  const text = raw.replaceAll(logLine, '').replaceAll('\0', '')
  const said = text.trim()
  if (said === 'ok') return { kind: 'ok' }
  if (/^fail\b/.test(said)) return { kind: 'failed', reason: reasonIn(said) ?? 'other', text: said }
  const reason = mayBeFailure(said) ? reasonIn(said) : undefined
  return reason === undefined ? { kind: 'data', text } : { kind: 'failed', reason, text: said }
}

function reasonIn(text: string): FailureReason | undefined {
  return reasons.find(([, words]) => words.test(text))?.[0]
}

/** Data that only holds such words somewhere is no failure: it is one short line, or the help after a complaint. */
function mayBeFailure(text: string): boolean {
  return !text.includes('\n') || /CLI commands reference:/.test(text)
}
