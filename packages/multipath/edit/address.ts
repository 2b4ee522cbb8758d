/**
 * Which section or statement of a file is meant.
 * May come in: a document. May not: changes, values in effect.
 */
import { bytesOf, type Document, latin1, type Node, type Section, type Statement } from '../syntax/document.ts'

/** A section by what it is about. Texts are Unicode, compared byte for byte. */
export type SectionAddress =
  | { readonly path: 'defaults' | 'blacklist' | 'blacklist_exceptions' | 'overrides' }
  | { readonly path: 'multipaths/multipath'; readonly wwid: string }
  | { readonly path: 'devices/device'; readonly vendor: string; readonly product: string; readonly revision?: string }
  | { readonly path: 'overrides/protocol'; readonly type: string }

const utf8 = new TextEncoder()

/** Unicode text as the one-character-a-byte text that documents hold. */
export function documentText(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : latin1(utf8.encode(text))
}

/** Text of a document as Unicode. */
export function unicodeText(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : new TextDecoder().decode(bytesOf(text))
}

/** The keyword and text pairs a section is recognised by. */
export function identity(address: SectionAddress): readonly (readonly [string, string | undefined])[] {
  switch (address.path) {
    case 'multipaths/multipath':
      return [['wwid', address.wwid]]
    case 'devices/device':
      return [
        ['vendor', address.vendor],
        ['product', address.product],
        ['revision', address.revision],
      ]
    case 'overrides/protocol':
      return [['type', address.type]]
    default:
      return []
  }
}

/** All sections of that address, in the order of the file. */
export function sectionsAt(document: Document, address: SectionAddress): Section[] {
  const [root = '', inner] = address.path.split('/')
  const roots = sectionsNamed(document.nodes, root)
  if (inner === undefined) return roots
  const wanted = identity(address)
  return roots
    .flatMap((section) => sectionsNamed(section.children, inner))
    .filter((section) =>
      wanted.every(
        ([keyword, text]) => lastText(section, keyword) === (text === undefined ? undefined : documentText(text)),
      ),
    )
}

export function sectionsNamed(nodes: readonly Node[], name: string): Section[] {
  return nodes.filter((node): node is Section => node.kind === 'section' && node.keyword.name === name)
}

/** The statements of a field in a section; the last one counts. */
export function statementsOf(section: Section, field: string): Statement[] {
  return section.children.filter((node): node is Statement => node.kind === 'statement' && node.keyword.field === field)
}

/** The text a section gives a field. */
export function lastText(section: Section, field: string): string | undefined {
  return statementsOf(section, field).at(-1)?.value?.text
}
