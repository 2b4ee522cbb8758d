/**
 * Claim: a blade can't write the volume, whatever runs on it, as the LUN itself says through the paths of another blade:
 * it is reserved for registrants only, and no key of that blade, of any generation, is registered.
 */
import { typeText } from '@anyblade/scsi'
import type { Fleet } from '#documents'
import { answerIn, excuse, nexusesOf, reportOf, type Survey, silenceOf, wwidOf } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'
import { isOf } from './holder.ts'

const KEEPS_OTHERS_OUT: ReadonlySet<number> = new Set([5, 7])

export function barred(claim: ClaimOf<'barred'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume, other } = claim
  if (reportOf(survey, blade) === undefined) return unknown(claim, silenceOf(survey, blade))
  const nexuses = nexusesOf(survey, blade, volume.alias).filter(({ path }) => wwidOf(path) === volume.wwid)
  const said = nexuses.map(({ path, said: one }) => ({ path, one, keys: answerIn(one?.keys)?.keys }))
  const silent = said.filter(({ one, keys }) => keys === undefined || answerIn(one?.reservation) === undefined)
  if (said.length === 0 || silent.length > 0)
    return unknown(claim, `not every path of ${volume.alias} on ${blade} says who has reserved it`, {
      evidence: silent.map(({ path, one }) => `${path.hctl}  ${path.sd}  ${excuse(one?.keys)}`),
    })
  const held = said.map(({ one }) => answerIn(one?.reservation)?.held)
  const open = held.find((found) => found === undefined || !KEEPS_OTHERS_OUT.has(found.type))
  if (held.includes(undefined) || open !== undefined)
    return refuted(claim, `${volume.alias} is not reserved for registrants only: ${other} can write it`, {
      evidence: open === undefined ? [] : [typeText(open.type)],
      next: `anyblade volume show ${volume.alias}`,
    })
  const theirs = [...new Set(said.flatMap(({ keys }) => keys ?? []))].filter((key) => isOf(fleet, key, other))
  if (theirs.length > 0)
    return refuted(claim, `${other} is registered at ${volume.alias} and can write it`, {
      evidence: theirs,
      next: `anyblade blade fence ${other}`,
    })
  return proved(claim, `${other} can't write ${volume.alias}: none of its keys, by ${said.length} paths of ${blade}`)
}
