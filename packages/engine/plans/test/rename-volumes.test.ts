import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inverse } from '#actions'
import { type Alias, asOnArray, byUse, type Fleet, type LunNumber, type Volume, volumeTag } from '#documents'
import { EngineError } from '#errors'
import { proveAll } from '#findings'
import { claimsOf, type Intent, leaseWords, parsePlan, planOf } from '#plans'
import { type BladeReport, read } from '#survey'
import { candidate } from '../../config/candidate.ts'
import {
  b,
  device,
  domain,
  fleetOf,
  LDAP,
  OTHER,
  report,
  SAN,
  SIZE,
  surveyOf,
  UUID,
  WWID,
  XML,
} from '../../test/lab-fleet.ts'

const DIRECTORY = 'directory' as Alias
const MAIL = 'mail' as Alias
const rename = (...names: Alias[]): Intent => ({
  kind: 'rename-volumes',
  renames: names.flatMap((from, at) => (at % 2 === 0 ? [{ from, to: names[at + 1] as Alias }] : [])),
})
const intent = rename(LDAP, DIRECTORY)
const swap = rename(LDAP, MAIL, MAIL, LDAP)

const encoded = (text: string) => new TextEncoder().encode(text)
const section = (wwid: string, alias: string) => `\tmultipath {\n\t\twwid "${wwid}"\n\t\talias "${alias}"\n\t}\n`
const config = (sections: string, name = 'anyblade.conf') =>
  read({
    main: encoded('defaults {\n\tuser_friendly_names no\n}\n'),
    dropIns: [{ name, bytes: encoded(`multipaths {\n${sections}}\n`) }],
  })
const OURS = config(section(WWID, 'ldap'))

/** Two blades with the volume, whose VM is off at home. */
const fleet = fleetOf()
const seen = (change: Partial<Record<'blade1' | 'blade2', Partial<BladeReport>>> = {}, of = fleet) =>
  surveyOf(of, {
    blade1: report('blade1', { config: OURS, domains: read([domain('shut off')]), ...change.blade1 }),
    blade2: report('blade2', { config: OURS, ...change.blade2 }),
  })
const open = (change: Parameters<typeof seen>[0] = {}, of = fleet, wanted = intent) =>
  proveAll(claimsOf(of, wanted), of, seen(change, of)).filter(({ verdict }) => verdict !== 'proved')

function withMail(change: Partial<Volume> = {}): Fleet {
  const volume = fleet.volumes.get(LDAP)
  assert.ok(volume)
  const mail: Volume = { ...volume, alias: MAIL, wwid: OTHER, lun: 2 as LunNumber, ...change }
  return { ...fleet, ...byUse([volume, mail]) }
}

