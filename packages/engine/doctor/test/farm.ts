/** Two plain hosts that were never ours, with all that a doctor asks answered, and nothing wrong; tests change a part. */
import type { BladeName, Fleet } from '#documents'
import { type BladeReport, type Domain, join, type Reading, read, type Survey } from '#survey'
import { domain, report, WWID, wwpnOf, XML } from '../../test/lab-fleet.ts'
import { type Examination, examine, plainFleet } from '../index.ts'

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const MAIN = `defaults {
\tuser_friendly_names no
\tfind_multipaths yes
}
overrides {
\tskip_kpartx yes
\trecheck_wwid yes
\tno_path_retry 30
\tfast_io_fail_tmo 5
\tdev_loss_tmo 600
}
multipaths {
\tmultipath {
\t\twwid ${WWID}
\t\talias ldap
\t}
}
`
export const config = (main = MAIN): BladeReport['config'] => read({ main: bytes(main), dropIns: [] })
export const aliased = (wwid: string, alias: string): string =>
  MAIN.replace(WWID, wwid).replace('alias ldap', `alias ${alias}`)

export const SETUP = {
  files: new Map([['/etc/mdadm/mdadm.conf.d/anyblade.conf', 'AUTO -all\n']]),
  lvm: 'global_filter=["a|^/dev/disk/by-id/lvm-pv-uuid-AAAA$|","r|.*|"]\nuse_devicesfile=0\n',
  physicalVolumes: [{ uuid: 'AAAA', disk: 'vda2' }],
  mdadm: { directory: '/etc/mdadm/mdadm.conf.d', arrays: [] },
  units: [{ name: 'libvirtd.service', after: ['multipathd.service'] }],
  multipathd:
    'overrides {\n\tskip_kpartx "yes"\n\trecheck_wwid "yes"\n\tno_path_retry 30\n\tfast_io_fail_tmo 5\n\tdev_loss_tmo 600\n}\n',
} as const

export const GUEST = XML.replace("cache='none'", "cache='none' error_policy='stop' rerror_policy='stop'")
export const guest = (change: Partial<Domain> = {}): Domain => domain('running', { xml: GUEST, ...change })
export const capabilities = (emulator: string, model: string): string =>
  `<domainCapabilities><path>${emulator}</path><domain>kvm</domain><machine>pc</machine><arch>x86_64</arch><cpu>
<mode name='host-model' supported='yes'><model>${model}</model><vendor>AMD</vendor></mode>
<mode name='custom' supported='yes'><model usable='yes'>qemu64</model></mode></cpu></domainCapabilities>`
export const QEMU = '/usr/bin/qemu-system-x86_64'

export const timers = (queueing: string, fast: number | undefined, loss: number): BladeReport['timers'] =>
  read({
    pollingSeconds: 5,
    queueing: new Map([[WWID, queueing]]),
    ports: (['A', 'B'] as const).map((fabric) => ({
      ...{ host: fabric === 'A' ? 6 : 7, wwpn: wwpnOf(fabric, '01') },
      ...{ fastIoFailSeconds: fast, devLossSeconds: loss },
    })),
  })

export type Host = 'blade1' | 'blade2'
export type Change = Partial<Record<Host, Partial<BladeReport> | Reading<never>>>

const well = (name: Host): BladeReport =>
  report(name, {
    host: { ...report(name).host, bootId: `boot of ${name}` },
    config: config(),
    baseline: read(SETUP),
    domains: read(name === 'blade1' ? [guest()] : []),
    capabilities: read(capabilities(QEMU, 'EPYC')),
    timers: timers('30 chk', 5, 600),
    initramfs: read({
      ...{ image: '/boot/initrd.img-6.1.0', built: 200, configured: 100 },
      contents: { state: 'read', holdsMultipath: false, files: { main: undefined, dropIns: [] } },
    }),
    hostDisks: read({ uses: [{ use: 'mounted at /', devices: ['vda2', 'vda'] }], untold: [] }),
  })

/** The report of a host as it is well, for changes that build on a part of it. */
export const wellOn = well

export const PLAIN: Fleet = plainFleet(
  new Map((['blade1', 'blade2'] as const).map((name) => [name as BladeName & Host, `root@${name}`])),
)

export function examined(change: Change = {}, documents: Fleet = PLAIN): Examination {
  const readings = (['blade1', 'blade2'] as const).map((name): readonly [BladeName, Reading<BladeReport>] => {
    const changed = change[name] ?? {}
    return [name as BladeName & Host, 'state' in changed ? changed : read({ ...well(name), ...changed })]
  })
  const survey: Survey = join(documents, new Map(readings), new Map())
  return examine(documents, survey, survey)
}
