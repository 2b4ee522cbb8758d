/**
 * A file with its lines indented by their section, and no blanks at their ends; nothing else is touched.
 * May come in: bytes, a release. May not: a change of meaning, which is proved, or the file stays as it is.
 */
import { bytesOf, explain, type Line, type Node, parse } from '@anyblade/multipath'
import { hostFile } from './source.ts'

/** The formatted bytes; those given where formatting would change what the release makes of them. */
export function formatted(bytes: Uint8Array, release: string): Uint8Array {
  const document = parse(bytes, release)
  const depths = new Map<Line, number>()
  collect(document.nodes, 0, depths)
  const text = document.lines
    .map((line, at) => {
      const whole = document.text.slice(line.start, line.end)
      const isPiece = !whole.endsWith('\n') && at < document.lines.length - 1
      const follows = at > 0 && document.text[line.start - 1] !== '\n'
      return isPiece || follows || /[\0\f\v]/.test(whole) ? whole : indented(whole, depths.get(line) ?? 0)
    })
    .join('')
  const result = bytesOf(text)
  return meaning(result, release) === meaning(bytes, release) ? result : bytes
}

function indented(line: string, depth: number): string {
  const [, body = '', end = ''] = /^(.*?)(\r?\n?)$/s.exec(line) ?? []
  const text = body.replace(/^[ \t]+|[ \t]+$/g, '')
  return text === '' ? end : '\t'.repeat(depth) + text + end
}

function collect(nodes: readonly Node[], depth: number, depths: Map<Line, number>): void {
  for (const node of nodes) {
    depths.set(node.line, depth)
    if (node.kind !== 'section') continue
    collect(node.children, depth + 1, depths)
    if (node.close !== undefined) depths.set(node.close.line, depth)
  }
}

function meaning(bytes: Uint8Array, release: string): string {
  const { ending, messages, effective } = explain({ release, main: { path: hostFile, bytes } })
  const said = messages.map((message) => message.replaceAll(/\s+/g, ' '))
  return JSON.stringify([ending, said, effective.map(({ printed }) => printed)])
}
