/**
 * What the lab's values look like for people.
 * May come in: values. May not: I/O.
 */
import type { LanReport } from '../network/station.ts'
import type { Status } from '../status.ts'
import type { Verification } from '../verify/ring.ts'

export function statusText(status: Status): string {
  const rows = status.nodes.map(({ node, verdict, because, sshPort }) => [
    node,
    verdict,
    `127.0.0.1:${sshPort}`,
    because ?? '',
  ])
  const cuts = status.cuts.map(({ network, node, how }) => `${network} of ${node}: ${how}`)
  const disks = status.health.localDisks.map(({ blade, verdict }) => `${blade} ${verdict}`)
  return [
    `lab ${status.name} (${status.accelerator.toUpperCase()}), ssh -F ${status.sshConfig} NODE`,
    ...table([['node', 'state', 'ssh', ''], ...rows]),
    `local disks: ${disks.join(', ')}`,
    `cables cut: ${cuts.length === 0 ? 'none' : cuts.join('; ')}`,
    ...loud(status),
    '',
  ].join('\n')
}

function loud({ health }: Status): string[] {
  if (health.verdict === 'sound') return ['sound: no oops, no unexpected reboot, local disks untouched']
  return [
    '',
    '*** INCONCLUSIVE: nothing that was seen in this lab counts ***',
    ...health.because.map((one) => `  ${one}`),
  ]
}

export function lanText(report: LanReport): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
  const rows = report.guests.map((guest) => [
    guest.ip,
    guest.mac,
    guest.port,
    String(guest.sent),
    String(guest.lost),
    guest.lastGap === undefined ? '-' : `${seconds(guest.lastGap.ms)} until ${clock(guest.lastGap.endedAtMs)}`,
    guest.longestGap === undefined ? '-' : seconds(guest.longestGap.ms),
  ])
  const sights = report.sights.map(({ atMs, kind, mac, port, from }) =>
    [clock(atMs), kind, mac, from === undefined ? `at ${port}` : `${from} -> ${port}`].join('  '),
  )
  const head = ['guest', 'mac', 'at', 'pings', 'lost', 'last gap', 'longest gap']
  return [`since ${clock(report.sinceMs)}`, ...table([head, ...rows]), ...sights, ''].join('\n')
}

const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 23)

export function verificationText(volume: string, found: Verification): string {
  const holes = found.holes.map(({ after, before }) => `${after} to ${before}`).join(', ')
  return [
    `volume          ${volume}`,
    `records         ${found.records}${found.first === undefined ? '' : `, ${found.first} to ${found.last}`}`,
    `boots           ${found.boots.length}`,
    `holes           ${found.holes.length}${holes === '' ? '' : `: ${holes}`}`,
    `longest gap     ${(found.longestGapMs / 1000).toFixed(2)} s (guest clock)`,
    `rollbacks       ${found.rollbacks}`,
    `foreign writes  ${found.foreignWrites}`,
    `vanished        ${found.vanished}`,
    ...found.events.map((e) => `  ${e.kind}: records ${e.first} to ${e.last}, found ${e.foundN} of ${e.foundWriter}`),
    '',
  ].join('\n')
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