describe('a volume gets another name', () => {
  const plan = planOf(fleet, seen(), intent)
  const kinds = plan.steps.map(({ action }) => action.kind)

  test('nothing is in the way while its VM is off', () => assert.deepEqual(open(), []))

  test('its VM is undefined first and defined last, one blade is renamed first, and all of it can be taken back', () => {
    assert.deepEqual(kinds, [
      'undefine-domain',
      'rename-aliases',
      'rename-aliases',
      'define-domain',
      'record-documents',
    ])
    assert.ok(plan.steps.every(({ phase }) => phase === 'undoable'))
    assert.deepEqual(parsePlan(JSON.stringify(plan)), plan)
    const [, renamed] = plan.steps
    assert.deepEqual(renamed && inverse(renamed.action), {
      kind: 'rename-aliases',
      blade: 'blade1',
      aliases: [{ alias: LDAP, from: DIRECTORY, wwid: WWID }],
    })
    const words = leaseWords(fleet, plan, b('blade2')).map(({ name }) => name)
    for (const word of ['volume/ldap', 'volume/directory', 'vm/ldap', 'luns']) assert.ok(words.includes(word), word)
  })

  test('the second blade waits for a look at the first: the same LUN under the new name, held by the file', () => {
    const wanted = plan.steps[2]?.requires.filter((claim) => 'blade' in claim && claim.blade === 'blade1')
    assert.deepEqual(
      wanted?.map((claim) => [claim.kind, 'volume' in claim && typeof claim.volume === 'object' && claim.volume.alias]),
      [
        ['paths-up', false],
        ['identity', DIRECTORY],
        ['alias-held', DIRECTORY],
      ],
    )
  })

  test('the drop-in has the new name instead of the old one, and the map must be called so', () => {
    const [, step] = plan.steps
    assert.ok(step?.action.kind === 'rename-aliases' && OURS.state === 'read')
    const { files, expect, mayGo } = candidate(step.action, OURS.value, 'multipath-tools v0.9.4 (12/19, 2022)')
    const text = new TextDecoder().decode(files[0]?.after)
    assert.match(text, /alias "?directory"?/)
    assert.doesNotMatch(text, /ldap/)
    assert.deepEqual([expect, mayGo], [[{ alias: 'directory', wwid: WWID }], []])
  })

  test('the document moves and keeps what it says; domain and VM name the new one', () => {
    const record = plan.steps.at(-1)?.action
    assert.ok(record?.kind === 'record-documents')
    assert.deepEqual(record.changes.slice(0, 2), [
      {
        document: 'volumes/directory.yaml',
        from: 'volumes/ldap.yaml',
        wwid: WWID,
        set: [{ path: ['formerly'], value: [LDAP] }],
      },
      { document: 'vms/ldap.yaml', set: [{ path: ['volumes'], value: [DIRECTORY] }] },
    ])
    const xml = record.changes[2]
    assert.ok(xml !== undefined && 'text' in xml)
    assert.equal(xml.text, XML.replace('/dev/mapper/ldap', '/dev/mapper/directory'))
    assert.deepEqual(record.rendered, ['blade1', 'blade2'])
  })

  test('the array keeps the first name, which no other volume gets; the volume itself may have it again', () => {
    const volume = fleet.volumes.get(LDAP)
    assert.ok(volume)
    const later = { ...fleet, vms: new Map(), ...byUse([{ ...volume, alias: DIRECTORY, formerly: [LDAP] }]) }
    assert.deepEqual(asOnArray(later, DIRECTORY), { volume: LDAP, tag: 'anyblade.a1b2.ldap' })
    const create: Intent = {
      kind: 'create-volume',
      volumes: [{ volume: LDAP, size: SIZE }],
      array: SAN,
      writer: undefined,
      home: undefined,
    }
    assert.throws(() => claimsOf(later, create), /ldap was the name of directory/)
    const again = planOf(later, seen({}, later), rename(DIRECTORY, LDAP)).steps.at(-1)?.action
    assert.ok(again?.kind === 'record-documents')
    const [moved] = again.changes
    assert.deepEqual(moved !== undefined && 'set' in moved && moved.set, [
      { path: ['formerly'], value: [LDAP, DIRECTORY] },
    ])
    assert.equal(
      volumeTag({ ...later, ...byUse([{ ...volume, formerly: [LDAP, DIRECTORY] }]) }, LDAP),
      'anyblade.a1b2.ldap',
    )
  })

  const [map] = report('blade2').maps
  assert.ok(map)
  const wrong: readonly (readonly [string, Parameters<typeof seen>[0], RegExp])[] = [
    [
      'its VM runs',
      { blade1: { domains: read([domain('running')]) } },
      /ldap on blade1 has ldap as its disk and is running/,
    ],
    [
      'a domain of somebody else has it',
      { blade2: { domains: read([domain('shut off', { name: 'copy', uuid: UUID.replace('1', '9') })]) } },
      /copy is defined on blade2 with ldap as its disk, and not the fleet's there/,
    ],
    [
      'an operator’s file names it',
      { blade2: { config: config(section(WWID, 'ldap'), 'own.conf') } },
      /an operator's file on blade2 names ldap/,
    ],
    [
      'a device has the name',
      { blade2: { maps: [map, { ...map, name: DIRECTORY, wwid: OTHER }] } },
      /blade2 has something called directory/,
    ],
    [
      'a file gives the name',
      { blade2: { config: config(section(WWID, 'ldap') + section(OTHER, 'directory')) } },
      /blade2 has something called directory/,
    ],
    [
      'a path is down',
      { blade2: { maps: [{ ...map, slaves: map.slaves.map((one) => ({ ...one, dm: 'failed' as const })) }] } },
      /paths|down/,
    ],
    [
      'it is another LUN there',
      { blade2: { devices: [device('A', 'sdb', OTHER), device('B', 'sdc')] } },
      /is another LUN/,
    ],
  ]
  for (const [what, change, said] of wrong)
    test(`refused where ${what}`, () => {
      const because = open(change).map((finding) => finding.because)
      assert.match(because.join('\n'), said)
    })

  test('a guest that runs is told what would come of it, and the command that stops it', () => {
    const [finding] = open({ blade1: { domains: read([domain('running')]) } })
    assert.match(
      finding?.evidence.join() ?? '',
      /it has the device open; its next start or move would look for the former name/,
    )
    assert.equal(finding?.next, 'anyblade vm stop ldap')
  })

  test('a fenced blade would keep the former name', () => {
    const blade2 = fleet.blades.get(b('blade2'))
    assert.ok(blade2)
    const fenced = { ...fleet, blades: new Map(fleet.blades).set(blade2.name, { ...blade2, fenced: true }) }
    assert.match(
      open({}, fenced)
        .map(({ because }) => because)
        .join(),
      /blade2 is fenced/,
    )
  })
})

