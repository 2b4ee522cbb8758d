/**
 * How a domain boots: `<os>`.
 * May come in: an `<os>`. May not: what the machine type's alias means on a blade.
 */
import type { Place } from '#errors'
import { attribute, child, children, childText, type Document, type Element, textOf } from '#xml'

export type Firmware = { readonly path: string; readonly place: Place; readonly isReadonly: boolean }

export type OperatingSystem = {
  readonly arch: string | undefined
  readonly machine: string | undefined // pc, q35, pc-i440fx-7.2 …
  readonly kernel: string | undefined
  readonly initrd: string | undefined
  readonly cmdline: string | undefined
  /** efi or bios, where libvirt is to choose the loader. */
  readonly firmware: string | undefined
  readonly loader: Firmware | undefined
  /** The guest's own firmware variables: a file on one blade, which a cold start elsewhere lacks. */
  readonly nvram: { readonly path: string | undefined; readonly template: string | undefined } | undefined
  readonly bootDevices: readonly string[] // hd, cdrom, network, fd
}

export function readOperatingSystem(document: Document, os: Element | undefined): OperatingSystem {
  const type = child(os, 'type')
  return {
    arch: attribute(type, 'arch'),
    machine: attribute(type, 'machine'),
    kernel: childText(os, 'kernel'),
    initrd: childText(os, 'initrd'),
    cmdline: childText(os, 'cmdline'),
    firmware: attribute(os, 'firmware'),
    loader: readLoader(document, child(os, 'loader')),
    nvram: readNvram(child(os, 'nvram')),
    bootDevices: children(os, 'boot').flatMap((boot) => attribute(boot, 'dev') ?? []),
  }
}

function readLoader(document: Document, loader: Element | undefined): Firmware | undefined {
  const path = loader === undefined ? '' : textOf(loader)
  if (loader === undefined || path === '') return undefined
  return { path, place: document.place(loader), isReadonly: attribute(loader, 'readonly') === 'yes' }
}

function readNvram(nvram: Element | undefined): OperatingSystem['nvram'] {
  if (nvram === undefined) return undefined
  // Since libvirt 8.5 a disk-like <source file=…/> may stand in it instead of the path.
  const path = textOf(nvram).trim() || attribute(child(nvram, 'source'), 'file')
  return { path, template: attribute(nvram, 'template') }
}
