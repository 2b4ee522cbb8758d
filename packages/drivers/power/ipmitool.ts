/** The example of a power driver: ipmitool, run over SSH on a host that reaches the blade's service processor. */
import { readFileSync } from 'node:fs'
import { type Blade, EngineError, type Limits, type Outcome, type PowerActor } from '@anyblade/engine'
import type { CommandRunner, Output } from '#blade'

const SCRIPT = readFileSync(new URL('./ipmitool.sh', import.meta.url), 'utf8')
const LENGTH = 300

export class Ipmitool implements PowerActor {
  readonly #runner: CommandRunner

  constructor(runner: CommandRunner) {
    this.#runner = runner
  }

  async off({ name, power }: Blade, limits: Limits): Promise<Outcome> {
    if (power === undefined) return failed(`blades/${name}.yaml names nobody who cuts its power`)
    const { host, bmc, user, password_file } = power
    try {
      return outcomeOf(name, bmc, await this.#runner.sh(host, SCRIPT, [bmc, user, password_file], { limits }))
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      // only where nothing was sent is it known that the power is still on
      const because = `${host}: ${error.explanation.found}`
      return error.code === 'blade-refused' ? failed(because) : { state: 'unknown', because }
    }
  }
}

function outcomeOf(name: string, bmc: string, { exit, stdout, stderr }: Output): Outcome {
  if (exit === 0 && stdout.trim() === 'off')
    return { state: 'done', evidence: { lines: [`the power of ${name} is off, by ${bmc}`] } }
  const because = stderr.trim().split('\n').at(-1)?.slice(0, LENGTH) || `exit ${exit}`
  return exit === 0 || exit >= 124 ? { state: 'unknown', because } : failed(because)
}

const failed = (because: string): Outcome => ({ state: 'failed', because, evidence: { lines: [] } })
