/**
 * Edits of what a domain is called and which emulator runs it.
 * May come in: domain XML and the new value. May not: any other change of the text.
 */
import { documentOf, uuidOf } from '#domain'
import { applied, child, contentText, type Document, type Edit, type Element } from '#xml'
import { insertAfter, insertFirst, setText } from './place-in.ts'
import { checkName, checkPath, checkUuid } from './value.ts'

/** The text with the emulator set, first in `<devices>` where there was none. `path` is absolute. @throws DomainXmlError */
export function withEmulator(text: string, path: string): string {
  checkPath('emulator', path)
  const { document, devices } = documentOf(text)
  const found = child(devices, 'emulator')
  return applied(text, found === undefined ? [addEmulator(document, devices, path)] : setText(found, path))
}

function addEmulator(document: Document, devices: Element | undefined, path: string): Edit {
  const xml = `<emulator>${contentText(path)}</emulator>`
  if (devices !== undefined) return insertFirst(document, devices, xml)
  const last = document.root.children.findLast((node) => node.kind === 'element') ?? document.root
  return insertAfter(document, last, `<devices>${xml}</devices>`)
}

/** The text with another name. @throws DomainXmlError */
export function withName(text: string, name: string): string {
  checkName(name)
  const { document } = documentOf(text)
  const found = child(document.root, 'name')
  return found === undefined ? text : applied(text, setText(found, name))
}

/** The text with this uuid, put behind the name where there was none. @throws DomainXmlError */
export function withUuid(text: string, uuid: string): string {
  checkUuid(uuid)
  const { document, domain } = documentOf(text)
  if (domain.uuid === uuidOf(uuid)) return text
  const found = child(document.root, 'uuid')
  if (found !== undefined) return applied(text, setText(found, uuidOf(uuid)))
  const name = child(document.root, 'name') ?? document.root
  return applied(text, [insertAfter(document, name, `<uuid>${uuidOf(uuid)}</uuid>`)])
}
