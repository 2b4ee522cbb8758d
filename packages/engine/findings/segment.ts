/**
 * Claim: where a VM's interfaces are on `from`, and where they would be on `blade`, is one network. Proved by frames alone:
 * what each blade sends there arrives on the other. The same name proves nothing about the cable, or the VLAN behind it.
 */
import type { BladeName, Fleet } from '#documents'
import { excuse, heardAt, type LanPlace, placeText, reportOf, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

const TRUST = 'where you know that it is one network: --trust-network, and no frame is sent'

export function segment(claim: ClaimOf<'segment'>, fleet: Fleet, survey: Survey): Finding {
  const { places, blade, from } = claim
  const ways = places.flatMap((place) => [
    wayOf(place, from, blade, fleet, survey),
    wayOf(place, blade, from, fleet, survey),
  ])
  const evidence = ways.map(({ text }) => text)
  const names = places.map(placeText).join(', ')
  if (ways.some(({ state }) => state === 'lost'))
    return refuted(claim, `${names} on ${from} and on ${blade} are not one network`, {
      evidence,
      next: `look at the switch ports and VLANs behind them; ${TRUST}`,
    })
  if (ways.some(({ state }) => state === 'not asked'))
    return unknown(claim, `whether ${names} on ${from} and on ${blade} are one network could not be asked`, {
      evidence,
      next: `it takes python3, and root's right to send frames, on both; ${TRUST}`,
    })
  return proved(claim, `${names}: a frame of ${from} arrives on ${blade}, and one of ${blade} on ${from}`)
}

type Way = { readonly text: string; readonly state: 'arrived' | 'lost' | 'not asked' }

/** Who could not be asked to send, can't be missed either. */
function wayOf(place: LanPlace, sender: BladeName, listener: BladeName, fleet: Fleet, survey: Survey): Way {
  const head = `${placeText(place)}: ${sender} → ${listener}: `
  for (const blade of [sender, listener]) {
    const heard = heardOn(survey, blade, place)
    if (heard.state !== 'read') return { text: `${head}${blade}: ${excuse(heard)}`, state: 'not asked' }
    const machine = fleet.blades.get(sender)?.machine_id ?? ''
    if (blade === listener && heard.value.includes(machine)) return { text: `${head}arrived`, state: 'arrived' }
  }
  return { text: `${head}sent again and again, and none arrived`, state: 'lost' }
}

function heardOn(survey: Survey, blade: BladeName, place: LanPlace) {
  const report = reportOf(survey, blade)
  if (report === undefined) return { state: 'refused', because: excuse(survey.blades.get(blade)) } as const
  return report.lan.state === 'read' ? heardAt(report.lan.value, place) : report.lan
}
