/**
 * What the station saw, as the switch process sends it.
 * May come in: its answer. May not: a field that nobody looked at.
 */
import { type Fields, fields, list, number, oneOf, text } from '../json.ts'
import type { Gap, Guest, LanReport, Sight } from './station.ts'

/** @throws LabError `state-invalid` */
export function lanReport(answer: unknown): LanReport {
  const all = fields(answer, 'lan')
  return {
    sinceMs: number(all.sinceMs, 'sinceMs'),
    guests: list(all.guests, 'guests', guest),
    sights: list(all.sights, 'sights', sight),
  }
}

function guest(value: unknown, where: string): Guest {
  const all = fields(value, where)
  return {
    ip: text(all.ip, where),
    mac: text(all.mac, where),
    port: text(all.port, where),
    sent: number(all.sent, where),
    answered: number(all.answered, where),
    lost: number(all.lost, where),
    ...(all.lastAnswerAtMs === undefined ? {} : { lastAnswerAtMs: number(all.lastAnswerAtMs, where) }),
    ...(all.lastGap === undefined ? {} : { lastGap: gap(fields(all.lastGap, where), where) }),
    ...(all.longestGap === undefined ? {} : { longestGap: gap(fields(all.longestGap, where), where) }),
  }
}

const gap = (all: Fields, where: string): Gap => ({
  ms: number(all.ms, where),
  endedAtMs: number(all.endedAtMs, where),
})

function sight(value: unknown, where: string): Sight {
  const all = fields(value, where)
  return {
    atMs: number(all.atMs, where),
    kind: oneOf(all.kind, where, ['rarp', 'gratuitous-arp', 'moved']),
    mac: text(all.mac, where),
    port: text(all.port, where),
    ...(all.from === undefined ? {} : { from: text(all.from, where) }),
  }
}
