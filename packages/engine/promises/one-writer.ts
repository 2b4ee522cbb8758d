/**
 * Promise 1: a LUN is never writable by two blades with a running guest each. Told by what the disks really lead to, so
 * that two aliases of one LUN are one LUN.
 */
import type { Guest, Judge, Moment } from './history.ts'

export const oneWriter: Judge = ({ facts }: Moment) => {
  const writers = Map.groupBy(facts.guests.filter(isRunning).flatMap(writes), ({ wwid }) => wwid)
  return [...writers].flatMap(([wwid, of]) => {
    const places = [...new Set(of.map(({ guest }) => `${guest.vm} on ${guest.blade}`))].sort()
    return places.length < 2 || isShared(facts, wwid) ? [] : [`${wwid} is written by ${places.join(' and ')}`]
  })
}

const isRunning = ({ state }: Guest): boolean => state === 'running'

const writes = (guest: Guest) =>
  guest.disks
    .filter(({ writable }) => writable === true)
    .flatMap((disk) => [...new Set(disk.leadsTo.map(({ wwid }) => wwid))].map((wwid) => ({ wwid, guest })))

/** Several are meant to write it. */
const isShared = ({ fleet }: Moment['facts'], wwid: string): boolean =>
  [...fleet.volumes.values()].some((volume) => volume.wwid === wwid && volume.writer === 'shared')
