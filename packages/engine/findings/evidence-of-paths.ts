/** One line a path, as evidence: `2:0:1:5 sdag sg35 A 36001405…  20 GiB  active`. */
import { formatSize } from '#documents'
import { excuse, type Path } from '#survey'

export function pathLine(path: Path): string {
  const { inquiry } = path
  const answer = inquiry.state === 'read' ? `${inquiry.value.wwid}  ${formatSize(inquiry.value.size)}` : excuse(inquiry)
  return [path.hctl, path.sd, path.sg ?? '-', path.fabric ?? '?', answer, path.inMap].join('  ')
}

export const pathLines = (paths: readonly Path[]): string[] => paths.map(pathLine)
