/** One array, asked. */
import {
  type ArrayReport,
  arrayIn,
  colonWwpn,
  excuse,
  type Fleet,
  fabricOf,
  formatSize,
  look,
  type StorageArray,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newArray } from '../names.ts'
import { print } from '../render/answer.ts'
import { columns } from '../render/columns.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

export function show(this: Context, flags: CommonFlags, text: string): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const array = arrayIn(session.fleet, newArray(text))
    const signal = cancellable(this, 'Nothing was changed.')
    const question = { blades: new Map(), arrays: [array.name] }
    const survey = await withHands(session, ({ fleet, hands }) => look(fleet, question, hands, signal))
    const reading = survey.arrays.get(array.name)
    print(this, flags, {
      text: [
        `${array.name}   ${'ssh' in array ? array.ssh : array.driver}`,
        ...(reading?.state === 'read' ? described(session.fleet, reading.value) : [excuse(reading)]),
        ...(reading?.state === 'not asked' ? documented(session.fleet, array) : []),
      ].join('\n'),
      data: { ...array, answer: reading ?? null },
    })
    return reading?.state === 'read' || reading?.state === 'not asked' ? ExitCode.done : ExitCode.unreachable
  })
}

function described(fleet: Fleet, { ports, freeBytes, volumes }: ArrayReport): string[] {
  const portRows = ports.map(({ wwpn, online }) => [
    'port',
    `${colonWwpn(wwpn)}  fabric ${fabricOf(fleet, wwpn) ?? '?'}  ${online ? 'online' : 'offline'}`,
  ])
  const volumeRows = volumes.map((volume) => [
    'volume',
    [volume.name, formatSize(volume.size), volume.wwid, lunsOf(volume), volume.tag ?? 'not ours'].join('  '),
  ])
  return columns([['free', `${Math.floor(freeBytes / 1024 ** 2)} MiB`], ...portRows, ...volumeRows])
}

/** What was typed of an array that can't be asked. */
function documented({ volumes, aside }: Fleet, { name, ports }: StorageArray): string[] {
  const its = [...volumes.values(), ...aside.values()].filter(({ array }) => array === name)
  return columns([
    ...ports.map(({ wwpn, fabric }) => ['port', `${colonWwpn(wwpn)}  fabric ${fabric}`]),
    ...its.map(({ alias, size, wwid, lun, state }) => [
      'volume',
      [alias, formatSize(size), wwid, `LUN ${lun}`, ...(state === undefined ? [] : [state])].join('  '),
    ]),
  ])
}

function lunsOf({ mappings }: ArrayReport['volumes'][number]): string {
  const luns = [...new Set(mappings.map((mapping) => mapping.lun))]
  const initiators = new Set(mappings.map((mapping) => mapping.initiator))
  return luns.length === 0 ? 'shown to nobody' : `LUN ${luns.join(', ')} to ${initiators.size} ports`
}
