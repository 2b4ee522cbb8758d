/**
 * Which commands a release's daemon knows, and what they do to maps that are in use.
 * May come in: a release. May not: a permission to send one.
 */
import { type Release, releaseNumber } from '../releases/release.ts'

/**
 * `read` changes nothing. `safe` may be sent while a guest uses the map. `care` may take I/O away: keep a path, mind
 * queueing. `never` blocks or removes what is in use.
 */
export type DaemonCommand = {
  readonly command: string
  readonly since: string
  readonly effect: 'read' | 'safe' | 'care' | 'never'
}

/** Source: multipath-tools multipathd/cli.c by release, and its README on maps in use; lists are left to `show …` here. */
export const daemonCommands: readonly DaemonCommand[] = [
  { command: 'show paths', since: '0.4.9', effect: 'read' },
  { command: 'show maps', since: '0.4.9', effect: 'read' },
  { command: 'show status', since: '0.4.9', effect: 'read' },
  { command: 'show daemon', since: '0.4.9', effect: 'read' },
  { command: 'show config', since: '0.4.9', effect: 'read' },
  { command: 'show paths raw', since: '0.6.0', effect: 'read' },
  { command: 'show maps raw', since: '0.6.0', effect: 'read' },
  { command: 'show path', since: '0.6.0', effect: 'read' },
  { command: 'show maps json', since: '0.6.2', effect: 'read' },
  { command: 'show map json', since: '0.6.2', effect: 'read' },
  { command: 'show config local', since: '0.7.8', effect: 'read' },
  { command: 'add path', since: '0.4.9', effect: 'safe' },
  { command: 'add map', since: '0.4.9', effect: 'safe' },
  { command: 'reinstate path', since: '0.4.9', effect: 'safe' },
  { command: 'resize map', since: '0.4.9', effect: 'safe' },
  { command: 'switchgroup map', since: '0.4.9', effect: 'safe' },
  { command: 'reconfigure', since: '0.4.9', effect: 'safe' },
  { command: 'restorequeueing map', since: '0.4.9', effect: 'safe' },
  { command: 'reset maps stats', since: '0.7.0', effect: 'safe' },
  { command: 'reconfigure all', since: '0.8.8', effect: 'care' },
  { command: 'fail path', since: '0.4.9', effect: 'care' },
  { command: 'del path', since: '0.4.9', effect: 'care' },
  { command: 'disablequeueing map', since: '0.4.9', effect: 'care' },
  { command: 'reload map', since: '0.5.0', effect: 'care' },
  { command: 'reset map', since: '0.5.0', effect: 'care' },
  { command: 'setmarginal path', since: '0.8.3', effect: 'care' },
  { command: 'unsetmarginal path', since: '0.8.3', effect: 'safe' },
  { command: 'setprkey map', since: '0.7.3', effect: 'care' },
  { command: 'unsetprkey map', since: '0.7.3', effect: 'care' },
  { command: 'del map', since: '0.4.9', effect: 'never' },
  { command: 'suspend map', since: '0.4.9', effect: 'never' },
  { command: 'resume map', since: '0.4.9', effect: 'safe' },
  { command: 'del maps', since: '0.8.5', effect: 'never' },
  { command: 'shutdown', since: '0.5.0', effect: 'never' },
]

/** Whether the release has a command of our list; for any other command false. */
export function knowsCommand(release: Release, command: string): boolean {
  const known = daemonCommands.find((each) => each.command === command)
  return known !== undefined && releaseNumber(known.since) <= releaseNumber(release)
}
