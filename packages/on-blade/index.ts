/**
 * The programs that run on a blade, as text, each with the version that its own bytes give it. They are sent with the
 * call; nothing is installed. May come in: the files beside this one. May not: an argument of any call.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const text = (...names: string[]): string =>
  names.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8')).join('\n\n')

/** Which program it was: the first 12 hex digits of its text's SHA-256. */
const versionOf = (...texts: string[]): string =>
  createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 12)

/** What both programs of python3 stand on: questions to the kernel, to disks, to libvirt and to multipathd. */
const onReader = ['children', 'sysfs', 'scsi', 'reservations', 'libvirt', 'multipathd'].map(
  (part) => `reader/${part}.py`,
)

/** python3: reads sysfs, devices and libvirt; see reader/modes.py for what it can be asked. */
export const reader = text(
  ...onReader,
  ...['host_disks', 'timers', 'initramfs', 'wwid', 'lan', 'modes'].map((part) => `reader/${part}.py`),
)

const probeText = text('baseline.sh', 'puppet.sh', 'probe.sh')
const plain = text('plain.sh')

/** sh: read-only, one round trip. Its first three arguments are `reader`, `plain` and `version`; see probe.sh. */
export const probe = { text: probeText, reader, plain, version: versionOf(probeText, reader, plain) } as const

const wrapperText = text(...['names', 'leases', 'journal', 'acts', 'show', 'verbs'].map((part) => `wrapper/${part}.sh`))

/** sh: the one way by which anything on a blade is changed; its verbs and exit statuses stand at its head. */
export const wrapper = { text: wrapperText, version: versionOf(wrapperText) } as const

const writerText = text(
  ...onReader,
  'reader/wwid.py',
  ...[
    'watched',
    'emulator',
    'disks',
    'reservation',
    'registration',
    'fence',
    'destination',
    'source',
    'settle',
    'main',
  ].map((part) => `writer/${part}.py`),
)

/** python3: reservations changed, and the hand-over; see writer/main.py for its roles. It stands on the reader's parts. */
export const writer = { text: writerText, version: versionOf(writerText) } as const

const quoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`
const asWriter = (role: string): string => `exec python3 -c ${quoted(writerText)} ${role} "$@"`

const onPaths = (name: string): string => text('acts/paths.sh', `acts/${name}.sh`)
const onUses = (name: string): string => text('acts/paths.sh', 'acts/uses.sh', `acts/${name}.sh`)
const onTraces = (name: string): string => text('acts/paths.sh', 'acts/traces.sh', `acts/${name}.sh`)
const withWriter = (name: string): string => `writer=${quoted(writerText)}\n${onDomain(name)}`
const onDisks = (name: string): string =>
  `writer=${quoted(writerText)}\n${text('acts/domain.sh', 'acts/guest-disks.sh', `acts/${name}.sh`)}`
const onAgent = (name: string): string => text('acts/agent.sh', 'acts/config.sh', `acts/${name}.sh`)
const onWork = (name: string): string => text('acts/work.sh', `acts/${name}.sh`)
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
  'check-command': onWork('check-command'),
  'run-command': onWork('run-command'),
  'reboot-host': onWork('reboot-host'),
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
  'register-key': asWriter('register-key'),
  'reserve-volume': asWriter('reserve-volume'),
  'reassert-volume': asWriter('reserve-volume'),
  'unregister-key': asWriter('unregister-key'),
  'preempt-key': asWriter('preempt-key'),
  'fence-volume': asWriter('fence-volume'),
  'hold-fence': asWriter('hold-fence'),
  'drop-keys': asWriter('drop-keys'),
} as const
