/**
 * What the test guest left on its disk, and what follows from it: how often it booted, whether a number is missing,
 * whether its memory was ever older than its disk, whether another wrote there too.
 * May come in: the lines of guest/counter.c's blocks, each with its place. May not: I/O.
 */

/** `slot`: its place in the ring, which must be `n` modulo the ring's length. Time is the guest's own clock. */
export type Written = {
  readonly slot: number
  readonly n: number
  readonly boot: string
  readonly writer: string
  readonly monoUs: number
}
/**
 * What the guest saw before it wrote. `rollback`: a record of its own that it has not written yet. `foreign`: another
 * writer's. `vanished`: its last record was not there. `last` - `first` + 1 records were concerned at most, `count` seen.
 */
export type SeenByGuest = {
  readonly kind: 'rollback' | 'foreign' | 'vanished'
  readonly first: number
  readonly last: number
  readonly count: number
  readonly boot: string
  readonly writer: string
  readonly foundN: number
  readonly foundWriter: string
}
export type Ring = { readonly written: readonly Written[]; readonly seen: readonly SeenByGuest[] }

export type Hole = { readonly after: number; readonly before: number }
export type Verification = {
  readonly records: number
  /** Boot ids, in the order of their first record still there. */
  readonly boots: readonly string[]
  readonly first?: number
  readonly last?: number
  readonly holes: readonly Hole[]
  /** The longest time between two records of one boot. */
  readonly longestGapMs: number
  readonly longestGapAfter?: number
  /** Memory older than the disk: times it was seen, by the guest or in the ring. */
  readonly rollbacks: number
  /** A second writer: times it was seen, by the guest or in the ring. */
  readonly foreignWrites: number
  /** Records that were gone when the guest looked: another disk than before. */
  readonly vanished: number
  readonly events: readonly SeenByGuest[]
}

export const ringSlots = 4096

const recordLine = /^R (\d+) record n=(\d+) boot=(\S+) writer=(\S+) mono_us=(\d+)$/
const eventLine =
  /^E \d+ event e=(\d+) kind=(rollback|foreign|vanished) first=(\d+) last=(\d+) count=(\d+) boot=(\S+) writer=(\S+) mono_us=\d+ found_n=(\d+) found_boot=\S+ found_writer=(\S+)/

/** Out of lines `R SLOT record …` and `E SLOT event …`; other lines are another's blocks and left out. */
export function ringOf(lines: string): Ring {
  const all = lines.split('\n')
  return {
    written: all.map((line) => recordLine.exec(line)).flatMap((found) => (found === null ? [] : [written(found)])),
    seen: all
      .map((line) => eventLine.exec(line))
      .flatMap((found) => (found === null ? [] : [found]))
      .toSorted((a, b) => Number(a[1]) - Number(b[1]))
      .map(seen),
  }
}

function written([, slot, n, boot = '', writer = '', monoUs]: RegExpExecArray): Written {
  return { slot: Number(slot), n: Number(n), boot, writer, monoUs: Number(monoUs) }
}

const kinds = { rollback: 'rollback', foreign: 'foreign', vanished: 'vanished' } as const

function seen([
  ,
  ,
  kind,
  first,
  last,
  count,
  boot = '',
  writer = '',
  foundN,
  foundWriter = '',
]: RegExpExecArray): SeenByGuest {
  return {
    kind: kind === 'rollback' ? kinds.rollback : kind === 'foreign' ? kinds.foreign : kinds.vanished,
    first: Number(first),
    last: Number(last),
    count: Number(count),
    boot,
    writer,
    foundN: Number(foundN),
    foundWriter,
  }
}

/**
 * What the ring proves. Of a guest that wrote for longer than the ring lasts, only the newest records are there.
 * @param since only the records from this number on are judged; what the guest saw is told as it is
 */
export function verification(ring: Ring, since = 0): Verification {
  const inOrder = ring.written.filter(({ n }) => n >= since).toSorted((a, b) => a.n - b.n)
  const pairs = inOrder.slice(1).flatMap((after, index) => {
    const before = inOrder[index]
    return before === undefined ? [] : [{ before, after }]
  })
  const count = (kind: SeenByGuest['kind']) => ring.seen.filter((event) => event.kind === kind).length
  const [first, last] = [inOrder[0]?.n, inOrder.at(-1)?.n]
  const gap = longestGap(pairs)
  return {
    records: inOrder.length,
    boots: Array.from(new Set(inOrder.map((record) => record.boot))),
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    holes: pairs.filter(isHole).map(({ before, after }) => ({ after: before.n, before: after.n })),
    longestGapMs: gap.ms,
    ...(gap.after === undefined ? {} : { longestGapAfter: gap.after }),
    rollbacks: count('rollback') + pairs.filter(isBackInTime).length,
    foreignWrites: count('foreign') + returns(inOrder),
    vanished: count('vanished'),
    events: ring.seen,
  }
}

type Pair = { readonly before: Written; readonly after: Written }

const isHole = ({ before, after }: Pair): boolean => after.n > before.n + 1

/** A later number with an earlier time, in one boot and by one writer: the clock of that memory went back. */
const isBackInTime = ({ before, after }: Pair): boolean =>
  before.writer === after.writer && before.boot === after.boot && after.monoUs <= before.monoUs

function longestGap(pairs: readonly Pair[]): { readonly ms: number; readonly after?: number } {
  const gaps = pairs
    .filter(({ before, after }) => before.boot === after.boot)
    .map(({ before, after }) => ({ ms: Math.round((after.monoUs - before.monoUs) / 1000), after: before.n }))
  return gaps.reduce<{ ms: number; after?: number }>((most, gap) => (gap.ms > most.ms ? gap : most), { ms: 0 })
}

/** How often a writer comes back after another one: in a row of records of writers that took turns, never. */
function returns(inOrder: readonly Written[]): number {
  const gone = new Set<string>()
  let current: string | undefined
  let count = 0
  for (const { writer } of inOrder) {
    if (writer === current) continue
    if (current !== undefined) gone.add(current)
    if (gone.has(writer)) count += 1
    current = writer
  }
  return count
}
