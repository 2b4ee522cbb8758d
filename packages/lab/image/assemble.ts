/**
 * The program that builds an image: packages, our files, accounts and keys, two initramfs, one file system.
 * Started by image.ts, as root (or as root of a user namespace), so that files can have their owners.
 *   node assemble.ts WORK-FOLDER     leaves base.raw, vmlinuz, initrd.gz, guest.gz and keys there
 * May come in: this room's files and this machine's apt sources. May not: loop devices, device-mapper, mounts.
 */
import { appendFileSync, cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun } from '../program.ts'
import { baseEntries, initramfs, moduleEntries } from './initramfs.ts'
import {
  disabledUnits,
  enabledUnits,
  guestModules,
  leftOut,
  maskedUnits,
  nodeModules,
  nodePackages,
  release,
} from './packages.ts'
import { hostSources } from './sources.ts'

const room = join(import.meta.dirname, '..')
const deadlineMs = 20 * 60_000
const accounts = ['operator', 'guestonly'] as const
const keyedNodes = ['array', 'blade1', 'blade2', 'blade3', 'blade4'] as const

/** What image.ts shows; a line each, on standard output. */
const say = (line: string) => process.stdout.write(`${line}\n`)

async function assemble(work: string): Promise<void> {
  const tree = join(work, 'tree')
  // First, for it is the part that is edited: a slip is told at once.
  await mustRun('gcc', ['-O2', '-static', '-o', join(work, 'counter'), join(room, 'guest/counter.c')], { deadlineMs })
  say('STEP Debian packages')
  await unpackPackages(work, tree)
  say('STEP accounts, keys, units')
  const kernel = readdirSync(join(tree, 'lib/modules'))[0] ?? ''
  trim(tree)
  installFiles(tree)
  await addKeys(work, tree)
  await addAccounts(tree)
  await setUnits(tree)
  await mustRun('chroot', [tree, 'depmod', kernel], { deadlineMs })
  say('STEP kernel and initramfs')
  await makeBootFiles(work, tree, kernel)
  say('STEP file system')
  await makeFileSystem(work, tree)
}

async function unpackPackages(work: string, tree: string): Promise<void> {
  // Given to dpkg by a hook and not by --dpkgopt: mmdebstrap would filter the first archives itself, in Python (35 s).
  writeFileSync(
    join(work, 'dpkg.cfg'),
    ['force-unsafe-io', ...leftOut.map((path) => `path-exclude=${path}`), ''].join('\n'),
  )
  writeFileSync(
    join(work, 'sources.list'),
    hostSources()
      .map((line) => `${line}\n`)
      .join(''),
  )
  const proxies = await mustRun('apt-config', ['dump', 'Acquire::http::Proxy'], { deadlineMs })
  const proxy = /^Acquire::http::Proxy "(.+)";/m.exec(proxies)?.[1]
  const args = [
    ...['--variant=minbase', '--mode=root', '--verbose'],
    ...['--aptopt=APT::Install-Recommends "false"', '--aptopt=Acquire::Languages "none"'],
    ...(proxy === undefined ? [] : [`--aptopt=Acquire::http::Proxy "${proxy}"`]),
    `--extract-hook=cp ${join(work, 'dpkg.cfg')} "$1/etc/dpkg/dpkg.cfg.d/lab"`,
    `--include=${nodePackages.join(',')}`,
    ...[release, tree, join(work, 'sources.list')],
  ]
  await mustRun('mmdebstrap', args, { deadlineMs, onLine: (line) => say(`LINE ${line}`) })
}

/** Nothing stays of where the packages came from, nor what only a package manager needs. */
function trim(tree: string): void {
  const gone = [
    'etc/apt/sources.list',
    'etc/apt/sources.list.d',
    'etc/apt/apt.conf.d/99mmdebstrap',
    'etc/dpkg/dpkg.cfg.d/lab',
    'etc/resolv.conf',
    'etc/hostname',
    'var/log/apt',
    'var/log/dpkg.log',
    'var/log/bootstrap.log',
    ...['doc', 'man', 'info', 'locale', 'bash-completion', 'zsh'].map((name) => `usr/share/${name}`),
  ].map((path) => join(tree, path))
  const many = [
    'boot/initrd*',
    'var/lib/apt/lists/*',
    'var/cache/apt/*',
    'etc/ssh/ssh_host_*',
    'usr/share/qemu/{edk2,hppa,skiboot,u-boot,opensbi,openbios}*',
  ]
  for (const path of [...gone, ...many.flatMap((pattern) => globSync(join(tree, pattern)))])
    rmSync(path, { recursive: true, force: true })
}

