import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { releaseOf } from '../../releases/release.ts'
import {
  decodeFrames,
  encodeFrame,
  knowsCommand,
  mapListFormat,
  parseDaemonState,
  parseList,
  parseMaps,
  parsePathStates,
  parseQueueing,
  parseReply,
  parseShownConfig,
  pathListFormat,
  socketAddresses,
} from '../index.ts'

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}.txt`, import.meta.url), 'utf8')
const mapsOf = (text: string) => {
  const answer = parseMaps(text)
  return answer.ok ? answer.maps : assert.fail(answer.reason)
}

test('show maps json of a blade with two fabrics', () => {
  const [map, ...others] = mapsOf(fixture('show-maps.json'))
  assert.equal(others.length, 0)
  assert.deepEqual([map?.name, map?.wwid, map?.sysfs], ['vm1', '36001405a8282f8725c072d0f9742ae77', 'dm-0'])
  assert.deepEqual(map?.queueing, { kind: 'retries', retries: 12 })
  const paths = map?.groups.flatMap((group) => group.paths) ?? []
  assert.deepEqual(
    paths.map((path) => [path.device, path.number, path.initiator, path.targetPort, path.checkerState, path.lunHex]),
    [
      ['sda', '8:0', '20005254000a000c', '20005254000a0001', 'ready', '0000000000000000'],
      ['sdb', '8:16', '20005254000b000c', '20005254000b0001', 'ready', '0000000000000000'],
    ],
  )
  assert.deepEqual(
    paths.map((path) => [path.hostAdapter, path.marginal]),
    [
      [undefined, false],
      [undefined, false],
    ],
  )
})

test('show map X json is a list of one, and a failed path is seen', () => {
  assert.deepEqual(mapsOf(fixture('example-show-map.json')), mapsOf(fixture('example-show-maps.json')))
  const [map] = mapsOf(fixture('example-show-map.json'))
  assert.deepEqual([map?.activePaths, map?.groups.length], [3, 2])
  const bad = map?.groups.flatMap((group) => group.paths).filter((path) => path.dmState === 'failed')
  assert.deepEqual(
    bad?.map((path) => [path.device, path.checkerState]),
    [['sde', 'faulty']],
  )
})

const printed = (product: string) => fixture('show-maps.json').replace('"IBLOCK"', `"${product}"`)
for (const product of ['V"V\\', 'a",', '"', '\\', '\\n', 'tab\there', '}]', '" : "', 'x",\\', '\u00e9'])
  test(`a product that is not escaped is read as it is: ${product}`, () =>
    assert.equal(mapsOf(printed(product))[0]?.product, product))

test('any text of one line between the quotes comes back', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'ab"\\, :{}[]\t'), maxLength: 16 })
  fc.assert(fc.property(texts, (text) => mapsOf(printed(text.replaceAll('$', '')))[0]?.product === text))
})

test('a WWID with a line feed, as its device says it, is read whole', () => {
  const text = fixture('show-maps.json').replace('36001405a8282f8725c072d0f9742ae77', '82026.sg3\nX\nS=1')
  assert.equal(mapsOf(text)[0]?.wwid, '82026.sg3\nX\nS=1')
})

test('no maps, no JSON, no answer', () => {
  assert.deepEqual(mapsOf('{\n   "major_version": 0,\n   "minor_version": 1,\n   "maps": []\n}\n'), [])
  assert.deepEqual(parseMaps('fail\n'), { ok: false, reason: 'broken', text: 'fail\n' })
  assert.deepEqual(parseMaps('[]'), { ok: false, reason: 'wrong-shape', text: '[]' })
  assert.equal(parseMaps(fixture('show-paths-json')).ok, false)
})

test('fields that a release does not have are absent', () => {
  const old = fixture('show-maps.json')
    .split('\n')
    .filter((line) => !/marginal_st|lun_hex/.test(line))
    .join('\n')
  const [map] = mapsOf(old.replaceAll(/"0x2005254000a0001",$/gm, '"0x2005254000a0001"').replaceAll(/,(\s*})/g, '$1'))
  assert.deepEqual([map?.groups[0]?.marginal, map?.groups[0]?.paths[0]?.lunHex], [undefined, undefined])
})

const queues = [
  ['off', { kind: 'off' }],
  ['on', { kind: 'on' }],
  ['12 chk', { kind: 'retries', retries: 12 }],
  ['14 sec', { kind: 'counting', secondsLeft: 14 }],
  ['-', { kind: 'unknown', text: '-' }],
] as const
for (const [text, queueing] of queues) test(`queueing ${text}`, () => assert.deepEqual(parseQueueing(text), queueing))

const replies = [
  ['ok\n', 'ok', undefined],
  ['3167.827117 | /etc/multipath.conf line 13, duplicate keyword: path_grouping_policy\nok\n', 'ok', undefined],
  ['ok\n\0', 'ok', undefined],
  ['fail\n', 'failed', 'other'],
  ['fail\ntimeout\n', 'failed', 'timeout'],
  ['fail\nmap or partition in use\n', 'failed', 'in-use'],
  ['timeout\n', 'failed', 'timeout'],
  ['permission deny: need to be root\n', 'failed', 'not-root'],
  ['error receiving packet', 'failed', 'no-daemon'],
  ['pid 367 idle\n', 'data', undefined],
  ['sda timeout\nsdb ready\n', 'data', undefined],
  ['failback immediate\n', 'data', undefined],
] as const
for (const [text, kind, reason] of replies)
  test(`reply ${JSON.stringify(text)} is ${kind} ${reason ?? ''}`, () => {
    const reply = parseReply(text)
    assert.deepEqual([reply.kind, reply.kind === 'failed' ? reply.reason : undefined], [kind, reason])
  })

test('the help that comes back for an unknown command is a failure', () => {
  const reply = parseReply(fixture('show-paths-json'))
  assert.deepEqual([reply.kind, reply.kind === 'failed' && reply.reason], ['failed', 'not-understood'])
})

test('show status and show daemon', () => {
  assert.deepEqual(parsePathStates(fixture('show-status')), { states: new Map([['up', 2]]), paths: 2, busy: false })
  assert.deepEqual(parsePathStates('path checker states:\ni/o pending  1\n\npaths: 1\nbusy: True\n')?.busy, true)
  assert.equal(parsePathStates('ok\n'), undefined)
  assert.deepEqual(parseDaemonState(fixture('show-daemon')), { pid: 367, state: 'idle', settled: true })
  assert.equal(parseDaemonState('pid 7 configure\n')?.settled, false)
  assert.equal(parseDaemonState('ok'), undefined)
})

test('show config local: sections, keywords, values', () => {
  const sections = parseShownConfig(fixture('show-config-local'))
  const of = (name: string) => sections.filter(({ section }) => section === name)
  assert.deepEqual(of('defaults')[0]?.values.get('path_selector'), ['round-robin 0'])
  assert.deepEqual(of('blacklist')[0]?.values.get('devnode'), ['^vd[a-z]', '!^(sd[a-z]|dasd[a-z]|nvme[0-9])'])
  assert.equal(of('blacklist/device').length, 14)
  assert.deepEqual(
    of('multipaths/multipath').map(({ values }) => [...values]),
    [
      [
        ['wwid', ['36001405a8282f8725c072d0f9742ae77']],
        ['alias', ['vm1']],
      ],
    ],
  )
  assert.deepEqual(
    of('overrides').map(({ values }) => values.size),
    [0],
  )
})

test('show config: doubled quotes, values without quotes, a commented alias', () => {
  const text =
    'defaults {\n\tuid 0153\n\tuid_attrs sd:ID_SERIAL\n\tprio_args ""\n}\nx {\n\t# alias "vm1"\n\tproduct "27"" disk"\n}\n'
  assert.deepEqual(
    parseShownConfig(text).map(({ values }) => [...values]),
    [
      [
        ['uid', ['0153']],
        ['uid_attrs', ['sd:ID_SERIAL']],
        ['prio_args', ['']],
      ],
      [['product', ['27" disk']]],
    ],
  )
})

test('the list of paths asks for what the release knows', () => {
  const lastFields = (release: string) => pathListFormat(releaseOf(release)).command
  assert.match(lastFields('0.9.4'), /^show paths raw format "%i\|:\|%d/)
  assert.match(lastFields('0.9.4'), /%L/)
  assert.doesNotMatch(lastFields('0.9.4'), /%A|%k/)
  assert.doesNotMatch(lastFields('0.7.6'), /%P|%0/)
  assert.match(lastFields('0.14.3'), /%A\|:\|%k/)
  assert.match(lastFields('0.4.9'), /^show paths format/)
})

test('a raw list is read back, odd products too', () => {
  const format = pathListFormat(releaseOf('0.9.4'))
  const row = format.fields.map((name) => (name === 'vendProdRev' ? 'ACME,V|V,1' : name === 'map' ? '' : `<${name}>`))
  const { rows, unreadable } = parseList(`${row.join('|:|')}\nodd\n`, format)
  assert.deepEqual(unreadable, ['odd'])
  assert.deepEqual([rows[0]?.vendProdRev, rows[0]?.map, rows[0]?.hctl], ['ACME,V|V,1', '', '<hctl>'])
  assert.deepEqual(parseList('ok\n', format), { rows: [], unreadable: [] })
})

test('a padded list of an old release has a head line', () => {
  const format = mapListFormat(releaseOf('0.5'))
  const cells = format.fields.map((name) => `${name}   `)
  const { rows } = parseList(`${cells.join('|:|')}\n${cells.join('|:|')}\n`, format)
  assert.deepEqual([rows.length, rows[0]?.name], [1, 'name'])
})

test('frames: length, text and NUL; replies come out whole, whatever the cuts', () => {
  assert.deepEqual([...encodeFrame('ok')], [3, 0, 0, 0, 0, 0, 0, 0, 0x6f, 0x6b, 0])
  assert.deepEqual([...encodeFrame('ok', { bytes: 4, endian: 'big' })], [0, 0, 0, 3, 0x6f, 0x6b, 0])
  const words = fc.constantFrom({ bytes: 4, endian: 'big' } as const, { bytes: 8, endian: 'little' } as const)
  const texts = fc.array(fc.string({ unit: fc.constantFrom(...'ab\n\u00e9') }), { maxLength: 4 })
  fc.assert(
    fc.property(texts, words, fc.nat(200), (replies, word, cut) => {
      const stream = Uint8Array.from(replies.flatMap((reply) => [...encodeFrame(reply, word)]))
      const first = decodeFrames(stream.subarray(0, cut), word)
      const second = decodeFrames(Uint8Array.from([...first.rest, ...stream.subarray(cut)]), word)
      assert.deepEqual([...first.replies, ...second.replies], replies)
      assert.equal(second.rest.length, 0)
    }),
  )
  assert.equal(decodeFrames(Uint8Array.from([0, 0, 0, 2, 0, 0, 0, 0])).oversized, true)
})

test('where the socket is, and which commands there are', () => {
  assert.deepEqual(socketAddresses(releaseOf('0.4.9')), ['/var/run/multipathd.sock'])
  assert.deepEqual(socketAddresses(releaseOf('0.9.4')), ['\0/org/kernel/linux/storage/multipathd'])
  assert.equal(socketAddresses(releaseOf('0.14.3'))[0], '/run/multipathd.socket')
  assert.equal(knowsCommand(releaseOf('0.6.1'), 'show maps json'), false)
  assert.equal(knowsCommand(releaseOf('0.6.2'), 'show maps json'), true)
  assert.equal(knowsCommand(releaseOf('0.14.3'), 'show paths json'), false)
})
