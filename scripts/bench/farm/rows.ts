/** The rows that go to all blades: a survey warm, a first contact, a round trip. Ours and the peers in turn. */

import { type Blades, openBlades } from '@anyblade/drivers'
import { look, proveAll, type Question, type Survey } from '@anyblade/engine'
import { fleetOf, PATHS_ONLY } from '../documents.ts'
import { claimsOf } from '../fleet.ts'
import { type Row, row } from '../row.ts'
import { type Cost, costOf } from './cost.ts'
import type { Farm } from './farm.ts'
import { ansible, type Peer, pssh, warmLoop } from './peers.ts'
import { LUNS, PATHS, SURVEY_SECONDS } from './tree.ts'

const signal = new AbortController().signal

export class Ours {
  readonly #farm: Farm
  readonly fleet
  readonly controls: string
  readonly blades: Blades

  constructor(farm: Farm) {
    this.#farm = farm
    this.fleet = fleetOf(LUNS, farm.names.length)
    this.controls = farm.newControls()
    this.blades = openBlades({ sshConfig: farm.sshConfig, controlDirectory: this.controls })
  }

  /** @throws Error where a blade has not answered all its paths */
  async survey(): Promise<Survey> {
    const question: Question = {
      blades: new Map([...this.fleet.blades.keys()].map((b) => [b, PATHS_ONLY])),
      arrays: [],
    }
    const hands = { bladeReader: this.blades.reader, arrayReader: { report: async () => Promise.reject() } }
    const seen = await look(this.fleet, question, hands, signal, SURVEY_SECONDS * 1000)
    const unread = [...seen.blades].flatMap(([name, one]) => (one.state === 'read' ? [] : [`${name}: ${one.because}`]))
    const answered = seen.paths.filter(({ inquiry }) => inquiry.state === 'read').length
    if (answered !== this.fleet.blades.size * LUNS * PATHS) throw new Error(`${answered} paths answered; ${unread[0]}`)
    return seen
  }

  async proved(): Promise<void> {
    const findings = proveAll(claimsOf(this.fleet), this.fleet, await this.survey())
    const bad = findings.find(({ verdict }) => verdict !== 'proved')
    if (bad !== undefined) throw new Error(`not proved: ${JSON.stringify(bad).slice(0, 500)}`)
  }

  cost(run: () => Promise<unknown>): Promise<Cost> {
    return costOf(run, this.controls)
  }

  async everybody(script: string): Promise<void> {
    const limits = { deadlineMs: 60_000, signal }
    await Promise.all(this.#farm.names.map((name) => this.blades.runner.sh(name, script, [], { limits })))
  }

  leave(): void {
    this.blades.close()
    this.#farm.leave(this.controls)
  }
}

const wall = (costs: readonly Cost[]): number[] => costs.map(({ wallMs }) => wallMs)
const processor = (costs: readonly Cost[]): number[] => costs.map(({ cpuMs }) => cpuMs)

type Series = { readonly ours: readonly Cost[]; readonly theirs: readonly { readonly peer: Peer; costs: Cost[] }[] }

async function inTurn(rounds: number, ours: () => Promise<Cost>, peers: readonly Peer[], command: string) {
  const mine: Cost[] = []
  const theirs = peers.map((peer) => ({ peer, costs: [] as Cost[] }))
  for (let round = 0; round < rounds; round += 1) {
    mine.push(await ours())
    for (const one of theirs) one.costs.push(one.peer.run(command))
  }
  return { ours: mine, theirs }
}

function rowsOf(what: string, { ours, theirs }: Series): Row[] {
  return theirs.flatMap(({ peer, costs }) => [
    row(`${what}: wall`, 'ms', wall(ours), wall(costs), peer.name),
    row(`${what}: processor of the client`, 'ms', processor(ours), processor(costs), peer.name),
  ])
}

/** Rows 1 and 3 of facts: kept connections, everybody warm. */
export async function warmRows(farm: Farm, rounds: number): Promise<readonly Row[]> {
  const ours = new Ours(farm)
  const peers = [warmLoop(farm), pssh(farm), ansible(farm)]
  await ours.survey()
  for (const peer of peers) peer.run('true')
  const size = `${farm.names.length} blades × ${LUNS} LUNs × ${PATHS} paths`
  const surveys = await inTurn(rounds, () => ours.cost(() => ours.survey()), peers, 'survey')
  const trips = await inTurn(rounds, () => ours.cost(() => ours.everybody(':')), peers, 'true')
  ours.leave()
  return [
    ...rowsOf(`survey of ${size}, warm, parsed and joined (the peers parse nothing)`, surveys),
    ...rowsOf(`is each of ${farm.names.length} there`, trips),
  ]
}

/**
 * Row 2: a blade always answers in full. What it would cost at the least to be told that nothing has changed: every path is
 * asked all the same, and of what the blade found only the digest comes.
 */
export async function digestRows(farm: Farm, rounds: number): Promise<readonly Row[]> {
  const ours = new Ours(farm)
  await ours.survey()
  const [whole, digest]: [Cost[], Cost[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    whole.push(await ours.cost(() => ours.survey()))
    digest.push(await ours.cost(() => ours.everybody('survey | sha256sum')))
  }
  ours.leave()
  const what = `a survey of ${farm.names.length} blades answered by its digest, warm`
  return [
    row(`${what}: wall`, 'ms', wall(digest), wall(whole), 'the whole answer'),
    row(`${what}: processor of the client`, 'ms', processor(digest), processor(whole), 'the whole answer'),
  ]
}

/** Row 4: nobody is connected yet, and at the end each LUN is proved on each blade. */
export async function coldRows(farm: Farm, rounds: number): Promise<readonly Row[]> {
  const connected = { connections: 0, sessions: 0 }
  const once = async (): Promise<Cost> => {
    farm.logged()
    const ours = new Ours(farm)
    const cost = await ours.cost(() => ours.proved())
    Object.assign(connected, farm.logged())
    ours.leave()
    return cost
  }
  const series = await inTurn(rounds, once, [pssh(farm)], 'survey')
  const blades = farm.names.length
  return [
    ...rowsOf(`first contact of ${blades} cold blades, to the proof of each LUN on each`, series),
    {
      name: 'connections and sessions a blade in that',
      detail: `${connected.connections / blades} and ${connected.sessions / blades}, 1 and 1 wanted`,
      ratio: undefined,
    },
  ]
}
