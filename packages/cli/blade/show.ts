/** One blade, asked. */
import {
  BASELINE_PARTS,
  type Blade,
  type BladeReport,
  bladeIn,
  type Claim,
  colonWwpn,
  EVERYTHING,
  excuse,
  type Fleet,
  fabricOf,
  look,
  prove,
  reservationTier,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newBlade } from '../names.ts'
import { print } from '../render/answer.ts'
import { columns } from '../render/columns.ts'
import { findingLines } from '../render/findings.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

export function show(this: Context, flags: CommonFlags, text: string): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const blade = bladeIn(session.fleet, newBlade(text))
    const signal = cancellable(this, 'Nothing was changed.')
    const question = {
      blades: new Map([[blade.name, { ...EVERYTHING, config: true, baseline: true, timers: true, initramfs: true }]]),
      arrays: [],
    }
    const survey = await withHands(session, ({ fleet, hands }) => look(fleet, question, hands, signal))
    const reading = survey.blades.get(blade.name)
    if (reading?.state !== 'read') {
      print(this, flags, {
        text: columns([
          [blade.name, blade.ssh],
          ['answer', excuse(reading)],
          ...(blade.fenced === true ? [['fenced', 'its volumes are kept from it']] : []),
        ]).join('\n'),
        data: { ...blade, answer: reading ?? null },
      })
      return ExitCode.unreachable
    }
    const parts = BASELINE_PARTS
    const judged = (claim: Claim) => prove(claim, session.fleet, survey)
    const baseline = judged({ kind: 'baseline', blade: blade.name, parts })
    const timers = judged({ kind: 'timers', blade: blade.name })
    const initramfs = judged({ kind: 'initramfs', blade: blade.name })
    print(this, flags, {
      text: [
        ...described(session.fleet, blade, reading.value),
        '',
        ...[baseline, timers, initramfs].flatMap(findingLines),
      ].join('\n'),
      data: {
        ...blade,
        answer: reading,
        ...{ baseline, timers, initramfs },
        reservations: reservationTier(blade, reading.value.tools),
      },
    })
    return ExitCode.done
  })
}

function described(fleet: Fleet, blade: Blade, report: BladeReport): string[] {
  const { host, tools, fcHosts, remotePorts, devices, maps, bridges } = report
  const targets = (of: number) =>
    remotePorts.filter((port) => port.host === of && port.state === 'Online' && port.target >= 0)
  const { tier, because } = reservationTier(blade, tools)
  return columns([
    [blade.name, `${host.hostname}, Linux ${host.kernel}`],
    ['machine-id', host.machineId],
    ...(blade.fenced === true
      ? [['fenced', `nothing is planned for it before anyblade blade return ${blade.name}`]]
      : []),
    ['multipath', tools.multipath ?? 'not installed'],
    ['one writer', `${tier}: ${because}`],
    ['libvirt', tools.libvirt ?? 'not installed'],
    ...(tools.python3 ? [] : [['python3', 'not there: INQUIRY costs a process a path']]),
    ...fcHosts.map((port) => [
      `host${port.host}`,
      `${colonWwpn(port.wwpn)}  fabric ${fabricOf(fleet, port.wwpn) ?? '?'}  ${port.state}, sees ${targets(port.host).length} array ports`,
    ]),
    ['paths', String(devices.length)],
    [
      'maps',
      maps
        .filter((map) => map.wwid !== undefined)
        .map((map) => map.name)
        .join(', ') || 'none',
    ],
    ['bridges', bridges.join(', ') || 'none'],
    ...report.impostors.map((impostor) => ['impostor', `/dev/mapper/${impostor} is no device`]),
  ])
}
