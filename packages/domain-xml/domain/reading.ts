/**
 * Values out of elements, with a complaint that names the place.
 * May come in: elements of a document. May not: a default that libvirt does not have.
 */
import { type Attribute, attribute, attributeOf, type Document, type Element, textOf } from '#xml'
import { unitBytes } from './names.ts'

/**
 * The bytes of `<memory unit='MiB'>160</memory>` and its like, rounded up to whole KiB, in which libvirt counts.
 * Source: virDomainParseMemory() of libvirt: KiB where no unit is given
 * @throws DomainXmlError `value-invalid`
 */
export function memoryBytes(document: Document, element: Element): number {
  const unit = attribute(element, 'unit') ?? 'KiB'
  const scale = unitBytes(unit)
  if (scale === undefined)
    return invalid(document, element, `the unit "${unit}"`, 'use KiB, MiB, GiB, or leave it out for KiB')
  const bytes = Math.ceil((wholeNumber(document, element) * scale) / 1024) * 1024
  if (Number.isSafeInteger(bytes)) return bytes
  return invalid(document, element, `${textOf(element)} ${unit}`, 'no host has so much memory')
}

/** A count written as the text of an element. @throws DomainXmlError `value-invalid` */
export function wholeNumber(document: Document, element: Element): number {
  const text = textOf(element).trim()
  const value = Number(text)
  if (/^[0-9]+$/.test(text) && Number.isSafeInteger(value)) return value
  return invalid(document, element, `"${text.slice(0, 40)}" in <${element.name}>`, 'write a whole number')
}

/** An attribute that must be a whole number where it is given. @throws DomainXmlError `value-invalid` */
export function numberAttribute(document: Document, element: Element, name: string): number | undefined {
  const found = attributeOf(element, name)
  if (found === undefined) return undefined
  if (/^-?[0-9]{1,15}$/.test(found.value)) return Number(found.value)
  return invalid(document, found, `${name}="${found.value.slice(0, 40)}"`, 'write a whole number')
}

/** @throws DomainXmlError `value-missing` */
export function missing(document: Document, at: Element | Attribute, what: string, hint: string): never {
  return document.source.fail('value-missing', at.start, `no ${what}`, hint)
}

/** @throws DomainXmlError `value-invalid` */
export function invalid(document: Document, at: Element | Attribute, found: string, hint: string): never {
  return document.source.fail('value-invalid', at.start, found, hint)
}
