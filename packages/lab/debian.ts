/**
 * What this machine must have: the Debian packages that build the image and run the nodes.
 * May come in: dpkg's own word. May not: a package that the lab could do without.
 */
import { LabError } from './errors.ts'
import { mustRun, program } from './program.ts'
import type { Report } from './progress.ts'

/** Debian 12 names. */
export const neededPackages = [
  'e2fsprogs', // mke2fs: a file system from a folder, no loop device
  'gcc', // the test guest's counter
  'libc6-dev',
  'mmdebstrap',
  'openssh-client',
  'qemu-system-x86',
  'qemu-utils',
] as const

const minuteMs = 60_000
/** dpkg-query's own placeholders. */
const statusFormat = `\${Package} \${db:Status-Status}\n`

/** Those of `neededPackages` that are not installed. @throws LabError `unfit-machine` where there is no dpkg */
export async function missingPackages(): Promise<string[]> {
  const asked = await program('dpkg-query', ['-W', '-f', statusFormat, ...neededPackages], {
    deadlineMs: minuteMs,
  }).catch((cause: unknown) => {
    throw new LabError(
      'unfit-machine',
      {
        attempted: 'look which Debian packages are installed',
        found: 'this system has no dpkg-query',
        hint: 'the lab runs on Debian 12 and systems made from it',
      },
      { cause },
    )
  })
  const installed = new Set(asked.stdout.split('\n').filter((line) => line.endsWith(' installed')))
  return neededPackages.filter((name) => !installed.has(`${name} installed`))
}

/** The one command that installs them. */
export const installCommand = (packages: readonly string[]): string =>
  `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`

/** Installs what is missing, as root. @throws LabError `packages-missing` otherwise, with the command to run */
export async function installPackages(report: Report): Promise<void> {
  const missing = await missingPackages()
  if (missing.length === 0) return
  if (process.getuid?.() !== 0)
    throw new LabError('packages-missing', {
      attempted: 'install Debian packages that the lab needs',
      found: `not root, and these are missing: ${missing.join(', ')}`,
      hint: `sudo sh -c '${installCommand(missing)}'`,
    })
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { deadlineMs: 15 * minuteMs, env }
  report({ what: 'apt-get update' })
  await mustRun('apt-get', ['update'], options)
  const what = `install ${missing.join(', ')}`
  report({ what })
  const onLine = (line: string) => report({ what, detail: line.slice(0, 60) })
  await mustRun('apt-get', ['install', '-y', '--no-install-recommends', ...missing], { ...options, onLine })
}
