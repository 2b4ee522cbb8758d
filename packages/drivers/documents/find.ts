/** Where a fleet is: a directory with a fleet.yaml, found from below as git finds its repository. */
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EngineError } from '@anyblade/engine'
import { FLEET_FILE } from './layout.ts'

/**
 * The fleet's directory: `from`, or the nearest above it that has a fleet.yaml.
 * @throws EngineError `fleet-missing`; `exactly`: it must be `from` itself
 */
export function findFleet(from: string, exactly: boolean): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, FLEET_FILE))) return dir
    if (exactly || dir === dirname(dir)) break
  }
  const what = statSync(from, { throwIfNoEntry: false })
  throw new EngineError('fleet-missing', {
    attempted: `find a fleet in ${from}${exactly ? '' : ' or above it'}`,
    found: what === undefined ? 'nothing of that name' : what.isDirectory() ? 'no fleet.yaml' : 'a file',
    hint: 'go into the fleet’s directory, name it with --fleet, or make one: anyblade fleet init DIR',
  })
}
