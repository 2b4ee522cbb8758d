/** How puppet delivers what we would write on a blade, by the documents alone. */
import type { Fleet } from './fleet.ts'
import type { BladeName } from './names.ts'

/** The agent of a blade: who it is to puppet, the words that run it once, and how long that may take. */
export type Agent = { readonly certname: string; readonly command: readonly string[]; readonly seconds: number }

/** A catalogue that can't be had is told, and not covered by the last one; colours would stand in the journal. */
const COMMAND = [
  ...['puppet', 'agent', '--onetime', '--no-daemonize', '--verbose', '--detailed-exitcodes'],
  ...['--no-usecacheonfailure', '--no-splay', '--color=false'],
]
const SECONDS = 300

/** undefined where we deliver ourselves. */
export function agentOf({ settings, blades }: Pick<Fleet, 'settings' | 'blades'>, blade: BladeName): Agent | undefined {
  const { delivery, puppet } = settings
  if (delivery !== 'puppet' || puppet === undefined) return undefined
  const { agent: command = COMMAND, seconds = SECONDS } = puppet
  return { certname: blades.get(blade)?.certname ?? blade.toLowerCase(), command, seconds }
}
