/**
 * What a file's meaning borrows from the host: the few things the tool looks up while it reads.
 * May come in: nothing. May not: I/O; a caller who knows the host says so.
 */

export type Host = {
  /** /proc/sys/fs/nr_open: what `max_fds max` stands for. */
  readonly openFilesMost: number
  /** Users by name: `uid` and `gid` both look a name up here (gid too, and takes the user's main group). */
  readonly users: ReadonlyMap<string, { readonly uid: number; readonly gid: number }>
  /** Where 0.8.8 and 0.8.9 look whether `multipath_dir` is there. */
  readonly directories: ReadonlySet<string>
  /** The directory of the tool's libraries, as its message names it since 0.9.7. */
  readonly libraries: string
}

/** The users every Debian has (base-passwd); a host with others gives its own. */
const USERS: readonly (readonly [string, number, number])[] = [
  ['root', 0, 0],
  ['daemon', 1, 1],
  ['bin', 2, 2],
  ['sys', 3, 3],
  ['sync', 4, 65534],
  ['games', 5, 60],
  ['man', 6, 12],
  ['lp', 7, 7],
  ['mail', 8, 8],
  ['news', 9, 9],
  ['uucp', 10, 10],
  ['proxy', 13, 13],
  ['www-data', 33, 33],
  ['backup', 34, 34],
  ['list', 38, 38],
  ['irc', 39, 39],
  ['nobody', 65534, 65534],
]

/** A host nobody knows more about. */
export const PLAIN_HOST: Host = {
  openFilesMost: 1_048_576,
  users: new Map(USERS.map(([name, uid, gid]) => [name, { uid, gid }])),
  directories: new Set([
    '/',
    '/bin',
    '/dev',
    '/etc',
    '/lib',
    '/lib64',
    '/lib/multipath',
    '/lib64/multipath',
    '/sbin',
    '/tmp',
    '/usr',
    '/usr/lib',
    '/var',
  ]),
  libraries: '/lib64/multipath',
}
