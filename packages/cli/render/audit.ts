/** The promises, each with its verdict; what speaks against it, what was seen of it, and what nobody told. */
import type { Audited, Fleet } from '@anyblade/engine'

const WORDS: Readonly<Record<Audited['verdict'], string>> = {
  kept: 'kept',
  broken: 'broken',
  interrupted: 'interrupted',
  untold: 'can’t be told',
}
const WIDTH = Math.max(...Object.values(WORDS).map((word) => word.length))

export function auditText(fleet: Fleet, audited: readonly Audited[], seconds: number): string {
  return [
    `${`fleet ${fleet.settings.name}`.padEnd(80)}read in ${seconds.toFixed(1)} s`,
    '',
    ...audited.flatMap(({ promise, verdict, because, shows, untold }) => [
      `${WORDS[verdict].padEnd(WIDTH)}  ${promise}`,
      ...because.map((line) => indented('found', line)),
      indented('seen', shows),
      ...untold.map((line) => indented('not told', line)),
    ]),
  ].join('\n')
}

const indented = (what: string, line: string): string => `${' '.repeat(WIDTH)}    ${what.padEnd(8)}  ${line}`

export function auditData(fleet: Fleet, audited: readonly Audited[], seconds: number, silent: readonly string[]) {
  return {
    fleet: fleet.settings.name,
    seconds: Number(seconds.toFixed(3)),
    promises: audited.map(({ promise, verdict, because, shows, untold }) => ({
      promise,
      verdict,
      found: because,
      seen: shows,
      notTold: untold,
    })),
    silent,
  }
}
