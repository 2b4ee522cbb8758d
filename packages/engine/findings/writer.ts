/**
 * Claim: a VM's domain and its volumes' documents agree on who keeps them to one writer. The live domain counts where
 * there is one. Where the array does not, the proof says so: then only this look keeps a second writer off.
 * A guest's own reservations are registered for the paths of the blade that it runs on, and do not move with it.
 */
import { type Alias, type Fleet, type Vm, type WriterClass, writersInDomain } from '#documents'
import { domainsOf, libvirtSilenceOf, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function writer(claim: ClaimOf<'writer'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, vm: name, doing } = claim
  const vm = fleet.vms.get(name)
  const domains = domainsOf(survey, blade)
  if (vm === undefined) return unknown(claim, `the fleet has no VM ${name}`)
  if (domains === undefined) return unknown(claim, libvirtSilenceOf(survey, blade))
  const live = domains.find((domain) => domain.uuid === vm.uuid)
  const rows = rowsOf(fleet, vm, live?.xml ?? vm.xml)
  const wrong = rows.filter(({ recorded, said }) => said !== domainWord(recorded))
  if (wrong.length > 0)
    return refuted(claim, `${name}: its domain and its volumes do not agree on who keeps them to one writer`, {
      evidence: wrong.map(
        ({ alias, recorded, said }) => `${alias}: by its document ${recorded}, by the domain ${said ?? 'nobody'}`,
      ),
      next: correction(wrong),
    })
  const guests = rows.filter(({ recorded }) => recorded === 'guest')
  if (doing === 'move' && guests.length > 0)
    return refuted(claim, `${name} reserves ${names(guests)} itself, and its registrations do not move with it`, {
      next: `anyblade vm stop ${name}; it registers anew where it starts next`,
    })
  return proved(claim, rows.map(({ alias, recorded }) => `${alias}: ${SAYS[recorded]}`).join('; '))
}

type Row = { readonly alias: Alias; readonly recorded: WriterClass; readonly said: WriterClass | undefined }

function rowsOf(fleet: Fleet, vm: Vm, xml: string): Row[] {
  const told = writersInDomain(xml)
  return vm.volumes.flatMap((alias): Row[] => {
    const recorded = fleet.volumes.get(alias)?.writer
    return recorded === undefined ? [] : [{ alias, recorded, said: told.get(alias) }]
  })
}

/** What the domain must say of a volume's writer: of the array and of nobody it has no word. */
const domainWord = (recorded: WriterClass): WriterClass | undefined =>
  recorded === 'array' || recorded === 'none' ? undefined : recorded

const names = (rows: readonly Row[]): string => rows.map(({ alias }) => alias).join(', ')

function correction([first]: readonly Row[]): string {
  if (first === undefined) return ''
  const { alias, recorded, said } = first
  if (recorded === 'array')
    return `take ${said}'s elements out of the domain, or give it a volume with --writer ${said}`
  return `correct writer in volumes/${alias}.yaml, or the domain`
}

const SAYS: Readonly<Record<WriterClass, string>> = {
  array: 'the array keeps it to one writer',
  guest: 'its guest reserves it itself; the array keeps no second start off before that',
  shared: 'several are meant to write it; nobody keeps it to one',
  lease: 'a lease of its domain keeps it to one writer, as far as each start takes it',
  none: 'nobody keeps it to one writer but this look',
}
