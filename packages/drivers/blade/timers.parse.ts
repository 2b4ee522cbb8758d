/** How long I/O waits, out of a probe's answer. May come in: any text. May not: a number that nobody said. */
import { type PortTimers, type Timers, wwid } from '@anyblade/engine'
import { count, portOf, word } from './fields.ts'
import { Garbled, type Section } from './sections.ts'

/** multipath's `infinity`, as it comes back from the kernel. Source: multipath-tools libmultipath/structs.h, MAX_DEV_LOSS_TMO */
const FOR_EVER = 0x7fffffff

/** @throws Garbled */
export function parseTimers({ lines }: Section): Timers {
  const rows = (kind: string) => lines.filter(([first]) => first === kind).map((fields) => fields.slice(1))
  const [[polling] = []] = rows('polling')
  if (polling === undefined) throw new Garbled('multipathd does not say its polling_interval')
  return {
    pollingSeconds: count(polling, 'the polling_interval'),
    queueing: new Map(
      rows('map').flatMap(([id = '', queueing]) => {
        const map = wwid(id)
        return map === undefined ? [] : [[map, word(queueing, 40)] as const]
      }),
    ),
    ports: rows('port').flatMap(portTimers),
  }
}

/** A port without a name is none that a fleet could know. */
function portTimers([host, port, fast, loss]: string[]): PortTimers[] {
  const wwpn = portOf(port)
  if (wwpn === undefined) return []
  const seconds = count(loss, 'a dev_loss_tmo')
  return [
    {
      host: count(host, 'a remote port’s host'),
      wwpn,
      fastIoFailSeconds: fast === 'off' ? undefined : count(fast, 'a fast_io_fail_tmo'),
      devLossSeconds: seconds < 0 || seconds >= FOR_EVER ? Number.POSITIVE_INFINITY : seconds,
    },
  ]
}
