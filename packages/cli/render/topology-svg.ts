/**
 * Blades, fabrics and ports of arrays in three columns, with a line for what hangs on what: whole, thinner than it could be,
 * or cut. Colour is the second channel: each line has its numbers, and is dashed where it is not whole.
 */
import { type BladeName, colonWwpn, type Examination, type FabricName, type Link, type Wwpn } from '@anyblade/engine'
import { hadBy } from './doctor.ts'
import { escaped } from './html.ts'

const [BOX, ROW, WIDTH] = [{ width: 190, height: 26 }, 40, 860] as const
const COLUMNS = { blades: 5, fabrics: 350, ports: 665 } as const

type Node = { readonly label: string; readonly x: number; readonly y: number; readonly isQuiet?: boolean }
type Edge = { readonly from: Node; readonly to: Node; readonly had: number; readonly left: number }

export function topologySvg({ links, silent }: Examination): string {
  const blades = [...new Set([...links.map(({ blade }) => blade), ...silent.map(({ blade }) => blade)])]
  const fabrics = [...new Set(links.map(({ fabric }) => fabric))]
  const ports = portsOf(links)
  const height = 10 + ROW * Math.max(blades.length, fabrics.length, ports.length, 1)
  const quiet = new Set<BladeName>(silent.map(({ blade }) => blade))
  const bladeAt = placed(blades, COLUMNS.blades, height, (blade) => ({ label: blade, isQuiet: quiet.has(blade) }))
  const fabricAt = placed(fabrics, COLUMNS.fabrics, height, (fabric) => ({ label: `fabric ${fabric ?? '?'}` }))
  const portAt = placed(ports, COLUMNS.ports, height, ({ port }) => ({
    label: port ? colonWwpn(port) : 'unknown port',
  }))
  const edges = [
    ...links.flatMap((link) =>
      quiet.has(link.blade)
        ? []
        : edge(bladeAt.get(link.blade), fabricAt.get(link.fabric), hadBy(link, links), link.left),
    ),
    ...ports.flatMap((port) => edge(fabricAt.get(port.fabric), portAt.get(port), port.known, port.left)),
  ]
  const nodes = [...bladeAt.values(), ...fabricAt.values(), ...portAt.values()]
  return `<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img" aria-label="blades, fabrics and array ports">
${edges.map(drawnEdge).join('\n')}
${nodes.map(drawnNode).join('\n')}
</svg>`
}

type Port = { readonly fabric: FabricName | undefined; readonly port: Wwpn | undefined; known: number; left: number }

/** Each port on its fabric, over all blades. */
function portsOf(links: readonly Link[]): Port[] {
  const found = new Map<string, Port>()
  for (const { fabric, ports } of links)
    for (const { port, known, left } of ports) {
      const key = `${fabric} ${port}`
      const sum = found.get(key) ?? { fabric, port, known: 0, left: 0 }
      found.set(key, { ...sum, known: sum.known + known, left: sum.left + left })
    }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, port]) => port)
}

/** Evenly from top to bottom. */
function placed<Thing>(
  things: readonly Thing[],
  x: number,
  height: number,
  node: (thing: Thing) => Pick<Node, 'label' | 'isQuiet'>,
): Map<Thing, Node> {
  const step = height / things.length
  return new Map(things.map((thing, i) => [thing, { ...node(thing), x, y: step * (i + 0.5) }]))
}

const edge = (from: Node | undefined, to: Node | undefined, had: number, left: number): Edge[] =>
  from === undefined || to === undefined || had === 0 ? [] : [{ from, to, had, left }]

function drawnEdge({ from, to, had, left }: Edge): string {
  const state = left === 0 ? 'cut' : left < had ? 'thin' : 'whole'
  const [x1, x2] = [from.x + BOX.width, to.x]
  // near its beginning, where the lines of a node are apart
  const [x, y] = [x1 + (x2 - x1) * 0.28, from.y + (to.y - from.y) * 0.28 - 4]
  return `<line class="${state}" x1="${x1}" y1="${from.y}" x2="${x2}" y2="${to.y}"/><text class="${state}" x="${x}" y="${y}" text-anchor="middle">${left === 0 ? '✕ ' : ''}${left}/${had}</text>`
}

function drawnNode({ label, x, y, isQuiet = false }: Node): string {
  const shape = `<rect${isQuiet ? ' class="quiet"' : ''} x="${x}" y="${y - BOX.height / 2}" width="${BOX.width}" height="${BOX.height}" rx="4"/>`
  const words = escaped(isQuiet ? `${label}: no answer` : label)
  return `${shape}<text x="${x + BOX.width / 2}" y="${y + 5}" text-anchor="middle">${words}</text>`
}
