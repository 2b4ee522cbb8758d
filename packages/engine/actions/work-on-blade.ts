/**
 * Work of an operator's own on an empty blade: his command, whose text is data and goes to one shell there, and a reboot.
 * What it does nobody but him knows, so there is no way back, and a command that broke off is run by nobody again unasked.
 */
import type { BladeName } from '#documents'

/** The shell there reads the text and runs nothing. */
export type CheckCommand = { readonly kind: 'check-command'; readonly blade: BladeName; readonly command: string }
/** At most `seconds`; the end of what it prints is kept. Refused while any emulator runs there. */
export type RunCommand = {
  readonly kind: 'run-command'
  readonly blade: BladeName
  readonly command: string
  readonly seconds: number
}
/** Begun, for its end nobody there can tell; done already where the boot is another one than `bootId`. */
export type RebootHost = { readonly kind: 'reboot-host'; readonly blade: BladeName; readonly bootId: string }
export type WorkAction = CheckCommand | RunCommand | RebootHost

export function sentenceOfWork(action: WorkAction): string {
  switch (action.kind) {
    case 'check-command':
      return `have its shell read the command, and run nothing: ${shown(action.command)}`
    case 'run-command':
      return `run, for ${action.seconds} s at most: ${shown(action.command)}`
    case 'reboot-host':
      return 'reboot, while no emulator runs there'
  }
}

const SHOWN_LENGTH = 200
const shown = (command: string): string =>
  command.length > SHOWN_LENGTH ? `${command.slice(0, SHOWN_LENGTH)}…` : command
