/** The answer of a blade to all that it can be asked, as the probe writes it, with what a test wants otherwise. */
import assert from 'node:assert/strict'
import type { BladeQuestion, Reading } from '@anyblade/engine'

export const UUID = '6b2e0000-0000-4000-8000-000000000001'
export const QUESTION: BladeQuestion = {
  paths: 'all',
  reservations: ['vm1'],
  config: true,
  baseline: true,
  agent: true,
  domains: true,
  capabilities: true,
  machines: [
    { virtType: 'kvm', arch: 'x86_64', machine: 'pc-q35-7.2' },
    { virtType: 'kvm', arch: 'x86_64', machine: 'pc-q35-9.9' },
  ],
  timers: true,
  initramfs: true,
  emulators: true,
  hostDisks: true,
  guests: [UUID],
  states: [UUID],
  speeds: [{ link: 'blade1:blade2', way: 'tcp://b2' }],
  logins: ['b2'],
  credentials: true,
  fleet: 'a1b2',
  files: ['/bin/a', '/bin/b'],
  lan: [],
}
export const b64 = (text: string): string => Buffer.from(text).toString('base64')

export const STANDARD = `${'0000060200000000'}${Buffer.from('LIO-ORG IBLOCK          4.0 ').toString('hex')}`
export const PAGE00 = '000000030080' + '83'
export const PAGE83 = '0083001401030010600140500000000000000000000000a1'
export const CAPACITY = '00000000027fffff00000200'.padEnd(64, '0')

const KEYS = '0000000700000010a1b2000100000001a1b2000100000001'
const HELD = `${'0000000700000010'}${'0'.repeat(26)}070000`
const STATUS = '0000000700000000'

const BASELINE = [
  `file\t${b64('/etc/lvm/lvmlocal.conf')}\t${b64('local {\n}\n')}`,
  `lvm\t${b64('use_devicesfile=0\n')}`,
  'pv\tAb1-c\tsda2',
  'mdadm\t/etc/mdadm/mdadm.conf.d',
  `md\tsda1,sdb1\t${b64('ARRAY /dev/md0 UUID=aa:bb\n')}`,
  `unit\tlibvirtd.service\t${b64('After=a.target multipathd.service\nLoadState=loaded\n')}`,
  `unit\tvirtqemud.service\t${b64('LoadState=not-found\n')}`,
]

