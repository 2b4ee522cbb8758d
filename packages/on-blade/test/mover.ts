/**
 * Moves a guest between two blades with the programs under test, as the acts of a plan would, and settles by hand what
 * they could not: the steps of plans/migrate-vm.ts in their order, from what they answer.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { reader, writer } from '../index.ts'
import { BUSY_COUNTING_SECTOR, COUNTING_SECTOR } from './counting-guest.ts'
import { DIRTIED_MIB, dirtyingSector } from './dirtying-guest.ts'
import { TRANSFER } from './transfer.ts'
import { type Ended, type Running, type Side, TwoBlades, UUID, until, VM } from './two-blades.ts'

const FOLDER = '/run/unit'
const URI = 'qemu+ssh://blade-b/system'
/** It is there once somebody has asked that the run ends. */
export const ASKED = '/run/asked'
const LASTS_SECONDS = '120'
/** Events of libvirt, by what they tell. */
const EVENTS = {
  'comes in': '(2, 1)',
  'stands still at the source': '(3, 1)',
  'has landed': '(3, 0)',
  'goes on by itself': '(4, 1)',
  'is switched at the source': '(3, 7)',
  'goes on by post-copy': '(4, 3)',
} as const
/** All of the program but what it can be told. */
const PARTS = writer.text.slice(0, writer.text.indexOf('# What this program can be told'))
const WHEN = `${PARTS}
watch = Watched(sys.argv[1])
sys.stdout.write("watching\\n")
sys.stdout.flush()
while eval(sys.argv[2]) not in watch.events:
    watch.pump()
sys.exit(subprocess.call(["sh", "-c", sys.argv[3]]))
`
const UNASKED = `${PARTS}
watch = Watched(sys.argv[1])
sys.stdout.write("watching\\n")
sys.stdout.flush()
while ${EVENTS['has landed']} not in watch.events:
    watch.pump()
watch.resume(watch.named)
`

export type Moment = keyof typeof EVENTS
/** `taken`: it is the destination's; `undone`: the source's; `lost`: what it had in memory; or what the step that refused has said. */
export type Settled = 'taken' | 'undone' | 'lost' | { readonly stuck: string }

export class Mover {
  readonly blades: TwoBlades
  #running: Running[] = []

  static async up(): Promise<Mover> {
    const blades = await TwoBlades.up()
    const it = new Mover(blades)
    // libvirt looks at its emulators once, and takes long
    await blades.done('b', 'virsh -q domcapabilities --virttype qemu >/dev/null')
    return it
  }

  private constructor(blades: TwoBlades) {
    this.blades = blades
  }

  down = (): Promise<void> => this.blades.down()

  /** As at the beginning: it runs at `a`, and nothing is at `b`. */
  async again(): Promise<void> {
    await this.#endAll()
    const states = [await this.blades.state('a'), await this.blades.state('b')]
    if (states[0]?.startsWith('running') && states[1] === 'absent') return
    await this.#anew(COUNTING_SECTOR)
    await until('it writes', () => this.blades.count().count > 5)
  }

  /** A guest at `a` that dirties its memory as fast as it can, and nothing at `b`. */
  async dirties(): Promise<void> {
    await this.#endAll()
    await this.#anew(dirtyingSector(1))
    await until('it dirties its memory', async () => (await this.dirtyMib()) >= DIRTIED_MIB)
  }

  /** One that counts on its disk, and dirties its memory as fast as the other. */
  async countsAndDirties(): Promise<void> {
    await this.#endAll()
    await this.#anew(BUSY_COUNTING_SECTOR)
    await until('it writes', () => this.blades.count().count > 5)
  }

  /** By the reader, as a look before a move asks it. */
  async dirtyMib(): Promise<number> {
    const { stdout } = await this.blades.run('a', 'exec python3 -I -S -c "$@"', [
      reader,
      'survey',
      '20',
      `guest=${UUID}`,
    ]).ended
    return Number(/^\|guest\t\S+\t\d+\t\d+\t(\d+)\t/m.exec(stdout)?.[1] ?? -1)
  }

  async #endAll(): Promise<void> {
    this.blades.heal()
    for (const one of this.#running.splice(0)) one.kill()
    await this.blades.done('b', `rm -rf ${FOLDER}`)
    await this.blades.done('a', `rm -f ${ASKED}`)
  }

