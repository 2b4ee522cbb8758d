import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  byPathLun,
  bytesOfHex,
  dasdWwid,
  escapeMapName,
  friendlyName,
  friendlyNumber,
  isPlainMapName,
  linuxCandidates,
  linuxOfByPath,
  linuxOfLun,
  linuxOfLunHex,
  lunHex,
  lunOfLinux,
  mapLinks,
  mapName,
  mapPath,
  mapUuid,
  normaliseWwpn,
  nvmeWwid,
  parseMapUuid,
  parseReadCapacity10,
  parseReadCapacity16,
  partitionUuid,
  unescapeMapName,
  wwidKind,
  wwidOfNaa,
  wwidOfProperty,
  wwpnOfSysfs,
  wwpnWithColons,
} from '../index.ts'

const bytes = (hex: string) => bytesOfHex(hex) ?? assert.fail(`not hex: ${hex}`)
const controller = { vendorId: 0x8086, serial: 'PHM 1  ', model: 'INTEL', namespaceId: 1 }
const long = `nvme.1234-${'41'.repeat(10)}${'00'.repeat(20)}-${'42'.repeat(10)}${'00'.repeat(20)}-00000001`

/** what is said, what comes out, what is wanted */
const answers: readonly (readonly [string, unknown, unknown])[] = [
  ['NVMe: the UUID first', nvmeWwid({ ...controller, uuid: '0F6-0', nguid: '1'.repeat(32) }), 'uuid.0f6-0'],
  ['NVMe: then NGUID', nvmeWwid({ ...controller, uuid: '000-0', nguid: 'AB'.repeat(16) }), `eui.${'ab'.repeat(16)}`],
  [
    'NVMe: then EUI-64',
    nvmeWwid({ ...controller, eui64: '01'.repeat(8), nguid: '0'.repeat(32) }),
    `eui.${'01'.repeat(8)}`,
  ],
  ['NVMe: then names in hex', nvmeWwid(controller), 'nvme.8086-50484d2031-494e54454c-00000001'],
  ['NVMe: too long, padding goes', wwidOfProperty(long), `nvme.1234-${'41'.repeat(10)}-${'42'.repeat(10)}-00000001`],
  ['a WWID of 128 bytes is cut', wwidOfProperty('x'.repeat(128)), 'x'.repeat(127)],
  ['a WWID of 127 bytes is kept', wwidOfProperty('x'.repeat(127)), 'x'.repeat(127)],
  ['DASD: four parts', dasdWwid('IBM.750000000VXE11.1b00.0d.00000000000025c0'), 'IBM.750000000VXE11.1b00.0d'],
  ['DASD: three parts are none', dasdWwid('IBM.75.1b00'), undefined],
  ["an array's NAA in capitals", wwidOfNaa('600A0980:38303045-762b4f4a6a5a3734'), '3600a098038303045762b4f4a6a5a3734'],
  ['an NAA with 0x', wwidOfNaa('0x50060e8007e52b00'), '350060e8007e52b00'],
  ['a serial number is no NAA', wwidOfNaa('PHM1'), undefined],
  [
    'kinds',
    ['3600a098038303045762b4f4a6a5a3734', 'eui.0123456789abcdef', 'IBM.7.1b00.0d', 'x'].map(wwidKind),
    ['naa', 'nvme', 'dasd', 'other'],
  ],
  [
    'automatic names',
    [1, 26, 27, 702, 703].map((n) => friendlyName('mpath', n)),
    ['mpatha', 'mpathz', 'mpathaa', 'mpathzz', 'mpathaaa'],
  ],
  ['the number of an automatic name', friendlyNumber('mpath', 'mpathaaa'), 703],
  ['an alias is no automatic name', friendlyNumber('mpath', 'mpath1'), undefined],
  ['an automatic name beyond an int', friendlyNumber('mpath', 'mpathzzzzzzz'), undefined],
  [
    'alias before binding before WWID',
    [mapName('w', { alias: 'a', binding: 'b' }), mapName('w', { binding: 'b' }), mapName('w', {})],
    ['a', 'b', 'w'],
  ],
  ['dm uuids', [mapUuid('3a'), partitionUuid('3a', 2)], ['mpath-3a', 'part2-mpath-3a']],
  [
    'a dm uuid read',
    [parseMapUuid('part12-mpath-3a'), parseMapUuid('mpath-3a'), parseMapUuid('LVM-x')],
    [{ wwid: '3a', partition: 12 }, { wwid: '3a' }, undefined],
  ],
  [
    'links by id',
    mapLinks('3a', 'vm1', '0xa'),
    ['dm-uuid-mpath-3a', 'dm-name-vm1', 'scsi-3a', 'wwn-0xa'].map((l) => `/dev/disk/by-id/${l}`),
  ],
  ['a map with a space', mapPath('vm 1'), '/dev/mapper/vm\\x201'],
  ['a map with an umlaut', [escapeMapName('\u00e9'), escapeMapName('\u20ac')], ['\\xe9', '\\xe2\\x82\\xac']],
  ['plain names', ['vm1', 'a/b', '', '.', 'x'.repeat(128)].map(isPlainMapName), [true, false, false, false, false]],
  [
    'WWPNs',
    ['0x20005254000A0001', '20:00:52:54:00:0a:00:01', 'naa.20005254000a0001', ' 20005254000a0001'].map(normaliseWwpn),
    Array(4).fill('20005254000a0001'),
  ],
  ['a WWPN keeps leading zeros', normaliseWwpn('0x0005254000a00010'), '0005254000a00010'],
  ['no WWPN', ['', '0x2000', '20:00:52', 'zz005254000a0001'].map(normaliseWwpn), Array(4).fill(undefined)],
  [
    'a WWPN shown',
    [wwpnWithColons('20005254000a0001'), wwpnOfSysfs('20005254000a0001')],
    ['20:00:52:54:00:0a:00:01', '0x20005254000a0001'],
  ],
  [
    'LUN 300 in three codings',
    (['sam', 'sam2', 'sam3-flat'] as const).map((a) => linuxOfLun(300, a)),
    [300, 16684, 16684],
  ],
  ['LUN 5 in three codings', (['sam', 'sam2', 'sam3-flat'] as const).map((a) => linuxOfLun(5, a)), [5, 5, 16389]],
  ['LUN 16684 of Linux', lunOfLinux(16684), { lun: 300, coding: 'flat' }],
  ['LUN 300 of Linux', lunOfLinux(300), { lun: 300, coding: 'peripheral' }],
  ['the LUN of REPORT LUNS', lunOfLinux(49409), { lun: 49409, coding: 'extended' }],
  ['where LUN 5 may appear', linuxCandidates(5), [5, 16389]],
  ['by-path below and from 256 on', [byPathLun(255), byPathLun(16684)], ['255', '0x412c000000000000']],
  ['by-path read', ['7', '0x412c000000000000', 'x'].map(linuxOfByPath), [7, 16684, undefined]],
  [
    'READ CAPACITY (10)',
    parseReadCapacity10(bytes('0027ffff00000200')),
    { lastBlock: 2621439n, blockBytes: 512, bytes: 1342177280n, blocksPerPhysical: 1, thin: false },
  ],
  ['READ CAPACITY (10) too large', parseReadCapacity10(bytes('ffffffff00000200')), 'too-large'],
  [
    'READ CAPACITY (16)',
    parseReadCapacity16(bytes(`ffffffffffffffff00001000${'00038000'}${'00'.repeat(16)}`)),
    { lastBlock: 2n ** 64n - 1n, blockBytes: 4096, bytes: 2n ** 76n, blocksPerPhysical: 8, thin: true },
  ],
  ['short answers', [parseReadCapacity10(bytes('00')), parseReadCapacity16(bytes('00000000'))], [undefined, undefined]],
  ['blocks of no length', parseReadCapacity10(bytes('0000000000000000')), undefined],
]
for (const [rule, found, wanted] of answers) test(rule, () => assert.deepEqual(found, wanted))

test('an escaped name comes back', () => {
  const names = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)) })
  fc.assert(
    fc.property(
      names.filter((name) => !name.includes('\\')),
      (name) => unescapeMapName(escapeMapName(name)) === name,
    ),
  )
  fc.assert(fc.property(names, (name) => /^[A-Za-z0-9#+\-.:=@_\\]*$/.test(escapeMapName(name))))
})

test('numbers of LUNs and of automatic names come back', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (l) => linuxOfLunHex(lunHex(l)) === l))
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (l) => linuxOfByPath(byPathLun(l)) === l))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 0x7fffffff }), (n) => friendlyNumber('m', friendlyName('m', n)) === n),
  )
})
