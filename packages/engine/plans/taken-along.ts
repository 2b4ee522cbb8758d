/** What of a VM becomes another on another blade, and its recorded definition with that. */
import { parseDomain, withEmulator } from '@anyblade/domain-xml'
import type { DocumentChange } from '#actions'
import type { Vm } from '#documents'

/** `emulator`: the one that it is run by from now on; undefined: the one that it names. */
export type Changed = { readonly emulator: string | undefined }

/** The domain's text as it is defined there. @throws DomainXmlError */
export function definedAs(xml: string, { emulator }: Changed): string {
  return emulator === undefined || parseDomain(xml).emulator === undefined ? xml : withEmulator(xml, emulator)
}

/** Its text beside its document, where it is another now. @throws DomainXmlError */
export function redefined({ name, xml }: Pick<Vm, 'name' | 'xml'>, changed: Changed): DocumentChange[] {
  const text = definedAs(xml, changed)
  return text === xml ? [] : [{ document: `vms/${name}.xml`, text }]
}
