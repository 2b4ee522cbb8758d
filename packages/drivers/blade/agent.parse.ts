/**
 * How puppet's agent stands on a blade, out of a probe's answer. May come in: any text, also a reason that somebody typed.
 * May not: a setting that puppet did not tell.
 */
import type { PuppetAgent } from '@anyblade/engine'
import { formed, textOf, word } from './fields.ts'
import type { Section } from './sections.ts'

const LONGEST = 8192
const REASON = 300

/** @throws Garbled */
export function parseAgent({ lines }: Section): PuppetAgent {
  const value = (name: string) => {
    const row = lines.find(([first]) => first === name)
    return row === undefined ? undefined : textOf(row[1], LONGEST, `what puppet says of ${name}`).trim()
  }
  return {
    version: word(value('version'), 30),
    certname: formed(value('certname'), /^[\x21-\x7e]{1,255}$/, 'the certname'),
    noop: value('noop') === 'true',
    disabled: reasonIn(value('disabled')),
  }
}

/** Source: puppet lib/puppet/agent/disabler.rb, DISABLED_MESSAGE_JSON_KEY */
function reasonIn(lock: string | undefined): string | undefined {
  if (lock === undefined) return undefined
  try {
    const json: unknown = JSON.parse(lock)
    const isTold = typeof json === 'object' && json !== null && 'disabled_message' in json
    return isTold && typeof json.disabled_message === 'string' ? word(json.disabled_message, REASON) : ''
  } catch {
    return word(lock, REASON) // of a release that wrote no JSON, or by hand
  }
}
