/**
 * Edits of a domain's disks, each found by its target (`vda`, `hda`).
 * May come in: domain XML, a target, new values. May not: a disk added or removed.
 */

import { documentOf } from '#domain'
import { DomainXmlError } from '#errors'
import {
  applied,
  attribute,
  attributeText,
  child,
  children,
  type Document,
  type Edit,
  type Element,
  quoteOf,
} from '#xml'
import { insertFirst, remove, setAttribute } from './place-in.ts'
import { checkPath } from './value.ts'

/** What to set; what is left out stays as it is. */
export type DiskDriverChange = {
  readonly cache?: string
  readonly io?: string
  readonly errorPolicy?: string
  readonly rerrorPolicy?: string
  readonly discard?: string
}

const ATTRIBUTES = [
  ['cache', 'cache'],
  ['error_policy', 'errorPolicy'],
  ['rerror_policy', 'rerrorPolicy'],
  ['io', 'io'],
  ['discard', 'discard'],
] as const

/** The text with the disk's driver set so; a disk without `<driver>` gets one. @throws DomainXmlError */
export function withDiskDriver(text: string, target: string, change: DiskDriverChange): string {
  const { document, devices } = documentOf(text)
  return applied(text, driverEdits(document, findDisk(document, devices, target), change))
}

/** The text with another source of the disk: an absolute path; the disk must be block or file. @throws DomainXmlError */
export function withDiskSource(text: string, target: string, path: string): string {
  checkPath('source of the disk', path)
  const { document, devices } = documentOf(text)
  return applied(text, sourceEdits(document, findDisk(document, devices, target), path))
}

/** The text with nothing in the drive of that target: its `<source>` goes. @throws DomainXmlError */
export function withEmptyDrive(text: string, target: string): string {
  const { document, devices } = documentOf(text)
  const source = child(findDisk(document, devices, target), 'source')
  return source === undefined ? text : applied(text, [remove(document, source)])
}

export function driverEdits(document: Document, disk: Element, change: DiskDriverChange): Edit[] {
  const values = ATTRIBUTES.flatMap(([name, key]) => {
    const value = change[key]
    return value === undefined ? [] : [{ name, value }]
  })
  const driver = child(disk, 'driver')
  if (driver !== undefined) return values.flatMap(({ name, value }) => setAttribute(document, driver, name, value))
  return values.length === 0 ? [] : [insertFirst(document, disk, emptyTag(document, disk, 'driver', values))]
}

function sourceEdits(document: Document, disk: Element, path: string): Edit[] {
  const type = attribute(disk, 'type') ?? 'file'
  if (type !== 'block' && type !== 'file')
    return document.source.fail(
      'value-invalid',
      disk.start,
      `a disk of type ${type}`,
      'only block and file have a path',
    )
  const name = type === 'block' ? 'dev' : 'file'
  const source = child(disk, 'source')
  if (source !== undefined) return setAttribute(document, source, name, path)
  return [insertFirst(document, disk, emptyTag(document, disk, 'source', [{ name, value: path }]))]
}

type NamedValue = { readonly name: string; readonly value: string }

function emptyTag(document: Document, near: Element, tag: string, values: readonly NamedValue[]): string {
  const quote = quoteOf(document, near)
  const attributes = values.map(({ name, value }) => ` ${name}=${quote}${attributeText(value, quote)}${quote}`)
  return `<${tag}${attributes.join('')}/>`
}

function findDisk(document: Document, devices: Element | undefined, target: string): Element {
  const disks = children(devices, 'disk')
  const found = disks.find((disk) => targetOf(disk) === target)
  if (found !== undefined) return found
  throw new DomainXmlError('disk-not-found', {
    attempted: `edit the disk ${target} of ${document.root.name}`,
    found: disks.length === 0 ? 'a domain without disks' : `only ${disks.map(targetOf).join(', ')}`,
    hint: "name the disk by the dev of its <target>, as in <target dev='vda'/>",
  })
}

export function targetOf(disk: Element): string {
  return attribute(child(disk, 'target'), 'dev') ?? ''
}
