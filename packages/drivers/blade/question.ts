/** A question to a blade as the words that its probe takes. */
import { type BladeQuestion, machineWord } from '@anyblade/engine'
import { probe, readerFor } from '@anyblade/on-blade'
import { linuxCandidates } from '@anyblade/scsi'
import type { Question } from './connections.ts'

/** A blade with thousands of paths answers in some MiB. */
const MAX_BYTES = 32 * 1024 * 1024

/**
 * The probe for `question`; `seconds` bound its slow part on the blade. Each LUN is asked for in all its codings. `mark`, in
 * hex, is borne by the frames of all blades that are asked together, and of nobody else.
 */
export function surveyCall(question: BladeQuestion, seconds: number, mark: string): Question {
  const asked = words(question, mark)
  return {
    script: probe.text,
    args: [readerFor(asked), probe.plain, probe.version, String(seconds), ...asked],
    maxBytes: MAX_BYTES,
  }
}

function words(question: BladeQuestion, mark: string): string[] {
  const { paths, reservations, machines, guests, states, speeds, files, lan } = question
  const some = typeof paths === 'object' ? paths : { luns: [], maps: [] }
  const scope = paths === 'all' ? 'all' : paths === 'none' && reservations.length === 0 ? 'none' : 'some'
  return [
    `paths=${scope}`,
    ...some.luns.flatMap((lun) => linuxCandidates(lun).map((number) => `lun=${number}`)),
    ...[...new Set([...some.maps, ...reservations])].map((map) => `map=${map}`),
    ...reservations.map((map) => `reservation=${map}`),
    ...(['config', 'baseline', 'agent', 'domains', 'emulators', 'capabilities', 'timers', 'initramfs'] as const).filter(
      (part) => question[part],
    ),
    ...(question.hostDisks ? ['host-disks'] : []),
    ...machines.map((machine) => `machine=${machineWord(machine)}`),
    ...guests.map((uuid) => `guest=${uuid}`),
    ...states.map((uuid) => `state=${uuid}`),
    ...speeds.map(({ link, way }) => (way === undefined ? `receive=${link}` : `send=${link}=${way}`)),
    ...(question.logins.length > 0 || question.credentials ? [`fleet=${question.fleet}`] : []),
    ...(question.credentials ? ['credentials'] : []),
    ...question.logins.map((host) => `login=${host}`),
    ...files.map((file) => `file=${file}`),
    ...(lan.length > 0 ? [`lan-mark=${mark}`] : []),
    ...lan.map(({ device, vlan, machines }) => `lan=${[device, vlan, ...machines].join(':')}`),
  ]
}
