/**
 * Lines of the fleet's own in root's files on its blades, from what was read there: who is let in, whose host key is known.
 * Each ends with the mark of the fleet and the blade it is for, so that no other line is ever touched.
 */
import type { TrustChange, TrustLine } from '#actions'
import { type BladeName, bladeName, type Fleet } from '#documents'
import { CREDENTIAL_FILES, type CredentialFile, type Credentials, reportOf, type Survey, valueRead } from '#survey'

export const markFor = (fleet: Fleet, peer: string): string => `anyblade:${fleet.settings.id}:${peer}`

export const credentialsOf = (survey: Survey, blade: BladeName): Credentials | undefined =>
  valueRead(reportOf(survey, blade)?.credentials)

/** What a file has for a peer. */
export const linesFor = (fleet: Fleet, { lines }: Credentials, file: CredentialFile, peer: string): string[] =>
  lines.filter((line) => line.file === file && peerOf(fleet, line.text) === peer).map(({ text }) => text)

/** The name behind the mark; text of another machine. */
export const peerOf = (fleet: Fleet, line: string): string | undefined => {
  const [last = ''] = line.split(/\s/).slice(-1)
  const start = markFor(fleet, '')
  return last.startsWith(start) ? last.slice(start.length) : undefined
}

/**
 * Root of `peer` is let in, for what a move needs: no terminal, no forwarding. From its own addresses only, where they are
 * known. `key`: its public half, or the step that makes it.
 */
export function admission(fleet: Fleet, peer: BladeName, its: Credentials, key: string | number): TrustLine {
  const from = its.addresses.length === 0 ? '' : `,from="${its.addresses.join(',')}"`
  const [head, tail] = [`restrict${from} `, ` ${markFor(fleet, peer)}`]
  return typeof key === 'string' ? `${head}${key}${tail}` : { head, keyOf: key, tail }
}

/** Its host keys, under the name by which ssh looks them up. */
export const acquaintance = (fleet: Fleet, peer: BladeName, its: Credentials, knownAs: string): string[] =>
  its.hostKeys.map((key) => `${knownAs} ${key} ${markFor(fleet, peer)}`)

/** What is there for blades that `isLeft` says of, taken away. */
export function linesGone(fleet: Fleet, its: Credentials, isLeft: (peer: string) => boolean): TrustChange[] {
  return CREDENTIAL_FILES.flatMap((file) => {
    const peers = new Set(
      its.lines.filter((line) => line.file === file).flatMap(({ text }) => peerOf(fleet, text) ?? []),
    )
    return [...peers].filter(isLeft).flatMap((name): TrustChange[] => {
      const peer = bladeName(name)
      return peer === undefined ? [] : [{ file, peer, before: linesFor(fleet, its, file, name), after: [] }]
    })
  })
}

export const isChange = ({ before, after }: TrustChange): boolean => JSON.stringify(before) !== JSON.stringify(after)
