/** What of a VM becomes another on another blade, and its recorded definition with that. */
import { parseDomain, withEmptyDrive, withEmulator } from '@anyblade/domain-xml'
import type { DocumentChange } from '#actions'
import type { Vm } from '#documents'
import type { Medium } from '#findings'

/** `emulator`: the one that it is run by from now on; undefined: the one that it names. `ejected`: out of its drives. */
export type Changed = { readonly emulator: string | undefined; readonly ejected: readonly Medium[] }

/** The domain's text as it is defined there. @throws DomainXmlError */
export function definedAs(xml: string, { emulator, ejected }: Changed): string {
  const { disks, emulator: named } = parseDomain(xml)
  const held = ejected.filter(({ drive, path }) =>
    disks.some(({ source, target }) => target.dev === drive && source.kind === 'file' && source.path === path),
  )
  const emptied = held.reduce((text, { drive }) => withEmptyDrive(text, drive), xml)
  return emulator === undefined || named === undefined ? emptied : withEmulator(emptied, emulator)
}

/** Its text beside its document, where it is another now. @throws DomainXmlError */
export function redefined({ name, xml }: Pick<Vm, 'name' | 'xml'>, changed: Changed): DocumentChange[] {
  if (changed.emulator === undefined && changed.ejected.length === 0) return []
  const text = definedAs(xml, changed)
  return text === xml ? [] : [{ document: `vms/${name}.xml`, text }]
}
