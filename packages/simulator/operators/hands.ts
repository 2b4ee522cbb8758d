/**
 * The hands of one operator, in memory: the same interfaces as the drivers', the same outcomes. A lost answer is
 * `unknown`, one that never left is `failed`; an act goes on to its end on its blade though nobody waits for it.
 */
import {
  type ArrayActor,
  type ArrayReader,
  type BladeReader,
  type Hands,
  type Hold,
  type Limits,
  type Outcome,
  type Published,
  type Publisher,
  type Reading,
  type Recorder,
  read,
} from '@anyblade/engine'
import { type Process, sleep } from '#time'
import { onArray, Refused, reportOf, runsOf, stateOf, type World } from '#world'
import { Asked, failedAct, type Lost, lostAct } from './asked.ts'
import { bladeActor, linesOfOutcome } from './blade-actor.ts'
import type { Operator } from './operator.ts'

/** When an operator's call stands where: before it left, while it is carried out, when it is answered. */
export type Boundary = 'before' | 'during' | 'after'
/**
 * What befalls an act: made when it begins, and told of each boundary, where somebody dies or something breaks. Several
 * acts may be under way at once.
 */
export type Strike = (act: { readonly kind: string }, undo: boolean, by: Operator) => (boundary: Boundary) => void

export function handsOf(world: World, operator: Operator, strike: Strike): Hands {
  const asked = new Asked(world, operator)
  return {
    bladeReader: bladeReader(world, asked),
    bladeActor: bladeActor(world, asked, operator, strike),
    arrayReader: arrayReader(world, asked),
    arrayActor: arrayActor(world, asked, operator, strike),
    recorder: recorder(world, asked, operator, strike),
    publisher: publisher(world, asked, operator, strike),
    powerActor: { off: async (blade) => failedAct(`nobody can cut the power of ${blade.name}`) },
  }
}

function bladeReader(world: World, asked: Asked): BladeReader {
  const lost = (how: Lost): Reading<never> =>
    how === 'not sent'
      ? { state: 'refused', because: 'connection refused' }
      : { state: 'timed out', because: 'no answer within the deadline' }
  return {
    survey: (blade, question, limits) => {
      const machine = world.machine(blade.name)
      const look = function* (): Process<Reading<ReturnType<typeof reportOf>>> {
        yield* sleep(world.dice.between(20, 80))
        return read(reportOf(world, machine, question))
      }
      return asked.of(`look at ${blade.name}`, machine, limits, look, lost)
    },
    guestState: (blade, uuid, limits) => {
      const machine = world.machine(blade.name)
      const give = function* (): Process<Reading<Uint8Array>> {
        yield* sleep(world.dice.between(20, 80))
        return read(stateOf(machine, uuid))
      }
      return asked.of(`take what ${uuid} keeps from ${blade.name}`, machine, limits, give, lost)
    },
    journal: (blade, run, limits) => {
      const machine = world.machine(blade.name)
      const look = function* (): Process<Reading<ReturnType<typeof runsOf>[number] | undefined>> {
        yield* sleep(world.dice.between(5, 20))
        return read(runsOf(world, machine).find((one) => one.run === run))
      }
      return asked.of(`read the journal of ${blade.name}`, machine, limits, look, lost)
    },
    runs: (blade, _, limits) => {
      const machine = world.machine(blade.name)
      const look = function* (): Process<Reading<ReturnType<typeof runsOf>>> {
        yield* sleep(world.dice.between(5, 20))
        return read(runsOf(world, machine))
      }
      return asked.of(`read the journals of ${blade.name}`, machine, limits, look, lost)
    },
  }
}

function arrayReader(world: World, asked: Asked): ArrayReader {
  return {
    report: (_, limits) => {
      const look = function* (): Process<ReturnType<typeof reading>> {
        yield* sleep(world.dice.between(20, 100))
        return reading()
      }
      const reading = () =>
        world.san.isUp
          ? read({
              ports: world.san.ports.map(({ wwpn }) => ({ wwpn, online: true })),
              freeBytes: world.san.freeBytes,
              volumes: world.san.report(),
            })
          : ({ state: 'timed out', because: 'no answer' } as const)
      return asked.of('look at the array', undefined, limits, look, () => ({
        state: 'timed out',
        because: 'no answer',
      }))
    },
  }
}

