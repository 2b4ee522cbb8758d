/** What a command's end means to a script; the one place where exit codes are given. */
export const ExitCode = {
  done: 0,
  /** Failed, and undone or nothing was changed. */
  failed: 1,
  /** Wrong usage, or a document that is not valid. */
  usage: 2,
  /** Refused by findings. */
  refused: 3,
  /** Interrupted or partly done: `run show` tells how far it came. */
  interrupted: 4,
  /** A host or an array was unreachable before anything was changed. */
  unreachable: 5,
  /** A comparison that was asked for found a difference. */
  differs: 6,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
