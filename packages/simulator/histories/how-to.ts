/**
 * The how-to in the simulated world, for a machine on which no SAN can be booted: carve, the same alias everywhere, start,
 * move under writes, a fabric dies, back. The engine's own road is walked; blades, array and guest are in memory. Every
 * line says so: nobody shall take it for what real parts did.
 */
import { type Intent, placeOf, type RoadEvent, sentence } from '@anyblade/engine'
import { nexusOf, type World } from '#world'
import { Crew } from './crew.ts'
import { judging, passed } from './history.ts'
import { ARRAY, AWAY, DISK, HOME, SIZE, site, UUID, VM, XML } from './site.ts'

const MARK = 'SIMULATED │ '
const SEED = 1
const WRITES_MS = 20_000
/** Until a path that came back is registered again. */
const RETURNS_MS = 10_000

type Scene = { readonly say: string; readonly typed: string; readonly intent: Intent }

const SCENES = {
  carve: {
    say: 'A LUN for the VM ldap: carved, shown to all blades, the same id on every path, one alias everywhere.',
    typed: 'volume create ldap --size 1G',
    intent: {
      kind: 'create-volume',
      volumes: [{ volume: DISK, size: SIZE }],
      array: ARRAY,
      writer: undefined,
      home: undefined,
    },
  },
  define: {
    say: 'A VM on it.',
    typed: 'vm create ldap --volume ldap --memory 160M --network br0',
    intent: { kind: 'define-vm', vm: VM, uuid: UUID, xml: XML, home: HOME, volumes: [DISK] },
  },
  start: {
    say: 'Its guest writes, on and on.',
    typed: 'vm start ldap',
    intent: { kind: 'start-vm', vm: VM, degraded: false },
  },
  there: {
    say: 'Live, while it writes, to the other blade.',
    typed: `vm migrate ldap --to ${AWAY}`,
    intent: { kind: 'migrate-vm', vm: VM, to: AWAY, degraded: false },
  },
  back: {
    say: 'And back, on the fabric that is left; --degraded says that this is meant.',
    typed: `vm migrate ldap --to ${HOME} --degraded`,
    intent: { kind: 'migrate-vm', vm: VM, to: HOME, degraded: true },
  },
} as const satisfies Record<string, Scene>

/** Tells it line by line. @returns whether every command came to its end and no promise was broken */
export async function howTo(show: (line: string) => void): Promise<boolean> {
  const tell = (line = '') => show(`${MARK}${line}`)
  const world = site(SEED, new Set())
  const judged = judging(world)
  const crew = new Crew(world)
  const isDone = async (scene: Scene) => {
    tell()
    tell(scene.say)
    tell(`$ anyblade ${scene.typed}`)
    const began = world.now()
    const walking = crew.begin('operator', scene.intent, { heard: (event) => stepTold(event, tell) })
    await crew.atEnd()
    tell(`${walking.end} after ${((world.now() - began) / 1000).toFixed(1)} simulated seconds`)
    await passed(world, WRITES_MS)
    return walking.end === 'done'
  }
  const { carve, define, start, there, back } = SCENES
  for (const scene of [carve, define, start, there]) if (!(await isDone(scene))) return false
  tell()
  tell('Fabric A dies: its switch loses every link.')
  await fabricA(world, 'down')
  if (!(await isDone(back))) return false
  await fabricA(world, 'up')
  tell()
  for (const line of evidence(world, judged.violations.length, judged.count())) tell(line)
  for (const { promise, because } of judged.violations) tell(`broken: "${promise}": ${because}`)
  return judged.violations.length === 0
}

function stepTold(event: RoadEvent, tell: (line: string) => void): void {
  if (event.kind === 'judged')
    for (const { verdict, because } of event.findings) if (verdict !== 'proved') tell(`${verdict}  ${because}`)
  if (event.kind !== 'step' || event.event !== 'done') return
  tell(`done  ${event.step.number}  ${placeOf(event.step.action)}: ${sentence(event.step.action)}`)
  for (const line of event.evidence.lines) tell(`         ${line}`)
}

async function fabricA(world: World, how: 'down' | 'up'): Promise<void> {
  for (const machine of world.machines.values()) {
    for (const { wwpn, fabric } of machine.kernel.hosts)
      if (fabric === 'A') world.san.linksDown[how === 'down' ? 'add' : 'delete'](wwpn)
    if (how === 'up') machine.pathsReturn(world)
  }
  await passed(world, RETURNS_MS)
}

/** What the world says of itself, not what anybody has read. */
function evidence(world: World, broken: number, events: number): string[] {
  const [unit] = world.san.units
  const guests = [...world.machines.values()].flatMap(({ name, libvirt }) =>
    libvirt.active.map((domain) => ({ name, state: domain.state, remembers: domain.memory.get(DISK) ?? 0 })),
  )
  const paths = [...world.machines.values()].flatMap(({ name, kernel }) =>
    kernel.devices.map((device) => {
      const { initiator } = nexusOf(device)
      return `INQUIRY on ${name}   ${device.hctl} ${device.sd} ${initiator}  ${kernel.inquire(device, world.now()).wwid}`
    }),
  )
  return [
    'EVIDENCE, of a world in memory',
    `writes on the LUN                 ${unit?.writes ?? 0}`,
    `writes that the guest remembers   ${guests.map(({ remembers }) => remembers).join(', ')}`,
    `it runs on                        ${guests.map(({ name, state }) => `${name}, ${state}`).join('; ')}`,
    `promises broken                   ${broken}, judged after each of ${events} events`,
    ...paths,
  ]
}