  async #anew(sector: Buffer): Promise<void> {
    const gone = `pkill -KILL -f '[u]uid ${UUID}'; while virsh -q domstate ${VM} 2>/dev/null; do virsh -q destroy ${VM}; virsh -q undefine ${VM}; done`
    for (const side of ['a', 'b'] as const) await this.blades.run(side, gone).ended
    this.blades.erase(sector)
    await this.blades.done('a', `virsh -q define /run/vm.xml && virsh -q start ${VM}`)
  }

  act(side: Side, role: string, ...words: string[]): Running {
    return this.#act(writer.text, side, role, ...words)
  }

  #act(text: string, side: Side, role: string, ...words: string[]): Running {
    const script = `echo $$ >/run/$2.pid; ANYBLADE_ASKED=${ASKED} exec python3 -c "$@"`
    const one = this.blades.run(side, script, [text, role, UUID, VM, ...words])
    this.#running.push(one)
    return one
  }

  /** Starts the unit and waits until it is ready. */
  async unit(pace = 'running'): Promise<Running> {
    await this.blades.done('b', `mkdir -p ${FOLDER}`)
    const unit = this.act('b', 'destination', FOLDER, LASTS_SECONDS, pace)
    await until('the unit is ready', () => this.log().includes('ready') || unit.isOver())
    return unit
  }

  /** `text`: the program, where it shall be a slower one. */
  source = (
    text = writer.text,
    transfer: object = TRANSFER,
    migrateUri = '-',
    words: readonly string[] = [],
    uri = URI,
  ): Running =>
    this.#act(
      ...([text, 'a', 'source', uri, migrateUri, 'blade-b', FOLDER, LASTS_SECONDS] as const),
      ...[JSON.stringify(transfer), ...words],
    )

  log(): string[] {
    const file = this.blades.fileOf('b', `${FOLDER}/log`)
    try {
      return readFileSync(file, 'utf8')
        .replace(/^[\d.]+ /gm, '')
        .trim()
        .split('\n')
    } catch {
      return [] // no unit yet
    }
  }

  /** Once that happens on a blade, `command` is run there; it watches when this resolves. */
  async when(side: Side, moment: Moment, command: string): Promise<Running> {
    const one = this.blades.run(side, 'exec python3 -c "$@"', [WHEN, UUID, EVENTS[moment], command])
    this.#running.push(one)
    await until('it watches', () => one.said().includes('watching'))
    return one
  }

  /** Resumes what lands at the destination, at once and unasked: what landing paused costs, without a hand-over. */
  async unasked(): Promise<Running> {
    const one = this.blades.run('b', 'exec python3 -c "$@"', [UNASKED, UUID])
    this.#running.push(one)
    await until('it watches', () => one.said().includes('watching'))
    return one
  }

  /** Where libvirt is still busy with what broke, whoever settles is told so, and settles again, as an operator does. */
  async settle(pace = 'running'): Promise<Settled> {
    const end = await this.#settled(pace)
    return typeof end === 'object' && end.stuck.includes(BUSY) && !LEFT_LOCKED.test(end.stuck)
      ? this.#settled(pace)
      : end
  }

  async #settled(pace: string): Promise<Settled> {
    const landing = await this.act('b', 'hold', FOLDER).ended
    if (landing.exit !== 0) return stuck(landing)
    const source = await this.act('a', 'ask', pace, wordOf(landing), URI, '-', JSON.stringify(TRANSFER)).ended
    if (source.exit !== 0) return stuck(source)
    if (['ran', 'stays'].includes(wordOf(source))) return this.#giveBack(pace)
    const taken = await this.act('b', 'take', FOLDER, pace, wordOf(source)).ended
    if (taken.exit !== 0) return stuck(taken)
    const cleared = await this.act('a', 'clear', FOLDER).ended
    if (cleared.exit !== 0) return stuck(cleared)
    return wordOf(taken) === 'lost' ? 'lost' : 'taken'
  }

  /** What became of a move, by the hands of whoever reaches both blades where the programs could not end it. */
  async outcomeOf(source: Running): Promise<Settled> {
    const { exit, stdout, stderr } = await source.ended
    if (exit === 1) {
      assert.match(stdout, /answer stays\n$/, stderr)
      return 'undone'
    }
    return /answer taken\n$/.test(stdout) ? 'taken' : this.settle()
  }

  /** One guest, whose memory is what the disk has; it goes on writing. */
  async runsOnlyAt(side: Side): Promise<void> {
    const [here, there] = [await this.blades.state(side), await this.blades.state(side === 'a' ? 'b' : 'a')]
    assert.match(here, /^running/)
    assert.equal(there === 'absent' || there.startsWith('shut off'), true, there)
    const { count } = this.blades.count()
    await until(`the guest at ${side} writes`, () => this.blades.count().count > count + 10, 15_000)
    assert.equal(this.blades.count().foreign, 0, 'another copy has written, or it went on from older memory')
  }

  async #giveBack(pace: string): Promise<Settled> {
    const dropped = await this.act('b', 'drop', FOLDER).ended
    if (dropped.exit !== 0) return stuck(dropped)
    const given = await this.act('a', 'give-back', FOLDER, pace).ended
    return given.exit === 0 ? 'undone' : stuck(given)
  }
}

/** Ends those of a blade's ssh that were told this. */
export const killSsh = (word: string): string =>
  `for p in $(pgrep -x ssh); do ! grep -q ${word} /proc/$p/cmdline || kill -KILL $p; done`

/** libvirt's word after 30 s behind a call that has not ended. */
const BUSY = 'cannot acquire state change lock'
/** libvirt will not let go of it by itself, and whoever settles is told what does. */
export const LEFT_LOCKED = /cannot acquire state change lock .*systemctl restart libvirtd/
const wordOf = ({ stdout }: Ended): string => /.*^answer ([a-z]+)$/ms.exec(stdout)?.[1] ?? ''
const stuck = ({ stderr }: Ended): Settled => ({ stuck: stderr.trim() })
