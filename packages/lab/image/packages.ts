/**
 * What the nodes are made of.
 * May come in: names of Debian packages and paths. May not: I/O.
 */

export const release = 'bookworm'

/** Without their recommendations; array and blades are made from one image. */
export const nodePackages = [
  'linux-image-amd64',
  'systemd-sysv',
  'dbus',
  'udev',
  'kmod',
  'openssh-server',
  'sudo',
  'iproute2',
  'iputils-ping',
  'procps',
  'python3',
  'lvm2',
  'thin-provisioning-tools',
  'multipath-tools',
  'sg3-utils',
  'lsscsi',
  'libvirt-daemon-system',
  'libvirt-daemon-driver-qemu',
  'libvirt-clients',
  'netcat-openbsd', // the far end of qemu+ssh
  'qemu-system-x86',
  'qemu-utils',
  'seabios',
  'ipxe-qemu',
  'busybox-static', // of both initramfs
] as const

/** Not unpacked at all: half of the time and the space. Paths as dpkg's path-exclude takes them. */
export const leftOut = [
  ...['doc', 'man', 'locale', 'info'].map((name) => `/usr/share/${name}/*`),
  // The nodes and the guest have an initramfs of our own, of four modules.
  '/etc/kernel/postinst.d/initramfs-tools',
  // What udev would load into each node at each boot, and nobody uses: seconds of a processor that is emulated.
  ...modules('', [
    'sound',
    'net/bluetooth',
    'net/can',
    'net/mac80211',
    'net/wireless',
    'fs/btrfs',
    'fs/ocfs2',
    'fs/xfs',
  ]),
  ...modules('', ['arch/x86/crypto', 'arch/x86/events', 'drivers/input/mouse', 'drivers/input/misc', 'drivers/char']),
  ...modules('drivers/', ['bluetooth', 'comedi', 'gpu', 'hid', 'hwmon', 'i2c', 'iio', 'infiniband', 'isdn', 'media']),
  ...modules('drivers/', ['mfd', 'mtd', 'platform', 'powercap', 'staging', 'usb', 'watchdog']),
  ...modules('drivers/', ['net/can', 'net/ethernet', 'net/usb', 'net/wireless']),
]

function modules(under: string, names: readonly string[]): string[] {
  return names.map((name) => `/lib/modules/*/kernel/${under}${name}/*`)
}

/** Modules of the nodes' initramfs, which only mounts the root disk. */
export const nodeModules = ['virtio_pci', 'virtio_blk', 'crc32c_generic', 'ext4'] as const
/** Modules of the test guest: both disk buses, network, power button. */
export const guestModules = ['virtio_pci', 'virtio_blk', 'ata_piix', 'sd_mod', 'virtio_net', 'evdev', 'button'] as const

/** Units that a lab node does without. */
export const disabledUnits = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'dpkg-db-backup.timer',
  'libvirt-guests.service',
  'lvm2-monitor.service',
  'blk-availability.service',
  'getty@tty1.service',
  'machines.target',
  'remote-fs.target',
] as const
export const maskedUnits = [
  'systemd-hwdb-update.service',
  'systemd-sysusers.service',
  'systemd-binfmt.service',
  'proc-sys-fs-binfmt_misc.automount',
  'systemd-remount-fs.service', // the initramfs mounts the root disk for writing
  'systemd-random-seed.service',
  'systemd-logind.service', // sshd does without PAM
  'systemd-user-sessions.service',
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount',
  'modprobe@efi_pstore.service',
  'modprobe@fuse.service',
  'modprobe@loop.service',
  'systemd-journal-flush.service',
  'systemd-update-utmp.service',
  'systemd-pstore.service',
  'systemd-timesyncd.service',
  'systemd-networkd.service',
  'systemd-resolved.service',
  'modprobe@drm.service',
  'ldconfig.service',
] as const
export const enabledUnits = [
  'lab-node.service',
  'lab-fc.service',
  'lab-array.service',
  'lio-autosave.service',
  'multipathd.service',
  'libvirtd.service',
  'ssh.service',
] as const
