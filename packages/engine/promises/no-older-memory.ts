/**
 * Promise 2: a guest is never continued from memory if anything else may have written its disk since. Seen where a guest
 * runs, may write, and its memory does not know of writes that the disk has: a rollback that no check on the disk shows.
 */
import type { Judge } from './history.ts'

export const noOlderMemory: Judge = ({ facts }) =>
  facts.guests
    .filter(({ state }) => state === 'running')
    .flatMap(({ vm, blade, disks }) =>
      disks.flatMap(({ alias, writable, writes }) =>
        writes === undefined || writable !== true || writes.remembered >= writes.onDisk
          ? []
          : [`${vm} on ${blade} remembers write ${writes.remembered} of ${alias}, which has ${writes.onDisk}`],
      ),
    )
