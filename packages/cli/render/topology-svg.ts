/**
 * Blades, fabrics and ports of arrays in three columns, with a line for what hangs on what: whole, thinner than it could be,
 * or cut. Colour is the second channel: each line has its numbers, and is dashed where it is not whole.
 */
import { type BladeName, colonWwpn, type FabricName, type Link, type Wwpn } from '@anyblade/engine'
import { escaped } from './html.ts'

const [BOX, ROW, LINE, WIDTH] = [{ width: 190, height: 26 }, 40, 15, 900] as const
const COLUMNS = { blades: 5, counts: 203, fabrics: 400, ports: 705 } as const
/** Where the lines of a blade begin, behind its numbers. */
const LINES_FROM = 282
/** What fits into a box at 13 px, whatever the letters. */
const LETTERS = 24

/** `had`: the paths that there should be, of which `left` are; and the same by the array's port. */
export type Drawn = Pick<Link, 'blade' | 'fabric' | 'left'> & {
  readonly had: number
  readonly ports: readonly { readonly port: Wwpn | undefined; readonly had: number; readonly left: number }[]
}
export type Marked = {
  /** Who gave no answer. */
  readonly silent: readonly BladeName[]
  /** Who is thought of as down. */
  readonly gone?: BladeName
}

type Node = {
  readonly label: string
  readonly x: number
  readonly y: number
  readonly look?: 'quiet' | 'gone' | undefined
}
type Edge = {
  readonly from: { readonly x: number; readonly y: number }
  readonly to: { readonly x: number; readonly y: number }
  readonly had: number
  readonly left: number
  /** Where its numbers stand, and what stands before them. */
  readonly count: { readonly x: number; readonly y: number; readonly of: string }
}

export function topologySvg(links: readonly Drawn[], { silent, gone }: Marked): string {
  const blades = [...new Set([...links.map(({ blade }) => blade), ...silent])]
  const fabrics = [...new Set(links.map(({ fabric }) => fabric))]
  const ports = portsOf(links)
  const row = Math.max(ROW, LINE * fabrics.length + 10)
  const height = 10 + Math.max(row * blades.length, ROW * Math.max(fabrics.length, ports.length, 1))
  const quiet = new Set<BladeName>(silent)
  const bladeAt = placed(blades, COLUMNS.blades, height, (blade) => {
    if (quiet.has(blade)) return { label: `${blade}: no answer`, look: 'quiet' }
    return blade === gone ? { label: `✕ ${blade}`, look: 'gone' } : { label: blade }
  })
  const fabricAt = placed(fabrics, COLUMNS.fabrics, height, (fabric) => ({ label: `fabric ${fabric ?? '?'}` }))
  const portAt = placed(ports, COLUMNS.ports, height, ({ port }) => ({
    label: port ? colonWwpn(port) : 'unknown port',
  }))
  const edges = [
    ...links.flatMap((link): Edge[] => {
      const [blade, fabric] = [bladeAt.get(link.blade), fabricAt.get(link.fabric)]
      if (blade === undefined || fabric === undefined || link.had === 0 || quiet.has(link.blade)) return []
      // one below the other, each at the beginning of its line
      const y = blade.y + LINE * (fabrics.indexOf(link.fabric) - (fabrics.length - 1) / 2)
      const count = { x: COLUMNS.counts, y, of: `${link.fabric ?? '?'} ` }
      return [{ from: { x: LINES_FROM, y }, to: fabric, had: link.had, left: link.left, count }]
    }),
    ...ports.flatMap((port): Edge[] => {
      const [fabric, to] = [fabricAt.get(port.fabric), portAt.get(port)]
      if (fabric === undefined || to === undefined || port.had === 0) return []
      const from = { x: fabric.x + BOX.width, y: fabric.y }
      const count = { x: from.x + (to.x - from.x) * 0.5, y: from.y + (to.y - from.y) * 0.75, of: '' }
      return [{ from, to, had: port.had, left: port.left, count }]
    }),
  ]
  const nodes = [...bladeAt.values(), ...fabricAt.values(), ...portAt.values()]
  return `<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img" aria-label="blades, fabrics and array ports">
${edges.map(drawnLine).join('\n')}
${edges.map(drawnCount).join('\n')}
${nodes.map(drawnNode).join('\n')}
</svg>`
}

type Port = { readonly fabric: FabricName | undefined; readonly port: Wwpn | undefined; had: number; left: number }

/** Each port on its fabric, over all blades. */
function portsOf(links: readonly Drawn[]): Port[] {
  const found = new Map<string, Port>()
  for (const { fabric, ports } of links)
    for (const { port, had, left } of ports) {
      const key = `${fabric} ${port}`
      const sum = found.get(key) ?? { fabric, port, had: 0, left: 0 }
      found.set(key, { ...sum, had: sum.had + had, left: sum.left + left })
    }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, port]) => port)
}

/** Evenly from top to bottom. */
function placed<Thing>(
  things: readonly Thing[],
  x: number,
  height: number,
  node: (thing: Thing) => Pick<Node, 'label' | 'look'>,
): Map<Thing, Node> {
  const step = height / things.length
  return new Map(things.map((thing, i) => [thing, { ...node(thing), x, y: step * (i + 0.5) }]))
}

const stateOf = ({ left, had }: Edge): string => (left === 0 ? 'cut' : left < had ? 'thin' : 'whole')

const drawnLine = (edge: Edge): string =>
  `<line class="${stateOf(edge)}" x1="${edge.from.x}" y1="${round(edge.from.y)}" x2="${edge.to.x}" y2="${round(edge.to.y)}"/>`

function drawnCount(edge: Edge): string {
  const { had, left, count } = edge
  const said = escaped(`${count.of}${left === 0 ? '✕ ' : ''}${left}/${had}`)
  return `<text class="on ${stateOf(edge)}" x="${round(count.x)}" y="${round(count.y + 4)}">${said}</text>`
}

function drawnNode({ label, x, y, look }: Node): string {
  const shape = `<rect${look === undefined ? '' : ` class="${look}"`} x="${x}" y="${round(y - BOX.height / 2)}" width="${BOX.width}" height="${BOX.height}" rx="4"/>`
  const words =
    label.length > LETTERS
      ? `<title>${escaped(label)}</title>${escaped(`${label.slice(0, LETTERS - 1)}…`)}`
      : escaped(label)
  return `${shape}<text x="${x + BOX.width / 2}" y="${round(y + 5)}" text-anchor="middle">${words}</text>`
}

const round = (number: number): number => Math.round(number * 10) / 10
