/**
 * The programs that run on a blade, as text, each with the version that its own bytes give it. They are sent with the
 * call; nothing is installed. May come in: the files beside this one. May not: an argument of any call.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const files = new Map<string, string>()

function fileText(name: string): string {
  const known = files.get(name) ?? readFileSync(new URL(name, import.meta.url), 'utf8')
  files.set(name, known)
  return known
}

const text = (...names: readonly string[]): string => names.map(fileText).join('\n\n')

/** Which program it was: the first 12 hex digits of its text's SHA-256. */
const versionOf = (...texts: string[]): string =>
  createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 12)

const ofReader = (...parts: string[]): string => text(...parts.map((part) => `reader/${part}.py`))

/** What both programs of python3 stand on: questions to the kernel, to disks, to libvirt and to multipathd. */
const BASE = ['children', 'sysfs', 'scsi', 'reservations', 'libvirt', 'multipathd'] as const

/** python3: reads sysfs, devices and libvirt; see reader/modes.py for what it can be asked. */
export const reader = ofReader(
  ...BASE,
  'host_disks',
  'timers',
  'initramfs',
  'machines',
  'moving',
  'state',
  'reach',
  'wwid',
  'lan',
  'modes',
)

/** What a slow blade takes longest for is to read a program of python3. Of the reader, as much as a survey by these words needs. */
export function readerFor(words: readonly string[]): string {
  const isAsked = (start: string) => words.some((word) => word.startsWith(start))
  return ofReader(
    'children',
    'sysfs',
    'scsi',
    'libvirt',
    ...(isAsked('reservation=') ? ['reservations'] : []),
    ...(isAsked('reservation=') || isAsked('timers') ? ['multipathd'] : []),
    ...(isAsked('host-disks') ? ['host_disks'] : []),
    ...(isAsked('timers') ? ['timers'] : []),
    ...(isAsked('initramfs') ? ['initramfs'] : []),
    ...(isAsked('machine=') ? ['machines'] : []),
    ...(isAsked('guest=') || isAsked('send=') || isAsked('receive=') ? ['moving'] : []),
    ...(isAsked('login=') || isAsked('credentials') ? ['reach'] : []),
    ...(isAsked('state=') ? ['state'] : []),
    ...(isAsked('lan=') ? ['lan'] : []),
    'modes',
  )
}

/** As much of it as the acts need, which ask disks who they are. */
export const inquirer = ofReader('children', 'sysfs', 'scsi', 'wwid', 'modes')
/** And as much as tells how far a migration is. */
export const jobReader = ofReader('children', 'sysfs', 'libvirt', 'modes')
/** And as much as gives what a guest keeps beside its disks. */
export const stateReader = ofReader('children', 'sysfs', 'libvirt', 'state', 'modes')

const probeText = text('baseline.sh', 'puppet.sh', 'probe.sh')
const plain = text('plain.sh')

/** sh: read-only, one round trip. Its first three arguments are `reader`, `plain` and `version`; see probe.sh. */
export const probe = { text: probeText, reader, plain, version: versionOf(probeText, reader, plain) } as const

const wrapperText = text(...['names', 'leases', 'journal', 'acts', 'show', 'verbs'].map((part) => `wrapper/${part}.sh`))

/** sh: the one way by which anything on a blade is changed; its verbs and exit statuses stand at its head. */
export const wrapper = { text: wrapperText, version: versionOf(wrapperText) } as const

const ofWriter = (onReader: readonly string[], ...parts: string[]): string =>
  text(...onReader.map((part) => `reader/${part}.py`), ...[...parts, 'main'].map((part) => `writer/${part}.py`))

const KEYS = ['reservation', 'registration', 'fence'] as const
const HAND_OVER = ['destination', 'ladder', 'source', 'settle'] as const
const writerText = ofWriter([...BASE, 'wwid'], 'watched', 'emulator', 'disks', ...KEYS, ...HAND_OVER)
/** Of it, as much as changes registrations, and as much as asks disks who they are. */
const keeper = ofWriter([...BASE, 'wwid'], ...KEYS)
const stateKeeper = ofWriter(['children', 'sysfs', 'scsi', 'libvirt', 'state', 'wwid'], 'state')
const proveDisks = ofWriter(['children', 'sysfs', 'scsi', 'libvirt', 'wwid'], 'disks')

