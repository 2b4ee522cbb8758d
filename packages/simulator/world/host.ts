/**
 * What a blade's host does with the disks of guests by itself, as far as its baseline decides it: LVM's filter, mdadm's
 * AUTO, the order of libvirt after multipathd, multipath's overrides. Files are texts, and a tool has in effect what they say.
 */
import {
  type HostDisks,
  type HostSetup,
  type Initramfs,
  type MultipathFiles,
  ROOT_USE,
  type RunId,
} from '@anyblade/engine'

const OWN = { uuid: 'AAAA-own', disk: 'vda2' }
const MDADM = '/etc/mdadm/mdadm.conf.d'
const LIBVIRT = '/etc/systemd/system/libvirtd.service.d/anyblade.conf'
const LVM = '/etc/lvm/lvmlocal.conf'
/** As the baseline writes it. */
const OWN_MDADM =
  '# anyblade: arrays of this host are listed; an array in the disk of a guest is none of them\nAUTO -all\n'

export class Host {
  readonly files = new Map<string, string>([
    [LVM, 'devices {\n\tglobal_filter = [ "a|^/dev/disk/by-id/lvm-pv-uuid-AAAA-own$|", "r|.*|" ]\n}\n'],
    [`${MDADM}/anyblade.conf`, OWN_MDADM],
    [LIBVIRT, '[Unit]\nAfter=multipathd.service\n'],
  ])

  /** Its root is a logical volume on its own disk, which is no LUN. */
  disks: HostDisks = { uses: [{ use: ROOT_USE, devices: ['dm-900', 'vda2', 'vda'] }], untold: [] }

  /** What operators have had run here; `status` once it has ended. */
  readonly commands: { readonly run: RunId; readonly command: string; status: number | undefined }[] = []
  /** Commands that end badly here. */
  readonly fails = new Set<string>()

  /** Built without multipath: the root needs none. */
  initramfs: Initramfs = {
    image: '/boot/initrd.img-6.1.0',
    built: 0,
    configured: 0,
    contents: { state: 'read', holdsMultipath: false, files: { main: undefined, dropIns: [] } },
  }

  /** As it comes from its installer: LVM and mdadm take what they find. */
  asInstalled(): void {
    this.files.clear()
  }

  /** What each tool says of itself. */
  setup({ dropIns }: MultipathFiles): HostSetup {
    const filter = /global_filter *= *\[(.*)\]/
      .exec(this.files.get(LVM) ?? '')?.[1]
      ?.replaceAll(/", "/g, '","')
      .trim()
    const ordered = this.files.get(LIBVIRT)?.includes('After=multipathd.service') === true
    return {
      files: new Map(this.files),
      lvm: `global_filter=[${filter ?? '"a|.*|"'}]\nuse_devicesfile=0\n`,
      physicalVolumes: [OWN],
      mdadm: { directory: MDADM, arrays: [] },
      units: [{ name: 'libvirtd.service', after: ['network.target', ...(ordered ? ['multipathd.service'] : [])] }],
      multipathd: dropIns.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n'),
    }
  }
}
