/**
 * What the baseline has left on a blade, and the actions that take it away again: only what is marked as ours, byte for
 * byte the rest as it is. Pure; the plan that lets a blade go reads it.
 */
import type { BaselineAction } from '#actions'
import type { BladeName } from '#documents'
import { overridesOf, ownDropIn } from '../candidate.ts'
import { ORDERED, orderedPath, type Told } from './baseline.ts'
import { LVM_FILE, withoutBlock } from './lvm.ts'
import { isOwnFile, mdadmPath } from './mdadm.ts'

export function remainsOf(blade: BladeName, { setup, config }: Pick<Told, 'setup' | 'config'>): BaselineAction[] {
  const { files } = setup
  const before = overridesOf(ownDropIn(config))
  const overrides =
    Object.keys(before).length === 0 ? [] : [{ kind: 'set-overrides', blade, before, after: {} } as const]
  const gone = (path: string, isOurs: (text: string) => boolean): BaselineAction[] => {
    const text = files.get(path)
    return text === undefined || !isOurs(text) ? [] : [ofFile(blade, path, text, undefined)]
  }
  const lvm = files.get(LVM_FILE)
  const others = lvm === undefined ? undefined : withoutBlock(lvm)
  return [
    ...overrides,
    ...(lvm === undefined || others === lvm ? [] : [ofFile(blade, LVM_FILE, lvm, others || undefined)]),
    ...gone(mdadmPath(setup), isOwnFile),
    ...setup.units.flatMap(({ name }) => gone(orderedPath(name), (text) => text === ORDERED)),
  ]
}

const ofFile = (blade: BladeName, path: string, before: string, after: string | undefined): BaselineAction => ({
  kind: 'install-host-file',
  blade,
  path,
  before,
  after,
})
