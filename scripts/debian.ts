/**
 * The Debian packages that the tests and the demonstration need, beside those of the lab itself; installed as root,
 * otherwise named in one command.
 */
import { spawnSync } from 'node:child_process'
import { installCommand, neededPackages } from '@anyblade/lab'

/** For the demonstration beside the lab's own. */
const FOR_START: Readonly<Record<string, string>> = {
  git: 'fleets are git repositories',
}

/** For the tests beside those. */
const FOR_TESTS: Readonly<Record<string, string>> = {
  'openssh-server': 'tests of the SSH driver against a real server',
  sudo: 'tests with an account that is not root',
  busybox: 'programs that run on blades are tried under three shells',
  dash: 'likewise',
  python3: 'the reader of the probe',
  'multipath-tools': 'the real parser of multipath.conf, to compare ours with',
  'libvirt-daemon': 'a real libvirtd for the tests of the RPC client',
  'libvirt-daemon-system': 'its configuration',
  'libvirt-clients': 'virsh, to compare with',
  'puppet-agent': 'a real puppet for the delivery by it',
  subversion: 'fleets may lie in a working copy of it; tested against a real svnserve',
}

/** For the soak beside those: what is too heavy for every test run. */
const FOR_SOAK: Readonly<Record<string, string>> = {
  puppetserver: 'a real server of puppet for the delivery by it',
  curl: 'asks it whether it has started',
}

/** For the bench beside those of the tests: what an administrator would use instead. */
const FOR_BENCH: Readonly<Record<string, string>> = {
  pssh: 'a command on all blades',
  'ansible-core': 'the same, and a file on all blades',
  'augeas-tools': 'an alias changed in multipath.conf',
  udev: 'its scsi_id',
}

function missing(needed: readonly string[]): string[] {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '$' + '{Package} $' + '{db:Status-Status}\n', ...needed], {
    encoding: 'utf8',
  })
  const installed = new Set(String(stdout).split('\n'))
  return needed.filter((name) => !installed.has(`${name} installed`))
}

/** Installs what is missing, or ends with exit code 2 and the one command to run. @returns what can't be had here */
export function prepareDebian(whatFor: 'start' | 'tests' | 'soak' | 'bench'): string[] {
  if (spawnSync('dpkg-query', ['--version']).status !== 0)
    return ['all that needs Debian packages: there is no dpkg here']
  const tests = whatFor === 'start' ? {} : FOR_TESTS
  const more = { ...FOR_START, ...tests, ...(whatFor === 'soak' ? FOR_SOAK : whatFor === 'bench' ? FOR_BENCH : {}) }
  const packages = missing([...neededPackages, ...Object.keys(more)])
  if (packages.length === 0) return []
  const command = installCommand(packages)
  if (process.getuid?.() !== 0) {
    console.error(`these Debian packages are missing; as root:\n  ${command}`)
    process.exit(2)
  }
  console.log(`installing ${packages.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const { status } = spawnSync('sh', ['-c', `exec >&2; ${command}`], { stdio: ['ignore', 2, 2], env })
  if (status !== 0) {
    console.error('apt-get failed; see above')
    process.exit(1)
  }
  return []
}
