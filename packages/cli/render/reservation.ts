/** Who has reserved a volume, as an operator reads it: what is held, whose the keys are, and which path lacks one. */
import { excuse, type Fleet, type HeldSeen, keyOwner, ownerText, type ReservationSeen } from '@anyblade/engine'
import { initiatorText, isOfAllRegistrants, typeText } from '@anyblade/scsi'

/** Rows for columns; none where no path tells anything. */
export function reservationRows(fleet: Fleet, seen: ReservationSeen): string[][] {
  const owner = (key: Parameters<typeof keyOwner>[1]) => ownerText(keyOwner(fleet, key))
  return [
    ...seen.held.map((one) => ['reserved', heldText(one, seen), ...heldWhere(one, seen)]),
    ...[...seen.keys].map(([key, count]) => ['key', key, owner(key), `${count} nexus${count === 1 ? '' : 'es'}`]),
    ...seen.nexuses.map(({ nexus: { path, said }, key }) => [
      'nexus',
      key.state === 'read' ? (key.value ?? 'not registered') : excuse(key),
      `${path.blade}  ${path.fabric ?? '?'} ${path.sd}`,
      `${path.initiator ?? '?'} at port ${said?.targetPort ?? '?'}`,
    ]),
    ...seen.others.map(({ key, initiator, targetPort }) => [
      'nexus',
      key,
      'no path that was asked',
      `${initiatorText(initiator)} at ${targetPort === undefined ? 'all ports' : `port ${targetPort}`}`,
    ]),
  ]
}

function heldText({ held }: HeldSeen, seen: ReservationSeen): string {
  if (held === undefined) return 'by nobody'
  if (held === 'not supported') return 'the array has no reservations'
  if ('unread' in held) return `? (${held.unread})`
  return isOfAllRegistrants(held.type) || seen.keys.size === 0
    ? typeText(held.type)
    : `${typeText(held.type)}, ${held.key}`
}

/** Which paths say so, where others say otherwise. */
const heldWhere = ({ nexuses }: HeldSeen, { held }: ReservationSeen): string[] =>
  held.length === 1 ? [] : [nexuses.map(({ path }) => `${path.blade} ${path.sd}`).join(', ')]

/** For `--output json`. */
export const reservationData = (fleet: Fleet, seen: ReservationSeen) => ({
  held: seen.held.map(({ held, nexuses }) => ({
    held: held ?? null,
    paths: nexuses.map(({ path }) => ({ blade: path.blade, sd: path.sd })),
  })),
  keys: [...seen.keys].map(([key, count]) => ({ key, owner: keyOwner(fleet, key), count })),
  nexuses: seen.nexuses.map(({ nexus: { path, said }, key }) => ({
    blade: path.blade,
    sd: path.sd,
    initiator: path.initiator ?? null,
    targetPort: said?.targetPort ?? null,
    key: key.state === 'read' ? (key.value ?? null) : key,
  })),
  others: seen.others,
})
