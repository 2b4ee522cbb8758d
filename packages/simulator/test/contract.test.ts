/** The simulated hands keep the same contracts as the drivers, in virtual time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BladeAct, type Bytes, lunNumber, runId, type StorageArray } from '@anyblade/engine'
import {
  type ArraySubject,
  able,
  arrayContract,
  type Behaviour,
  type BladeSubject,
  bladeContract,
  type PowerSubject,
  powerContract,
  type RecordSubject,
  recordContract,
} from '@anyblade/engine/contract'
import { handsOf, Operator, type Strike } from '#operators'
import type { World } from '#world'
import { AWAY, HOME, OTHER, SIZE, site, sure, UUID, VM, withVm, withVolume, XML } from '../histories/site.ts'

const LIMIT_MS = 3600_000
const nothing = () => {}
const handsIn = (world: World, name: string, strike: Strike = () => nothing) => {
  const operator = new Operator(name)
  return { operator, hands: handsOf(world, operator, strike) }
}

function arraySubject(world: World): ArraySubject {
  const { hands } = handsIn(world, 'ann')
  const [array] = world.documents.fleet.arrays.values()
  const ports = (name: string) => world.machine(name).kernel.hosts.map(({ wwpn }) => wwpn)
  return {
    array: sure<StorageArray>(array, 'array'),
    hands: { ...hands.arrayReader, ...hands.arrayActor },
    volume: OTHER,
    tag: `anyblade.a1b2.${OTHER}`,
    size: SIZE,
    lun: sure(lunNumber(5), 'number'),
    initiators: ports(HOME),
    others: ports(AWAY),
    tooMuch: (world.san.freeBytes + 1) as Bytes,
    foreign: () => world.san.carve('lun7', undefined, SIZE).wwid,
    loseAnswer: () => {
      world.hurts.arrayLosesReply = true
    },
    standStill: () => {
      world.san.isUp = false
    },
    heeding: true,
  }
}

function bladeSubject(world: World): BladeSubject {
  withVolume(world)
  withVm(world, 'shut off')
  const ann = handsIn(world, 'ann', () => () => lose())
  const bob = handsIn(world, 'bob')
  let lose: () => void = nothing
  const on = { blade: HOME, vm: VM, uuid: UUID }
  const machine = world.machine(HOME)
  const act: BladeAct = { ...on, kind: 'start-domain', disks: [] }
  return {
    blade: machine.document,
    one: { reader: ann.hands.bladeReader, actor: ann.hands.bladeActor },
    other: { reader: bob.hands.bladeReader, actor: bob.hands.bladeActor },
    run: sure(runId('r-one1'), 'run'),
    otherRun: sure(runId('r-other'), 'run'),
    act,
    failing: { ...on, kind: 'define-domain', uuid: '99999999-2222-3333-4444-555555555555', xml: XML },
    leaves: true,
    doneCount: () => (machine.libvirt.active.length > 0 ? 1 : 0),
    loseAnswer: () => {
      lose = () => world.time.in(1, () => ann.operator.loseAnswers())
      return () => new Promise((resolve) => world.time.in(60_000, () => world.time.answer(resolve)))
    },
  }
}

function recordSubject(world: World): RecordSubject {
  withVolume(world)
  withVm(world, 'shut off')
  return {
    recorder: handsIn(world, 'ann').hands.recorder,
    head: async () => world.documents.fleet.commit,
    action: {
      kind: 'record-documents',
      changes: [{ document: `vms/${VM}.yaml`, set: [{ path: ['home'], value: AWAY }] }],
      rendered: [],
      message: 'moved',
    },
  }
}

function powerSubject(world: World): PowerSubject {
  const blade = world.machine(HOME).document
  return { actor: handsIn(world, 'ann').hands.powerActor, blade, unnamed: blade }
}

function keeps<Subject>(what: string, contract: readonly Behaviour<Subject>[], made: (world: World) => Subject): void {
  for (const { name } of able(contract, made(site(1, new Set()))))
    test(`${what}: ${name}`, async () => {
      const world = site(1, new Set())
      const it = made(world)
      const behaviour = contract.find((one) => one.name === name)
      let ended: { readonly error?: unknown } | undefined
      const holding = behaviour?.holds(it).then(
        () => {
          ended = {}
        },
        (error: unknown) => {
          ended = { error }
        },
      )
      await Promise.race([holding, world.time.pass(() => ended !== undefined, LIMIT_MS)])
      assert.ok(ended !== undefined, 'it never came to its end')
      if ('error' in ended) throw ended.error
    })
}

keeps('an array', arrayContract, arraySubject)
keeps('a blade', bladeContract, bladeSubject)
keeps('the documents', recordContract, recordSubject)
keeps('power', powerContract, powerSubject)
