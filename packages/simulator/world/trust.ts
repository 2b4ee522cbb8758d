/** Log-ins from blade to blade: by what a blade has of its own, or by the fleet's key and lines, as on-blade/acts/set-trust.sh writes them. */
import type { BladeAct, BladeQuestion, Credentials, Login, TrustLine } from '@anyblade/engine'
import type { Machine } from './machine.ts'
import type { Told } from './partner.ts'
import { Refused } from './refused.ts'
import type { World } from './world.ts'

type Of<Kind extends BladeAct['kind']> = Extract<BladeAct, { readonly kind: Kind }>

export function loginsOf({ machines }: World, from: Machine, { logins }: BladeQuestion): Login[] {
  return logins.map((host): Login => {
    const to = [...machines.values()].find(
      ({ document }) => document.ssh.endsWith(`@${host}`) || document.name === host,
    )
    const because = whyNot(from, to)
    if (to === undefined || because !== undefined)
      return { host, knownAs: host, reached: { state: 'refused', because: because ?? 'Name or service not known' } }
    const value = { machineId: to.document.machine_id, byOurs: from.trust.key !== undefined }
    return { host, knownAs: host, reached: { state: 'read', value } }
  })
}

function whyNot(from: Machine, to: Machine | undefined): string | undefined {
  if (to === undefined || !to.isUp || !to.isReachable) return 'Connection timed out'
  if (from.trust.hasOthers) return undefined
  const { key, lines } = from.trust
  if (!lines.some(({ file, text }) => file === 'known_hosts' && text.includes(hostKeyOf(to))))
    return 'Host key verification failed.'
  const isLetIn =
    !to.trust.letsNobodyIn &&
    to.trust.lines.some(({ file, text }) => file === 'authorized_keys' && key !== undefined && text.includes(key))
  return isLetIn ? undefined : 'Permission denied (publickey).'
}

const inBase64 = (text: string): string => Buffer.from(text.padEnd(48, '.')).toString('base64')
const hostKeyOf = ({ name }: Machine): string => `ssh-ed25519 ${inBase64(`host ${name}`)}`

export const credentialsOf = (machine: Machine): Credentials => ({
  key: machine.trust.key,
  hostKeys: [hostKeyOf(machine)],
  addresses: [],
  lines: machine.trust.lines,
})

export function makeKey(machine: Machine, times: number): Told {
  machine.trust.key ??= `ssh-ed25519 ${inBase64(`key ${times} of ${machine.name}`)}`
  return { lines: ['the key is there', `key ${machine.trust.key}`] }
}

export function dropKey({ trust }: Machine): Told {
  trust.key = undefined
  return { lines: ['the key is gone'] }
}

export function setTrust({ trust }: Machine, { fleet, changes }: Of<'set-trust'>): Told {
  for (const { file, peer, before, after } of changes) {
    const isFor = (line: Credentials['lines'][number]) =>
      line.file === file && line.text.endsWith(` anyblade:${fleet}:${peer}`)
    const now = trust.lines.filter(isFor).map(({ text }) => text)
    if (!isSame(now, after) && !isSame(now, before)) throw new Refused(`what ${file} has of ${peer} changed meanwhile`)
    trust.lines = [...trust.lines.filter((line) => !isFor(line)), ...after.map(whole).map((text) => ({ file, text }))]
  }
  return { lines: changes.map(({ file, peer }) => `${file}: ${peer}`) }
}

const isSame = (now: readonly string[], lines: readonly TrustLine[]): boolean =>
  now.join('\n') === lines.map(whole).join('\n')

function whole(line: TrustLine): string {
  if (typeof line === 'string') return line
  throw new RangeError('a key was not filled in')
}
