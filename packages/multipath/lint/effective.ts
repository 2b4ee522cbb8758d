/**
 * A setting as it holds for one kind of device: overrides before the device's section before defaults before built in.
 * May come in: a subject. May not: multipaths sections, which are looked at one by one.
 * Source: libmultipath/propsel.c
 */
import { keywordsOf } from '../releases/keyword.ts'
import { lastIn, lastSaid, type Said, type SectionSaid, type Subject } from './subject.ts'

/** A value and who said it; nobody where it is compiled in. */
export type Holding = { readonly value: string; readonly said: Said | undefined }

/** What holds for devices that no section of the files names; empty where nothing is set. */
export function holding(subject: Subject, field: string): Holding {
  const said = lastSaid(subject, 'overrides', field) ?? lastSaid(subject, 'defaults', field)
  return said === undefined ? { value: compiledIn(subject, field), said } : { value: said.value, said }
}

/** What holds for the devices of one section; overrides win over it. */
export function holdingIn(subject: Subject, device: SectionSaid, field: string): Holding {
  const over = lastSaid(subject, 'overrides', field)
  const own = lastIn(subject, device.section, field)
  const said = over ?? own ?? lastSaid(subject, 'defaults', field)
  return said === undefined ? { value: compiledIn(subject, field), said } : { value: said.value, said }
}

/** The device sections of the files. */
export function deviceSections(subject: Subject): readonly SectionSaid[] {
  return subject.sections.filter(({ section }) => section.path === 'devices/device')
}

/** Every place that has its own value of any of these fields: overrides and defaults as one, and each device section. */
export function settingsOf(subject: Subject, fields: readonly string[]): readonly ReadonlyMap<string, Holding>[] {
  const common = new Map(fields.map((field) => [field, holding(subject, field)]))
  const devices = deviceSections(subject)
    .filter(({ section }) => fields.some((field) => lastIn(subject, section, field) !== undefined))
    .map((device) => new Map(fields.map((field) => [field, holdingIn(subject, device, field)])))
  return [common, ...devices]
}

function compiledIn(subject: Subject, field: string): string {
  const keyword = keywordsOf(subject.release).get('defaults')?.byName.get(field)
  return String(keyword?.initial ?? keyword?.fallback ?? '')
}
