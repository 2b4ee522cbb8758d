/** What documents alone say of a blade or a VM is written into them; nobody is asked, and nothing else changes. */
import type { Field, RecordDocuments } from '#actions'
import { type BladeName, type Fleet, groupName, misfits, type VmName } from '#documents'
import { EngineError } from '#errors'
import { bladeIn, vmIn } from './missing.ts'

/** `without`: fields that go. What is left out stays. */
export type BladeSettings = { readonly chassis?: string; readonly without: readonly 'chassis'[] }
export type VmSettings = {
  readonly antiAffinity?: string
  readonly shallRun?: boolean
  readonly startAfter?: readonly VmName[]
  readonly without: readonly ('anti-affinity' | 'shall-run' | 'start-after')[]
}

/** @throws EngineError `intent-invalid` where a name is none, or nothing is said */
export function settingsOfBlade(fleet: Fleet, blade: BladeName, { chassis, without }: BladeSettings): RecordDocuments {
  bladeIn(fleet, blade)
  const set: Field[] = [
    ...without.map((path): Field => ({ path: [path], gone: true })),
    ...(chassis === undefined ? [] : [{ path: ['chassis'], value: group('--chassis', chassis) }]),
  ]
  return recorded(`blades/${blade}.yaml`, `blade ${blade}`, set)
}

/** @throws EngineError `intent-invalid` as above, or where VMs would wait for one another */
export function settingsOfVm(fleet: Fleet, name: VmName, settings: VmSettings): RecordDocuments {
  const vm = vmIn(fleet, name)
  const { antiAffinity, shallRun, startAfter, without } = settings
  const set: Field[] = [
    ...without.map((path): Field => ({ path: [path.replace('-', '_')], gone: true })),
    ...(antiAffinity === undefined ? [] : [{ path: ['anti_affinity'], value: group('--anti-affinity', antiAffinity) }]),
    ...(shallRun === undefined ? [] : [{ path: ['shall_run'], value: String(shallRun) }]),
    ...(startAfter === undefined ? [] : [{ path: ['start_after'], value: startAfter }]),
  ]
  if (startAfter !== undefined) {
    const vms = new Map(fleet.vms).set(name, { ...vm, start_after: startAfter })
    const [fault] = misfits({ ...fleet, vms })
    if (fault !== undefined)
      throw new EngineError('intent-invalid', {
        attempted: `set what ${name} starts after`,
        found: fault.message,
        hint: 'a VM can’t wait for itself, at whatever remove',
      })
  }
  return recorded(`vms/${name}.yaml`, `vm ${name}`, set)
}

function group(flag: string, text: string): string {
  const name = groupName(text)
  if (name !== undefined) return name
  throw new EngineError('intent-invalid', {
    attempted: `read ${flag}`,
    found: `"${text.slice(0, 80)}"`,
    hint: 'use letters, digits, ".", "_" and "-", at most 63, beginning with a letter, a digit or "_"',
  })
}

function recorded(document: string, what: string, set: readonly Field[]): RecordDocuments {
  const names = set.map(({ path }) => path.join('.'))
  const twice = names.find((one, i) => names.indexOf(one) !== i)
  if (set.length > 0 && twice === undefined)
    return {
      kind: 'record-documents',
      changes: [{ document, set }],
      rendered: [],
      message: `${what}: ${names.join(', ')} set`,
    }
  throw new EngineError('intent-invalid', {
    attempted: `set fields of ${what}`,
    found: twice === undefined ? 'none was named' : `${twice} is to be set and to go`,
    hint: 'its --help names the fields',
  })
}
