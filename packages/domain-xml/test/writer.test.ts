import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diskWriter, parseDomain } from '../index.ts'

const source = (inside = '') => `<source dev='/dev/mapper/a'>${inside}</source><target dev='sda'/>`
const LEASE = `<lease><lockspace>fleet</lockspace><key>vm1</key><target path='/leases' offset='1024'/></lease>`
const writers = [
  ['nothing said', `<disk type='block'>${source()}</disk>`, undefined],
  ['a LUN handed through', `<disk type='block' device='lun'>${source()}</disk>`, 'guest'],
  [
    'reservations, managed',
    `<disk type='block' device='lun'>${source("<reservations managed='yes'/>")}</disk>`,
    'guest',
  ],
  [
    'reservations through a helper of one’s own',
    `<disk type='block' device='lun'>${source("<reservations managed='no'><source type='unix' path='/h' mode='client'/></reservations>")}</disk>`,
    'guest',
  ],
  ['shareable', `<disk type='block'>${source()}<shareable/></disk>`, 'shared'],
  [
    'a cluster’s LUN',
    `<disk type='block' device='lun'>${source('<reservations managed="yes"/>')}<shareable/></disk>`,
    'guest',
  ],
  ['a lease', `<disk type='block'>${source()}</disk>${LEASE}`, 'lease'],
  ['a lease beside a shared disk', `<disk type='block'>${source()}<shareable/></disk>${LEASE}`, 'shared'],
  ['a lease beside a CD', `<disk type='block' device='cdrom'>${source()}</disk>${LEASE}`, undefined],
] as const
for (const [what, devices, writer] of writers)
  test(`who keeps a disk to one writer: ${what}`, () => {
    const domain = parseDomain(`<domain type='kvm'><name>a</name><devices>${devices}</devices></domain>`)
    const [disk] = domain.disks
    assert.equal(disk && diskWriter(domain, disk), writer)
  })

test('a lease, as it is written', () => {
  const { leases } = parseDomain(`<domain type='kvm'><name>a</name><devices>${LEASE}</devices></domain>`)
  assert.deepEqual(
    leases.map(({ place: _, ...rest }) => rest),
    [{ lockspace: 'fleet', key: 'vm1', targetPath: '/leases' }],
  )
})
