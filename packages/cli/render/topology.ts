/** How blades hang on their fabrics, in a line a blade: what holds, what is thinner than it was, what is cut. */
import type { BladeName, Link } from '@anyblade/engine'
import { columns } from './columns.ts'

/** `had`: the paths that there should be, of which `left` are. */
export type Strand = Pick<Link, 'blade' | 'fabric' | 'left'> & { readonly had: number }

/** `gone`: a blade that is thought of as down. */
export function topologyLines(strands: readonly Strand[], gone?: BladeName): string[] {
  const byBlade = Map.groupBy(strands, ({ blade }) => blade)
  return columns([...byBlade].map(([name, of]) => [name === gone ? `✕ ${name}` : `  ${name}`, ...of.map(drawn)]))
}

function drawn({ fabric, had, left }: Strand): string {
  const line = had === 0 ? '    ' : left === 0 ? '──✕ ' : left < had ? '─ ─ ' : '─── '
  return `${line}${fabric ?? 'on a fabric that nobody knows'} ${left} of ${had}`
}
