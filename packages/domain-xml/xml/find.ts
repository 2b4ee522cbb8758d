/**
 * Looks things up in a tree, as libvirt does: the first of a name counts.
 * May come in: elements. May not: a guess where there is none (undefined says so).
 */
import type { Attribute } from './token.ts'
import type { Element } from './tree.ts'

export function children(element: Element | undefined, name: string): Element[] {
  const found: Element[] = []
  for (const node of element?.children ?? []) if (node.kind === 'element' && node.name === name) found.push(node)
  return found
}

export function child(element: Element | undefined, name: string): Element | undefined {
  for (const node of element?.children ?? []) if (node.kind === 'element' && node.name === name) return node
  return undefined
}

/** The element at the end of a path of names. */
export function descend(element: Element | undefined, ...names: readonly string[]): Element | undefined {
  return names.reduce(child, element)
}

export function attributeOf(element: Element | undefined, name: string): Attribute | undefined {
  return element?.attributes.find((attribute) => attribute.name === name)
}

/** The value of an attribute. */
export function attribute(element: Element | undefined, name: string): string | undefined {
  return attributeOf(element, name)?.value
}

/** All text directly in the element, as it stands: libvirt does not trim it either. */
export function textOf(element: Element): string {
  return element.children.map((node) => (node.kind === 'text' || node.kind === 'cdata' ? node.value : '')).join('')
}

/** The text of a child, undefined where it is missing or empty. */
export function childText(element: Element | undefined, name: string): string | undefined {
  const found = child(element, name)
  const text = found === undefined ? '' : textOf(found)
  return text === '' ? undefined : text
}
