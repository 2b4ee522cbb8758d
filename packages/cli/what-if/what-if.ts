/** Asks all blades once, then says what would be lost. */
import {
  EngineError,
  everythingOn,
  excuse,
  type Fleet,
  linksOf,
  look,
  nearest,
  type Outage,
  switchesOf,
  type Toll,
  tollOf,
  wwpn,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade } from '../names.ts'
import { print } from '../render/answer.ts'
import { table } from '../render/columns.ts'
import { topologyLines } from '../render/topology.ts'
import { whatIfPage } from '../render/what-if-page.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'
import { writePage } from '../write-page.ts'

export type WhatIfFlags = CommonFlags & { readonly html?: string }

export function fabric(this: Context, flags: WhatIfFlags, name: string): Promise<void> {
  return told(this, flags, ({ settings }) => {
    const found = settings.fabrics.find((one) => one === name)
    if (found !== undefined) return { kind: 'fabric', fabric: found }
    throw unknown(`fabric ${name}`, settings.fabrics, name)
  })
}

export function blade(this: Context, flags: WhatIfFlags, name: string): Promise<void> {
  return told(this, flags, (fleet) => ({ kind: 'blade', blade: parseBlade(fleet, name) }))
}

export function arrayPort(this: Context, flags: WhatIfFlags, name: string): Promise<void> {
  return told(this, flags, ({ arrays }) => {
    const ports = [...arrays.values()].flatMap((array) => array.ports.map((port) => port.wwpn))
    const found = ports.find((port) => port === wwpn(name))
    if (found !== undefined) return { kind: 'array-port', port: found }
    throw unknown(`array port ${name}`, ports, name)
  })
}

export function aSwitch(this: Context, flags: WhatIfFlags, name: string): Promise<void> {
  return told(this, flags, (fleet) => {
    const switches = switchesOf(fleet)
    const found = switches.find((one) => one.name === name)
    if (found !== undefined) return { kind: 'switch', switch: found }
    if (switches.length > 0)
      throw unknown(
        `switch ${name}`,
        switches.map((one) => one.name),
        name,
      )
    throw new EngineError('intent-invalid', {
      attempted: `think of switch ${name} as down`,
      found: 'no document says which port hangs on which switch, and blades can’t tell',
      hint: 'add switch: NAME to the ports in blades/*.yaml and arrays/*.yaml; what-if fabric takes a whole fabric',
    })
  })
}

function unknown(what: string, names: readonly string[], said: string): EngineError {
  const [meant] = nearest(said, names)
  return new EngineError('intent-invalid', {
    attempted: `think of ${what} as down`,
    found: `the fleet has ${names.join(', ') || 'none'}`,
    hint: meant === undefined ? 'name one of these' : `did you mean ${meant}?`,
  })
}

function told(context: Context, flags: WhatIfFlags, outageIn: (fleet: Fleet) => Outage): Promise<void> {
  return guarded(context, flags, async () => {
    const session = await readFleet(context, flags)
    const outage = outageIn(session.fleet)
    const names = [...session.fleet.blades.keys()]
    const signal = cancellable(context, 'Nothing was changed.')
    const survey = await withHands(session, ({ fleet, hands }) => look(fleet, everythingOn(names), hands, signal))
    const tolls = tollOf(survey, outage)
    const silent = names.flatMap((name) => {
      const reading = survey.blades.get(name)
      if (reading?.state === 'read') return []
      return [{ blade: name, because: `${name} gave no answer, ${excuse(reading)}: its guests are not told of` }]
    })
    const links = linksOf(survey, outage, session.fleet.settings.fabrics)
    const gone = outage.kind === 'blade' ? outage.blade : undefined
    const fleetName = session.fleet.settings.name
    if (flags.html !== undefined)
      writePage(context, flags.html, whatIfPage({ fleet: fleetName, outage, tolls, links, silent }))
    print(context, flags, {
      text: [
        ...silent.map(({ because }) => because),
        ...topologyLines(
          links.map((link) => ({ ...link, had: link.live })),
          gone,
        ),
        '',
        ...tollLines(tolls),
      ].join('\n'),
      data: { outage, tolls, silent: silent.map(({ because }) => because) },
    })
    return silent.length === 0 ? ExitCode.done : ExitCode.unreachable
  })
}

const tollLines = (tolls: readonly Toll[]): string[] => [
  table(
    ['vm', 'on', 'then', 'because', 'could go to'],
    tolls.map(({ vm, blade, harm, because, elsewhere }) => [
      ...[vm, blade, harm],
      ...[because.join('; '), elsewhere.join(', ') || '–'],
    ]),
    'no guest runs on any blade that answered',
  ),
]
