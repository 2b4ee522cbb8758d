/** The blade that a VM belongs to, as asked or the first of the fleet. */
import { type BladeName, EngineError, type Fleet } from '@anyblade/engine'
import { parseBlade } from '../names.ts'

export function homeOf(fleet: Fleet, asked: string | undefined): BladeName {
  if (asked !== undefined) return parseBlade(fleet, asked)
  const [first] = [...fleet.blades.keys()].sort()
  if (first !== undefined) return first
  throw new EngineError('document-missing', {
    attempted: 'find a home for the VM',
    found: 'the fleet has no blade',
    hint: 'anyblade blade add NAME --ssh root@HOST',
  })
}