function arrayActor(world: World, asked: Asked, operator: Operator, strike: Strike): ArrayActor {
  return {
    heedsEpochs: () => true,
    act: async (_, by, action, limits) => {
      if (limits.signal.aborted) return failedAct('nothing was begun: cancelled by the operator')
      const befall = strike(action, by.way === 'undo', operator)
      befall('before')
      const work = function* (): Process<Outcome> {
        yield* sleep(world.dice.between(50, 400))
        befall('during')
        if (!heeded(world, by, action)) return failedAct('the run was taken over: a newer epoch of it has acted here')
        const outcome = attempted(world, () => onArray(world, action))
        world.say(`array: ${action.kind} ${action.volume}: ${outcome.state} ${linesOfOutcome(outcome).join('; ')}`)
        if (outcome.state === 'done') world.observe({ kind: 'acted', action })
        if (!world.hurts.arrayLosesReply) return outcome
        world.hurts.arrayLosesReply = false
        return { state: 'unknown', because: 'the answer was lost' }
      }
      const outcome = await asked.of(`${action.kind} on the array`, undefined, limits, work, lostAct)
      befall('after')
      return outcome
    },
  }
}

/** Whether it may act: no newer epoch of its run has. An array that does not ask lets it, and that is seen. */
function heeded({ san, bugs, observe }: World, { run, epoch }: Hold, { kind }: { readonly kind: string }): boolean {
  const newest = san.isUp ? (san.epochs.get(run) ?? 0) : 0
  if (san.isUp) san.epochs.set(run, Math.max(newest, epoch))
  if (epoch >= newest) return true
  if (bugs.has('the array ignores the epoch'))
    observe({ kind: 'touched', what: `the array: ${kind} of ${run} with an old epoch` })
  return bugs.has('the array ignores the epoch')
}

function attempted(world: World, act: () => ReturnType<typeof onArray>): Outcome {
  try {
    return { state: 'done', evidence: act() }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return world.san.isUp ? failedAct(error.message) : { state: 'unknown', because: error.message }
  }
}

function recorder(world: World, asked: Asked, operator: Operator, strike: Strike): Recorder {
  const limits: Limits = { deadlineMs: 60_000, signal: new AbortController().signal }
  const spent = (outcome: () => Outcome) =>
    function* (): Process<Outcome> {
      yield* sleep(world.dice.between(20, 80))
      return outcome()
    }
  return {
    ready: (commit) =>
      asked.of(
        'look at the documents',
        undefined,
        limits,
        spent(() => world.documents.ready(commit)),
        lostAct,
      ),
    record: async (_, action, __, within) => {
      const befall = strike(action, false, operator)
      befall('before')
      const work = spent(() => {
        befall('during')
        world.say(`documents: ${action.message}`)
        return world.documents.record(action)
      })
      const outcome = await asked.of('record', undefined, within, work, lostAct)
      befall('after')
      return outcome
    },
  }
}

/** The data of agents; what one has published they see from then on. */
function publisher(world: World, asked: Asked, operator: Operator, strike: Strike): Publisher {
  const { published, unpublished } = world
  const put = (run: string, { certname, content, gone }: Published, which: 'these' | 'former') => {
    const key = `${run} ${certname}`
    const stood = published.has(certname) ? { data: published.get(certname) } : undefined
    if (!unpublished.has(key)) unpublished.set(key, stood)
    const former = unpublished.get(key)
    const data = content === undefined ? undefined : new TextEncoder().encode(content)
    if (which === 'former' && former !== undefined) published.set(certname, former.data)
    else if (gone === true) published.delete(certname)
    else published.set(certname, data)
  }
  const publish =
    (which: 'these' | 'former'): Publisher['publish'] =>
    async (run, message, data, limits) => {
      const befall = strike({ kind: 'publish-config' }, which === 'former', operator)
      befall('before')
      const work = function* (): Process<Outcome> {
        yield* sleep(world.dice.between(20, 200))
        befall('during')
        world.say(`puppet: ${message}`)
        for (const one of data) put(run, one, which)
        return { state: 'done', evidence: { lines: [`the data of ${data.length} blades`] } }
      }
      const outcome = await asked.of('publish', undefined, limits, work, lostAct)
      befall('after')
      return outcome
    }
  const ready = async (): Promise<Outcome> => ({ state: 'done', evidence: { lines: [] } })
  const held = async (certname: string): Promise<Published | undefined> => {
    const data = published.get(certname)
    return published.has(certname) ? { certname, content: data && new TextDecoder().decode(data) } : undefined
  }
  return { ready, publish: publish('these'), restore: publish('former'), held }
}