describe('names that go round', () => {
  const two = withMail()
  const renames = (of: Intent) =>
    planOf(two, seen({}, two), of).steps.flatMap(({ action }) =>
      action.kind === 'rename-aliases' && action.blade === 'blade1'
        ? [action.aliases.map(({ from, alias }) => `${from}>${alias}`).join()]
        : [],
    )

  test('a swap goes through a third name, and each name is free when it is given', () =>
    assert.deepEqual(renames(swap), ['ldap>ldap.swap', 'mail>ldap', 'ldap.swap>mail']))

  test('a row goes from its free end, and what is apart goes with it', () =>
    assert.deepEqual(renames(rename(LDAP, MAIL, MAIL, DIRECTORY)), ['mail>directory', 'ldap>mail']))

  test('of a swap both documents move by their WWIDs, and nothing is refused for having been the other’s name', () => {
    const record = planOf(two, seen({}, two), swap).steps.at(-1)?.action
    assert.ok(record?.kind === 'record-documents')
    assert.deepEqual(
      record.changes.flatMap((change) => ('from' in change ? [[change.from, change.document, change.wwid]] : [])),
      [
        ['volumes/ldap.yaml', 'volumes/mail.yaml', WWID],
        ['volumes/mail.yaml', 'volumes/ldap.yaml', OTHER],
      ],
    )
    const swapped = withMail({ formerly: [LDAP] })
    assert.doesNotThrow(() => claimsOf(swapped, swap))
  })

  const invalid = [
    ['a name that is another volume’s', rename(LDAP, MAIL), two, /there is a volume mail/],
    ['a name that is kept', rename(LDAP, MAIL), withMail({ state: 'aside' }), /mail is aside, and its name is kept/],
    ['a former name', rename(LDAP, DIRECTORY), withMail({ formerly: [DIRECTORY] }), /directory was the name of mail/],
    ['one volume twice', rename(LDAP, DIRECTORY, LDAP, 'x' as Alias), two, /ldap twice/],
    ['its own name', rename(LDAP, LDAP), two, /ldap has that name/],
    ['a volume that is not there', rename('ldpa' as Alias, DIRECTORY), two, /there are ldap, mail/],
  ] as const
  for (const [what, wanted, of, said] of invalid)
    test(`refused before anybody is asked: ${what}`, () =>
      assert.throws(
        () => claimsOf(of, wanted),
        (error) => error instanceof EngineError && said.test(error.explanation.found),
      ))
})
