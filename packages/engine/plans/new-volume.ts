/** What a volume that comes into the fleet begins with: a name that nobody has, who keeps it to one writer, its document. */
import type { DocumentChange, Field } from '#actions'
import {
  type Alias,
  type BladeName,
  type Fleet,
  formatSize,
  formerlyNamed,
  reservationKey,
  type WriterClass,
} from '#documents'
import { EngineError } from '#errors'
import { reservationTier } from '#findings'
import { reportOf, type Survey } from '#survey'
import type { Appearing, Reserving } from './appear.ts'
import { bladeIn } from './missing.ts'
import { homeFields } from './writer-claims.ts'

/** A name is not given while it is recorded: whatever remembers it would take the new LUN for the old one. */
export function refuseTakenName(fleet: Fleet, name: Alias, attempted: string): void {
  const now = formerlyNamed(fleet, name)
  if (now !== undefined)
    throw new EngineError('document-exists', {
      attempted,
      found: `${name} was the name of ${now.alias}, and an initramfs or an array may know it by that`,
      hint: 'choose another name',
    })
  const out = fleet.aside.get(name)
  if (out === undefined && !fleet.volumes.has(name)) return
  throw new EngineError('document-exists', {
    attempted,
    found: `the fleet has a volume ${name}${out === undefined ? '' : `, which is ${out.state}`}`,
    hint: out?.state === 'aside' ? `anyblade volume restore ${name}` : 'choose another name',
  })
}

export const volumeDocument = (
  { volume, wwid, size, array, lun }: Appearing,
  writer: WriterClass | undefined,
  reserve: Reserving | undefined,
): DocumentChange => ({
  document: `volumes/${volume}.yaml`,
  set: [
    { path: ['wwid'], value: wwid },
    { path: ['size'], value: formatSize(size) },
    { path: ['array'], value: array },
    { path: ['lun'], value: String(lun) },
    ...writerFields(writer, reserve),
    { path: ['protected'], value: 'true' },
  ],
})

const FIRST_GENERATION = 1

type Wanted = { readonly writer: WriterClass | undefined; readonly home: BladeName | undefined }

/**
 * Parked at its home from the start, so that no other blade can ever write it unasked. Nobody is named as its writer
 * where a blade could not keep to that: then the volume's proofs say the weaker tier.
 */
export function reserving(
  fleet: Fleet,
  survey: Survey,
  { writer, home }: Wanted,
  blades: readonly BladeName[],
): Reserving | undefined {
  if (writer !== 'array' && writer !== undefined) return undefined
  const weak = blades.flatMap((name) => {
    const blade = bladeIn(fleet, name)
    const report = reportOf(survey, name)
    const { tier, because } = report === undefined ? UNREAD : reservationTier(blade, report.tools)
    return tier === 'none' ? [`${name}: ${because}`] : []
  })
  if (weak.length > 0) {
    if (writer === undefined) return undefined
    throw new EngineError('intent-invalid', {
      attempted: 'let the array keep the volume to one writer',
      found: weak.join('; '),
      hint: 'name another --writer, or mend these blades first',
    })
  }
  const at = home ?? blades[0]
  const key = at && reservationKey(fleet, bladeIn(fleet, at), FIRST_GENERATION)
  return at === undefined || key === undefined ? undefined : { home: at, key }
}

const UNREAD = { tier: 'none', because: 'it gave no answer' } as const

const writerFields = (writer: WriterClass = 'none', reserve: Reserving | undefined): Field[] =>
  reserve === undefined
    ? [{ path: ['writer'], value: writer }]
    : [{ path: ['writer'], value: 'array' }, ...homeFields(reserve.home, FIRST_GENERATION)]