/** python3: reservations changed, and the hand-over; see writer/main.py for its roles. It stands on the reader's parts. */
export const writer = { text: writerText, version: versionOf(writerText) } as const

const quoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`
const asWriter = (role: string): string => `exec python3 -I -S -c ${quoted(writerText)} ${role} "$@"`
const asKeeper = (role: string): string => `exec python3 -I -S -c ${quoted(keeper)} ${role} "$@"`

const asStateKeeper = (role: string): string => `exec python3 -I -S -c ${quoted(stateKeeper)} ${role} "$@"`

const onPaths = (name: string): string => text('acts/paths.sh', `acts/${name}.sh`)
const onUses = (name: string): string => text('acts/paths.sh', 'acts/uses.sh', `acts/${name}.sh`)
const onTraces = (name: string): string => text('acts/paths.sh', 'acts/traces.sh', `acts/${name}.sh`)
const withWriter = (name: string): string => `writer=${quoted(writerText)}\n${onDomain(name)}`
const onDisks = (name: string): string =>
  `writer=${quoted(proveDisks)}\n${text('acts/domain.sh', 'acts/guest-disks.sh', `acts/${name}.sh`)}`
const onAgent = (name: string): string => text('acts/agent.sh', 'acts/config.sh', `acts/${name}.sh`)
const onWork = (name: string): string => text('acts/work.sh', `acts/${name}.sh`)
const onDrive = (name: string): string => text('acts/domain.sh', 'acts/drive.sh', `acts/${name}.sh`)
const onTrust = (name: string): string => text('acts/trust.sh', `acts/${name}.sh`)
const onDomain = (name: string): string => text('acts/domain.sh', `acts/${name}.sh`)

/** sh: the acts, each idempotent and proved by reading back; for the wrapper to run. */
export const acts = {
  'check-lun-free': onPaths('check-lun-free'),
  'remove-paths': onPaths('remove-paths'),
  'scan-lun': onPaths('scan-lun'),
  'rescan-lun': onPaths('scan-lun'),
  'remove-stale': onUses('remove-stale'),
  'rescan-paths': onPaths('rescan-paths'),
  'resize-map': onPaths('resize-map'),
  'resize-disk': onDomain('resize-disk'),
  'check-unused': onUses('check-unused'),
  'flush-map': onUses('flush-map'),
  'forget-lun': onTraces('forget-lun'),
  'certify-gone': onTraces('certify-gone'),
  'install-config': text('acts/config.sh', 'acts/install-config.sh'),
  'try-config': onAgent('try-config'),
  'run-agent': onAgent('run-agent'),
  'install-host-file': text('acts/install-host-file.sh'),
  'disable-autostart': onDomain('disable-autostart'),
  'enable-autostart': onDomain('enable-autostart'),
  'define-domain': onDomain('define-domain'),
  'undefine-domain': onDomain('undefine-domain'),
  'start-domain': onDisks('start-domain'),
  'resume-domain': onDisks('resume-domain'),
  'stop-domain': onDomain('stop-domain'),
  'eject-medium': onDrive('eject-medium'),
  'insert-medium': onDrive('insert-medium'),
  'check-command': onWork('check-command'),
  'run-command': onWork('run-command'),
  'reboot-host': onWork('reboot-host'),
  'make-key': onTrust('make-key'),
  'drop-key': onTrust('drop-key'),
  'set-trust': onTrust('set-trust'),
  'leave-fleet': text('acts/leave-fleet.sh'),
  'await-landing': withWriter('await-landing'),
  'dismiss-unit': asWriter('dismiss'),
  'migrate-domain': asWriter('source'),
  'hold-landing': asWriter('hold'),
  'ask-source': asWriter('ask'),
  'take-landing': asWriter('take'),
  'clear-source': asWriter('clear'),
  'drop-landing': asWriter('drop'),
  'give-back': asWriter('give-back'),
  'restore-state': asStateKeeper('restore-state'),
  'remove-state': asStateKeeper('remove-state'),
  'register-key': asKeeper('register-key'),
  'reserve-volume': asKeeper('reserve-volume'),
  'reassert-volume': asKeeper('reserve-volume'),
  'unregister-key': asKeeper('unregister-key'),
  'preempt-key': asKeeper('preempt-key'),
  'fence-volume': asKeeper('fence-volume'),
  'hold-fence': asKeeper('hold-fence'),
  'drop-keys': asKeeper('drop-keys'),
} as const
