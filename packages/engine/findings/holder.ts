/**
 * Claim: there is a blade that can hold the volume while another one is shut out of it: it answers, is not fenced
 * itself, the volume is proved on it, and nobody is registered but itself and who is to be shut out. A fence without a
 * holder would free the volume for all.
 */
import type { ReservationKey } from '@anyblade/scsi'
import { type BladeName, type Fleet, keyOwner, ownerText, reservationKey, volumeCalled } from '#documents'
import { answerIn, nexusesOf, reportOf, type Survey } from '#survey'
import { answers } from './answers.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'
import { identity } from './identity.ts'
import { reservationTier } from './reservation-tier.ts'

type Claimed = ClaimOf<'holder'>
export type Holder = { readonly blade: BladeName; readonly key: ReservationKey }

export function holder(claim: Claimed, fleet: Fleet, survey: Survey): Finding {
  const { volume, other, candidates } = claim
  const found = holderIn(claim, fleet, survey)
  if (found !== undefined)
    return proved(
      claim,
      `${found.blade} can hold ${volume.alias} under the key ${found.key} while ${other} is shut out`,
    )
  const evidence = candidates.map((blade) => `${blade}: ${unfit(claim, blade, fleet, survey).because}`)
  const because = `no blade can hold ${volume.alias} while ${other} is shut out of it`
  if (candidates.length === 0) return refuted(claim, because, { evidence: ['the fleet has no other blade in service'] })
  const isSilent = candidates.every((blade) => reportOf(survey, blade) === undefined)
  if (isSilent) return unknown(claim, because, { evidence })
  return refuted(claim, because, { evidence, next: `anyblade volume show ${volume.alias}` })
}

/** The first of the candidates that can; one that is registered already goes before. */
export function holderIn(claim: Claimed, fleet: Fleet, survey: Survey): Holder | undefined {
  const fit = claim.candidates.flatMap((blade) => {
    const { key, isRegistered } = unfit(claim, blade, fleet, survey)
    return key === undefined ? [] : [{ blade, key, isRegistered }]
  })
  const [first] = [...fit].sort((a, b) => Number(b.isRegistered) - Number(a.isRegistered))
  return first && { blade: first.blade, key: first.key }
}

type Fitness = { readonly because: string; readonly key?: ReservationKey; readonly isRegistered?: boolean }

/** Why the blade can't, or the key under which it can. */
function unfit({ volume, other }: Claimed, blade: BladeName, fleet: Fleet, survey: Survey): Fitness {
  const reach = answers({ kind: 'answers', blade }, fleet, survey)
  if (reach.verdict !== 'proved') return reach
  const same = identity({ kind: 'identity', blade, volume }, survey)
  if (same.verdict !== 'proved') return same
  const key = keyFor(volume.alias, blade, fleet)
  const report = reportOf(survey, blade)
  const document = fleet.blades.get(blade)
  const tier = document && report && reservationTier(document, report.tools)
  if (key === undefined || tier === undefined || tier.tier === 'none')
    return { because: tier?.because ?? 'it has no key for this volume' }
  const lists = nexusesOf(survey, blade, volume.alias).flatMap(({ said }) => answerIn(said?.keys)?.keys ?? undefined)
  const read = lists.filter((keys) => keys !== undefined)
  if (read.length === 0) return { because: 'no path of it says who is registered' }
  const strangers = [...new Set(read.flat())].filter((one) => one !== key && !isOf(fleet, one, other))
  if (strangers.length === 0) return { because: '', key, isRegistered: read.flat().includes(key) }
  const named = strangers.map((one) => `${one} (${ownerText(keyOwner(fleet, one))})`)
  return { because: `somebody else is registered there: ${named.join(', ')}` }
}

/** Of the generation after the one that is documented: never seen before. */
function keyFor(alias: string, blade: BladeName, fleet: Fleet): ReservationKey | undefined {
  const volume = volumeCalled(fleet, alias)
  const document = fleet.blades.get(blade)
  if (volume?.generation === undefined || document === undefined) return undefined
  return reservationKey(fleet, document, volume.generation + 1)
}

/** Whether a key is a blade's, of whatever generation. */
export function isOf(fleet: Fleet, key: ReservationKey, blade: BladeName): boolean {
  const owner = keyOwner(fleet, key)
  return owner.kind === 'ours' && owner.blade === blade
}
