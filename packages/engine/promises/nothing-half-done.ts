/**
 * Promise 6: whatever failed or was killed, a VM is where it ran or where it was proved to run, and what was begun can be
 * brought to its end by anybody. Judged when everything is at rest: none lost, none doubled, none stranded.
 */
import type { Facts, Guest, Judge } from './history.ts'

export const nothingHalfDone: Judge = ({ happening, facts }) =>
  happening.kind === 'at rest' ? [...happening.shouldRun.flatMap((vm) => placesOf(vm, facts)), ...openRuns(facts)] : []

function placesOf(vm: string, { guests, fleet }: Facts): string[] {
  const copies = guests.filter((guest) => guest.vm === vm && isActive(guest))
  const running = copies.filter(({ state }) => state === 'running')
  if (copies.length === 0) return [`${vm} is lost: it runs nowhere`]
  if (running.length > 1) return [`${vm} is doubled: it runs on ${running.map(({ blade }) => blade).join(' and ')}`]
  const [only] = running
  if (only === undefined) return [`${vm} is stranded: ${copies.map(told).join(', ')}`]
  if (copies.length > 1) return [`${vm} has a copy left: ${copies.map(told).join(', ')}`]
  const home = [...fleet.vms.values()].find(({ name }) => name === vm)?.home
  return home === undefined || home === only.blade ? [] : [`${vm} runs on ${only.blade}, and is documented on ${home}`]
}

const isActive = ({ state }: Guest): boolean => state !== 'shut off' && state !== 'crashed'
const told = ({ blade, state }: Guest): string => `${state} on ${blade}`

const openRuns = ({ runs }: Facts): string[] =>
  runs
    .filter(({ state }) => state === 'killed' || state === 'stuck')
    .map(({ run, title, state }) => `${run} (${title}) is ${state}`)
