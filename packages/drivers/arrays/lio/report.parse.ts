/** What lio.sh reports, parsed: lines of fields between tabs. All of it is another machine's word and is checked. */
import {
  type ArrayReport,
  type ArrayVolume,
  type Bytes,
  type LunMapping,
  type Reading,
  read,
  wwid,
  wwpn,
} from '@anyblade/engine'

const MAX_LINES = 200_000

/** Unknown lines and fields that can't be are `garbled`, with the line. */
export function parseReport(text: string): Reading<ArrayReport> {
  const ports: ArrayReport['ports'][number][] = []
  const volumes: Omit<ArrayVolume, 'mappings'>[] = []
  const mappings: (LunMapping & { readonly volume: string })[] = []
  let freeBytes: number | undefined
  const lines = text.split('\n').filter((line) => line !== '')
  if (lines.length > MAX_LINES) return garbled(`${lines.length} lines`)
  for (const line of lines) {
    const [kind, ...fields] = line.split('\t')
    const port = kind === 'port' ? portFrom(fields) : undefined
    const volume = kind === 'volume' ? volumeFrom(fields) : undefined
    const mapping = kind === 'mapping' ? mappingFrom(fields) : undefined
    const free = kind === 'pool' ? freeFrom(fields) : undefined
    if (port) ports.push(port)
    else if (volume) volumes.push(volume)
    else if (mapping) mappings.push(mapping)
    else if (free !== undefined) freeBytes = free
    else return garbled(`the line ${JSON.stringify(line.slice(0, 120))}`)
  }
  if (freeBytes === undefined) return garbled('no line on the pool')
  return read({
    ports,
    freeBytes,
    volumes: volumes.map((volume) => ({
      ...volume,
      mappings: mappings.filter((of) => of.volume === volume.name).map(({ volume: _, ...mapping }) => mapping),
    })),
  })
}

const garbled = (because: string): Reading<never> => ({ state: 'garbled', because })
const NAME = /^[\x21-\x7e]{1,255}$/

function portFrom([name = '', state = '']: readonly string[]): ArrayReport['ports'][number] | undefined {
  const port = wwpn(name)
  return port && { wwpn: port, online: state === 'Online' }
}

function volumeFrom([name = '', id = '', size = '', tags = '']: readonly string[]):
  | Omit<ArrayVolume, 'mappings'>
  | undefined {
  const identity = wwid(id)
  const bytes = /^\d{1,16}$/.test(size) ? Number(size) : Number.NaN
  if (!NAME.test(name) || identity === undefined || !Number.isSafeInteger(bytes)) return undefined
  const tag = tags.split(',').find((candidate) => candidate.startsWith('anyblade.'))
  return { name, wwid: identity, size: bytes as Bytes, tag }
}

function mappingFrom([volume = '', initiator = '', port = '', lun = '']: readonly string[]) {
  const [from, to] = [wwpn(initiator), wwpn(port)]
  if (from === undefined || to === undefined || !NAME.test(volume) || !/^\d{1,5}$/.test(lun)) return undefined
  return { volume, initiator: from, port: to, lun: Number(lun) }
}

/** Size and used per cent of the thin pool. Source: lvs(8), lv_size and data_percent */
function freeFrom([size = '', used = '']: readonly string[]): number | undefined {
  const free = Math.floor(Number(size) * (1 - Number(used) / 100))
  return size !== '' && used !== '' && Number.isSafeInteger(free) && free >= 0 ? free : undefined
}