function installFiles(tree: string): void {
  cpSync(join(room, 'node'), tree, { recursive: true })
  appendFileSync(
    join(tree, 'etc/libvirt/qemu.conf'),
    '\nsecurity_driver = "none"\nmigration_address = "0.0.0.0"\nnamespaces = []\n',
  )
  writeFileSync(join(tree, 'etc/machine-id'), '')
  mkdirSync(join(tree, 'var/target/pr'), { recursive: true })
  mkdirSync(join(tree, 'var/lib/lab/guest'), { recursive: true })
}

/** One key opens all accounts; each node has a host key of its own, and all know all, so that nothing is ever trusted unseen. */
async function addKeys(work: string, tree: string): Promise<void> {
  const keygen = (path: string, comment: string) =>
    mustRun('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path], { deadlineMs })
  await keygen(join(work, 'id_ed25519'), 'lab')
  mkdirSync(join(tree, 'etc/ssh/lab'), { mode: 0o700 })
  let known = ''
  for (const node of keyedNodes) {
    await keygen(join(tree, 'etc/ssh/lab', node), node)
    known += `${node} ${readFileSync(join(tree, 'etc/ssh/lab', `${node}.pub`), 'utf8')}`
  }
  writeFileSync(join(work, 'known_hosts'), known)
  writeFileSync(join(tree, 'etc/ssh/ssh_known_hosts'), known)
  giveKey(work, join(tree, 'root'))
  cpSync(join(work, 'id_ed25519'), join(tree, 'root/.ssh/id_ed25519'))
}

function giveKey(work: string, home: string): void {
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
  writeFileSync(join(home, '.ssh/authorized_keys'), readFileSync(join(work, 'id_ed25519.pub')), { mode: 0o600 })
}

async function addAccounts(tree: string): Promise<void> {
  const inside = (...args: string[]) => mustRun('chroot', [tree, ...args], { deadlineMs })
  for (const account of accounts) {
    // '*' and not '!': without PAM, sshd takes '!' for a locked account and refuses its key too.
    await inside('useradd', '-m', '-g', 'users', '-s', '/bin/bash', '-p', '*', account)
    giveKey(join(tree, '..'), join(tree, 'home', account))
    await inside('chown', '-R', `${account}:users`, `/home/${account}`)
  }
  await inside('chmod', '0440', '/etc/sudoers.d/operator')
  await inside('passwd', '-d', 'root') // for the serial console only: sshd takes keys alone
}

async function setUnits(tree: string): Promise<void> {
  const systemctl = (verb: string, units: readonly string[]) =>
    mustRun('chroot', [tree, 'systemctl', verb, ...units], { deadlineMs })
  await systemctl('disable', disabledUnits)
  await systemctl('mask', maskedUnits)
  await systemctl('enable', enabledUnits)
}

async function makeBootFiles(work: string, tree: string, kernel: string): Promise<void> {
  const modules = join(tree, 'lib/modules', kernel)
  const vmlinuz = readFileSync(join(tree, 'boot', `vmlinuz-${kernel}`))
  const busybox = readFileSync(join(tree, 'bin/busybox'))
  const node = [
    ...baseEntries(busybox, readFileSync(join(room, 'image/node-init'))),
    ...moduleEntries(modules, nodeModules),
  ]
  const guest = [
    ...baseEntries(busybox, readFileSync(join(room, 'guest/init'))),
    ...moduleEntries(modules, guestModules),
    { path: 'bin/counter', mode: 0o755, content: readFileSync(join(work, 'counter')) },
  ]
  writeFileSync(join(work, 'vmlinuz'), vmlinuz)
  writeFileSync(join(work, 'initrd.gz'), initramfs(node))
  writeFileSync(join(work, 'guest.gz'), initramfs(guest))
  writeFileSync(join(tree, 'var/lib/lab/guest/vmlinuz'), vmlinuz)
  writeFileSync(join(tree, 'var/lib/lab/guest/initrd.gz'), initramfs(guest))
}

async function makeFileSystem(work: string, tree: string): Promise<void> {
  const options = ['-O', '^metadata_csum,^64bit', '-E', 'lazy_itable_init=1,lazy_journal_init=1', '-J', 'size=16']
  await mustRun('mke2fs', ['-q', '-t', 'ext4', ...options, '-L', 'labroot', '-d', tree, join(work, 'base.raw'), '4G'], {
    deadlineMs,
  })
}

const [work] = process.argv.slice(2)
if (work === undefined) throw new TypeError('usage: assemble.ts WORK-FOLDER')
await assemble(work)
