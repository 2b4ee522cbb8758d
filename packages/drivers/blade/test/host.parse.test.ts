/** How a host is set up: its files and units, its agent, its timers, its initramfs, what it stands on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseReport } from '../probe.parse.ts'
import { answer, b64, QUESTION, value } from './an-answer.ts'

test('how puppet’s agent stands, and why it is disabled, whatever was typed there', () => {
  const agentOf = (...lines: string[]) => {
    const told = [`version\t${b64('7.23.0')}`, `certname\t${b64('b1')}`, ...lines]
    return value(parseReport(answer({ agent: told }), QUESTION)).agent
  }
  const enabled = { version: '7.23.0', certname: 'b1', noop: false, disabled: undefined }
  assert.deepEqual(value(agentOf()), enabled)
  assert.deepEqual(value(agentOf(`noop\t${b64('true')}`)), { ...enabled, noop: true })
  const disabledBy = (file: string) => value(agentOf(`disabled\t${b64(file)}`)).disabled
  assert.equal(disabledBy('{"disabled_message":"Ann:\\n\\u001b[1mits HBA"}'), 'Ann: [1mits HBA')
  for (const file of ['', '{}', '[]', '{"disabled_message":7}']) assert.equal(disabledBy(file), '', file)
  assert.equal(disabledBy('by hand'), 'by hand')
  assert.equal(disabledBy(JSON.stringify({ disabled_message: 'x'.repeat(5000) }))?.length, 300)
  const absent = parseReport(answer({ agent: [] }, { agent: 'refused puppet is not installed' }), QUESTION)
  assert.deepEqual(value(absent).agent, { state: 'refused', because: 'puppet is not installed' })
  assert.equal(parseReport(answer({ agent: [`certname\t${b64('a b')}`] }), QUESTION).state, 'garbled')
})

test('how a host is set up: files and words whole, units that are not there left out', () => {
  const { baseline } = value(parseReport(answer(), QUESTION))
  assert.deepEqual(value(baseline), {
    files: new Map([['/etc/lvm/lvmlocal.conf', 'local {\n}\n']]),
    lvm: 'use_devicesfile=0\n',
    physicalVolumes: [{ uuid: 'Ab1-c', disk: 'sda2' }],
    mdadm: {
      directory: '/etc/mdadm/mdadm.conf.d',
      arrays: [{ members: ['sda1', 'sdb1'], line: 'ARRAY /dev/md0 UUID=aa:bb' }],
    },
    units: [{ name: 'libvirtd.service', after: ['a.target', 'multipathd.service'] }],
    multipathd: undefined,
  })
  const none = value(parseReport(answer({ baseline: [] }), QUESTION)).baseline
  assert.deepEqual([value(none).lvm, value(none).mdadm, value(none).units], [undefined, undefined, []])
})

test('a file of the host whose path leads elsewhere makes the answer garbled', () => {
  const path = b64('/root/.ssh/id')
  assert.equal(parseReport(answer({ baseline: [`file\t${path}\t`] }), QUESTION).state, 'garbled')
})

test('how long I/O waits, by the kernel and by multipathd; what never ends is no number', () => {
  const { timers } = value(parseReport(answer(), QUESTION))
  assert.deepEqual(value(timers), {
    pollingSeconds: 5,
    queueing: new Map([['3600140500000000000000000000000a1', '12 chk']]),
    ports: [
      { host: 2, wwpn: '2000525400000a01', fastIoFailSeconds: 5, devLossSeconds: 30 },
      { host: 3, wwpn: '2000525400000a02', fastIoFailSeconds: undefined, devLossSeconds: Number.POSITIVE_INFINITY },
    ],
  })
})

test('an initramfs: copies of a whole one, and never of one that is cut off', () => {
  const told = (lines?: readonly string[]) =>
    value(value(parseReport(answer(lines === undefined ? {} : { initramfs: lines }), QUESTION)).initramfs)
  assert.deepEqual(told(), {
    image: '/boot/initrd.img-6.1.0',
    built: 1700000000,
    configured: 1700000001,
    contents: {
      state: 'read',
      holdsMultipath: true,
      files: {
        main: new Uint8Array(Buffer.from('defaults {}\n')),
        dropIns: [{ name: 'a.conf', bytes: new Uint8Array() }],
      },
    },
  })
  const image = `image\t${b64('/boot/initramfs-6.1.0.img')}\t1700000000\t`
  const copy = `main\t${b64('multipath.conf')}\t`
  assert.deepEqual(told([image, copy, 'damaged\tit is cut off'])?.contents, {
    state: 'damaged',
    because: 'it is cut off',
  })
  assert.deepEqual(told([image, 'packed\tno zstd there'])?.contents, { state: 'packed', because: 'no zstd there' })
  assert.equal(told(['none']), undefined)
  assert.equal(parseReport(answer({ initramfs: [image, copy] }), QUESTION).state, 'garbled')
})

test('what the host stands on: chains from the top down, what lies on no disk, what nobody could tell', () => {
  const { hostDisks } = value(parseReport(answer(), QUESTION))
  assert.deepEqual(value(hostDisks), {
    uses: [
      { use: 'mounted at /', devices: ['dm-1', 'sda2', 'sda'] },
      { use: 'mounted at /net', devices: [] },
    ],
    untold: [{ use: 'mounted at /srv', source: 'tank/srv' }],
  })
})
