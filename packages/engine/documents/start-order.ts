/**
 * In which order VMs are started: each after those that its document names, by name where nothing says otherwise.
 * Pure; a circle is a fault of the documents.
 */
import type { Fleet, Misfit, Vm } from './fleet.ts'
import type { VmName } from './names.ts'

/** The VMs one after the other; those in a circle come last, which a valid fleet does not have. */
export function inStartOrder({ vms }: Pick<Fleet, 'vms'>): Vm[] {
  const left = new Map([...vms].sort(([a], [b]) => (a < b ? -1 : 1)))
  const ordered: Vm[] = []
  while (left.size > 0) {
    const next = [...left.values()].find(({ start_after = [] }) => !start_after.some((name) => left.has(name)))
    if (next === undefined) return [...ordered, ...left.values()]
    left.delete(next.name)
    ordered.push(next)
  }
  return ordered
}

export function startOrderMisfits(fleet: Fleet): Misfit[] {
  const { vms } = fleet
  const dangling = [...vms.values()].flatMap(({ name, start_after = [] }) =>
    start_after.flatMap((other, i) => (vms.has(other) ? [] : [fault(name, i, `there is no VM ${other}`)])),
  )
  const circular = [...vms.values()].flatMap(({ name, start_after = [] }) =>
    start_after.flatMap((other, i) =>
      comesAfter(fleet, other, name) ? [fault(name, i, `${other} is to start after ${name} itself`)] : [],
    ),
  )
  return [...dangling, ...circular]
}

const fault = (vm: VmName, i: number, message: string): Misfit => ({
  kind: 'vms',
  name: vm,
  path: ['start_after', i],
  message,
})

/** Whether `vm` is started after `other`, at whatever remove. */
function comesAfter({ vms }: Pick<Fleet, 'vms'>, vm: VmName, other: VmName): boolean {
  const seen = new Set<VmName>()
  const open = [vm]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (one === other) return true
    if (seen.has(one)) continue
    seen.add(one)
    open.push(...(vms.get(one)?.start_after ?? []))
  }
  return false
}
