/**
 * What the LUN of the small fleet says of its reservation and the array of whom it shows it to: for tests of what keeps a
 * blade out.
 */
import assert from 'node:assert/strict'
import { keyOf, NO_KEY, type ReservationKey } from '@anyblade/scsi'
import type { Fleet } from '#documents'
import {
  type ArrayReport,
  type BladeReport,
  join,
  type PathReservation,
  type Reading,
  read,
  type Survey,
} from '#survey'
import { b, device, type Node, report, SAN, SIZE, WWID, wwpnOf } from './lab-fleet.ts'

export const key = (blade: number, generation: number) => keyOf({ fleet: 0xa1b2, blade, generation }) ?? assert.fail()
const NODES = { blade1: '0b', blade2: '0c', blade3: '0d' } as const

/** What the LUN says of its reservation through both paths of a blade, each key registered by its own blade's paths. */
export function reservedAs(keys: readonly ReservationKey[], held = true): PathReservation[] {
  const registrants = keys.flatMap((one) =>
    (['A', 'B'] as const).map((fabric, i) => {
      const node = Object.values(NODES)[Number.parseInt(one.slice(4, 8), 16) - 1] ?? '0b'
      return {
        key: one,
        initiator: { protocol: 'fc' as const, wwpn: wwpnOf(fabric, node) },
        targetPort: i + 1,
        holds: undefined,
      }
    }),
  )
  return (['A', 'B'] as const).map((fabric, i) => ({
    hctl: device(fabric, 'sdx').hctl,
    sd: fabric === 'A' ? 'sdb' : 'sdc',
    targetPort: i + 1,
    keys: read({ generation: 3, keys: registrants.map((one) => one.key) }),
    reservation: read({ generation: 3, held: held ? { key: NO_KEY, type: 7 as const } : undefined }),
    capabilities: read('not supported' as const),
    fullStatus: read({ generation: 3, registrants }),
  }))
}

export const silent: Reading<never> = { state: 'timed out', because: 'no answer in 45 s' }
export const TAG = 'anyblade.a1b2.ldap'
export const arraySays = (shownTo: readonly Node[], tag: string | undefined = TAG): ArrayReport => ({
  ports: [],
  freeBytes: SIZE,
  volumes: [
    {
      name: 'ldap',
      tag,
      wwid: WWID,
      size: SIZE,
      mappings: shownTo.flatMap((name) =>
        (['A', 'B'] as const).map((fabric) => ({
          initiator: wwpnOf(fabric, NODES[name]),
          port: wwpnOf(fabric, '01'),
          lun: 1,
        })),
      ),
    },
  ],
})

export function look(
  of: Fleet,
  blades: Partial<Record<Node, BladeReport | Reading<never>>>,
  array: ArrayReport | Reading<never> = arraySays(['blade1', 'blade2']),
): Survey {
  const readings = Object.entries(blades).map(
    ([name, found]) => [b(name as Node), 'state' in found ? found : read(found)] as const,
  )
  return join(of, new Map(readings), new Map([[SAN, 'state' in array ? array : read(array)]]))
}

export const knowing = (name: Node, keys: readonly ReservationKey[], change: Partial<BladeReport> = {}): BladeReport =>
  report(name, { reservations: reservedAs(keys), ...change })