/** With lines replaced: `change` gives a section's lines anew, `ends` how it ended. */
export function answer(
  change: Readonly<Record<string, readonly string[]>> = {},
  ends: Readonly<Record<string, string>> = {},
): string {
  const sections: Record<string, readonly string[]> = {
    host: [
      'hostname\tblade1',
      'machine-id\t3d1219c7c4c5404aaa1f6d2a48adfda4',
      'boot-id\t8408fa54-8fc1-48af-9983-941a550072a4',
      'kernel\t6.1.0',
      'uid\t0',
      'processors\t2',
      'MemTotal\t4028440',
      'MemAvailable\t3501200',
      'huge\t1048576\t3',
      'huge\t2048\t80',
      'huge-usual\t2048',
      'userfaults\t0',
    ],
    tools: ['multipath\tmultipath-tools v0.9.4 (12/19, 2022)', 'python3\t/usr/bin/python3'],
    impostors: [b64('ldap')],
    bridges: ['br0'],
    links: ['br0', 'ovs0'],
    files: ['1'],
    config: [`main\t${b64('multipath.conf')}\t${b64('defaults {}\n')}`, `drop-in\t${b64('a.conf')}\t`],
    'dm-open': ['253\t0\t1', '253\t1\t0'],
    'dm-status': ['vm1: 0 41943040 multipath 2 0 0 0 2 1 A 0 1 2 8:0 A 0 0 1 E 0 1 2 8:16 F 3 0 1 '],
    machines: ['asking', `0\ttakes\t${b64('/usr/bin/kvm')}`, `1\trefused\t${b64('the machine is not supported')}`],
    capabilities: [`capabilities\t${b64('<c/>')}`],
    baseline: BASELINE,
    agent: [`version\t${b64('7.23.0\n')}`, `certname\t${b64('blade1.example.org')}`, `noop\t${b64('false')}`],
    domains: [`domain\t${UUID}\t${b64('ldap')}\t5\t1\t0\t${b64('<domain/>')}`],
    emulators: ['4711\tqemu-system-x86'],
    guests: ['measuring', `guest\t${UUID}\t32768\t66460\t28\t`],
    logins: ['trying', `login\tb2\t[b2]:2222\tin\t${'0b'.repeat(16)}\tours`],
    credentials: [
      'whole',
      `key\tssh-ed25519 ${'A'.repeat(68)}`,
      `host-key\tecdsa-sha2-nistp256 ${'B'.repeat(140)}=`,
      'address\tfd00::2',
      `line\tknown_hosts\t${b64('b2 ssh-ed25519 AAAA anyblade:a1b2:blade2')}`,
    ],
    speeds: ['waiting', 'link\tblade1:blade2\t54345504'],
    states: [
      'asking',
      `file\t${UUID}\tnvram\t${b64('nvram')}\t540672\t${'a'.repeat(64)}\tlibvirt-qemu\tkvm\t600`,
      `file\t${UUID}\ttpm\t${b64('tpm2/tpm2-00.permall')}\t6013\t${'b'.repeat(64)}\ttss\ttss\t600`,
      `whole\t${UUID}`,
    ],
    libvirt: ['version\t9.0.0'],
    san: [
      'fc-host\t2\t0x2000525400000b01\tOnline\t0x0',
      'rport\t2\t0\t1\t0x2000525400000a01\tOnline',
      'rport\t2\t0\t-1\t0x2000525400000a02\tNot Present',
      `map\tdm-0\tvm1\tmpath-3600140500000000000000000000000a1\t41943040\t253:0\tsda=8:0,sdb=8:16\t${b64('vg-x')}\t${b64('mounted at /srv')}`,
      'map\tdm-1\tvg-x\tLVM-abc\t100\t253:1\t\t\t',
      'device\t2:0:1:5\tsda\tsg0\trunning\t0\tnaa.600140500000000000000000000000b7',
      'device\t2:0:1:16684\tsdb\t-\toffline\t0',
      'device\t2:0:1:7\tsdc\tsg2\trunning\t0',
      'sysfs\tread',
      `inquiry\t2:0:1:5\tok\t${STANDARD}\t${PAGE00}\t\t${PAGE83}\t${CAPACITY}\t`,
      'inquiry\t2:0:1:16684\tgone\tsense 5/25/00',
      ['reservation\t2:0:1:5', ...['ok', KEYS], ...['ok', HELD], ...['unsupported', 'x'], ...['ok', STATUS]].join('\t'),
      ['reservation\t2:0:1:16684', ...Array(4).fill('gone\tsense 5/25/00')].join('\t'),
    ],
    timers: [
      'port\t2\t0x2000525400000a01\t5\t30',
      'port\t3\t0x2000525400000a02\toff\t2147483647',
      'polling\t5',
      'map\t3600140500000000000000000000000a1\t12 chk',
    ],
    initramfs: [
      `image\t${b64('/boot/initrd.img-6.1.0')}\t1700000000\t1700000001`,
      'reading',
      `main\t${b64('multipath.conf')}\t${b64('defaults {}\n')}`,
      `drop-in\t${b64('a.conf')}\t`,
      `holds\t${b64('multipathd')}\t`,
      'whole',
    ],
    'host-disks': [
      `stands\t${b64('mounted at /')}\tdm-1,sda2,sda`,
      `stands\t${b64('mounted at /net')}\t`,
      `untold\t${b64('mounted at /srv')}\t${b64('tank/srv')}`,
    ],
    multipathd: ['map\tdm-0\t0xb1:aptpl\tset', 'configured\t\tfile', `prkeys\t${b64('0X00000000000000b1 360014\n')}`],
    ...change,
  }
  const body = Object.entries(sections).flatMap(([name, lines]) => [
    `[${name}`,
    ...lines.map((line) => `|${line}`),
    '',
    `]${name} ${ends[name] ?? 'ok'}`,
  ])
  return `anyblade-probe 1 abc123\n${body.join('\n')}\nanyblade-end\n`
}

export function value<T>(reading: Reading<T>): T {
  assert.equal(reading.state, 'read', JSON.stringify(reading))
  if (reading.state !== 'read') throw new Error('not read')
  return reading.value
}

/** A blade of one disk, which has answered so. */
export const inquiry = (...fields: string[]) => ({
  san: ['device\t2:0:1:5\tsda\tsg0\trunning\t0', 'sysfs\tread', ['inquiry\t2:0:1:5\tok', ...fields].join('\t')],
})
