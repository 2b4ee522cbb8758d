/**
 * Claim: the move of the VM comes to an end by what was allowed for it. Judged from what was measured before; what could
 * not be measured is said, and forbids nothing: a move that does not converge is given up by its ladder, and the guest
 * stays where it runs.
 */
import { type Forecast, foreseen, mibText, secondsText, speedOf } from '#convergence'
import type { Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted } from './finding.ts'

export function converges(claim: ClaimOf<'converges'>, survey: Survey): Finding {
  const { blade, to, way, vm, transfer } = claim
  const seen = foreseen(survey, { ...claim, link: linkName(blade, to) })
  if (seen.state === 'not foretold')
    return proved(claim, `how long it takes is not foretold: ${seen.because}; its ladder watches over it`)
  const { measured, forecast } = seen
  const speed = speedOf(measured.linkBytesPerSecond, transfer)
  const evidence = [
    `memory     ${mibText(measured.memoryBytes)}, of which ${mibText(measured.dirtyBytesPerSecond)} were dirtied within a second`,
    `link       ${mibText(measured.linkBytesPerSecond)}/s from ${blade} to ${to}${way === `tcp://${to}` ? '' : `, ${way}`}`,
    ...(speed < measured.linkBytesPerSecond ? [`limit      ${mibText(speed)}/s`] : []),
  ]
  if (forecast.end === 'converges') return proved(claim, willText(forecast), { evidence })
  if (transfer.postCopy) return proved(claim, lateText(measured.memoryBytes / speed), { evidence })
  const because = `${vm} will not converge by what is allowed: ${mibText(measured.dirtyBytesPerSecond)} get dirty in a second, ${mibText(speed)} travel`
  const ways = waysOf(claim, forecast, measured.linkBytesPerSecond)
  const would = ways.map(({ flag, price }) => `would end  ${flag}: ${price}`)
  const next = ways[0] === undefined ? `move ${vm} while it has less to do` : command(vm, to, ways[0].flag)
  return refuted(claim, because, { evidence: [...evidence, ...would], next })
}

/** Both ends of a link find each other by it. */
export const linkName = (near: string, far: string): string => `${near}:${far}`

function willText({ seconds, pauseMs, slowedPercent }: Extract<Forecast, { end: 'converges' }>): string {
  const slowed = slowedPercent === 0 ? '' : `, slowed by up to ${slowedPercent} %`
  return `it will take about ${secondsText(seconds)}${slowed}, and stand still for about ${secondsText(pauseMs / 1000)}`
}

/** Its memory travels once for nothing, and then once more while it is there already. */
const lateText = (onceSeconds: number): string =>
  `pre-copy does not end it, post-copy will: for about ${secondsText(onceSeconds)} it will run there while its memory is on its way`

/** One ladder's longest; whoever stands still for longer is better stopped and started. */
const LONGEST_PAUSE_MS = 30_000

type Never = Extract<Forecast, { end: 'never' }>

/** What would end it, each with its price. */
function waysOf({ transfer }: ClaimOf<'converges'>, { pauseMs, slowedPercent }: Never, speedOfLink: number) {
  const isLimited = speedOf(speedOfLink, transfer) < speedOfLink
  return [
    ...(transfer.slows || slowedPercent === undefined
      ? []
      : [{ flag: '--auto-converge', price: `it is slowed by up to ${slowedPercent} %` }]),
    ...(pauseMs > LONGEST_PAUSE_MS
      ? []
      : [
          {
            flag: `--downtime ${Math.ceil(pauseMs / 1000)}`,
            price: `it stands still for up to ${secondsText(pauseMs / 1000)}`,
          },
        ]),
    { flag: '--post-copy', price: 'from the switch on whatever breaks loses what it has in memory' },
    ...(isLimited ? [{ flag: '--bandwidth', price: `the link carries ${mibText(speedOfLink)}/s` }] : []),
  ]
}

const command = (vm: string, to: string, flag: string): string => `anyblade vm migrate ${vm} --to ${to} ${flag} --plan`
