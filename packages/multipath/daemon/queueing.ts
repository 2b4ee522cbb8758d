/** What a map does with I/O while it has no path, as `queueing` of a map says. May come in: that one word. */

/** `retries` are checks of the paths; `counting` has already begun to run down. */
export type Queueing =
  | { readonly kind: 'off' }
  | { readonly kind: 'on' }
  | { readonly kind: 'retries'; readonly retries: number }
  | { readonly kind: 'counting'; readonly secondsLeft: number }
  | { readonly kind: 'unknown'; readonly text: string }

/** Source: multipath-tools libmultipath/print.c, snprint_queueing(): `off`, `on`, `12 chk`, `14 sec`, `-` */
export function parseQueueing(text: string): Queueing {
  const word = text.trim()
  if (word === 'off' || word === 'on') return { kind: word }
  const [, count = '', unit] = /^(\d+) (chk|sec)$/.exec(word) ?? []
  if (unit === 'chk') return { kind: 'retries', retries: Number(count) }
  if (unit === 'sec') return { kind: 'counting', secondsLeft: Number(count) }
  return { kind: 'unknown', text: word }
}
