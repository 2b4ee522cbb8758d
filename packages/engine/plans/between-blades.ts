/**
 * How one blade reaches another: its libvirt over ssh, and where a guest's memory goes. Each name and address comes out of
 * documents, or is what the blade has told of itself; libvirt's and ssh's ways of writing it are here.
 */
import type { Transfer } from '#actions'
import { type Blade, sshDestination } from '#documents'
import { reportOf, type Survey } from '#survey'

/** As ssh on another blade names it, which may be with a user. */
export const loginHost = (blade: Blade): string =>
  (blade.migration_host ?? blade.ssh.replace(/^.*@/, '')).replace(/\[(.*)\]$/, '$1')
const withoutUser = (host: string): string => host.replace(/^.*@/, '')

/** An IPv6 address stands in brackets there. */
const inUri = (host: string): string => host.replace(/^(.*@)?(.*:.*)$/, '$1[$2]')

/** Its libvirt as the source's libvirtd reaches it, over ssh between the blades; `key`: a private key's file there. */
export const libvirtUri = (to: Blade, key: string | undefined): string =>
  `qemu+ssh://${inUri(loginHost(to))}/system${key === undefined ? '' : `?keyfile=${key}`}`

/**
 * Where the memory of a guest goes; undefined: libvirt's own connection carries it, or the destination says where by its
 * own name.
 */
export function memoryUri(to: Blade, { encrypted }: Transfer): string | undefined {
  if (to.migration_host === undefined || encrypted === 'ssh') return undefined
  return `tcp://${inUri(withoutUser(loginHost(to)))}`
}

/**
 * The same way for a look that measures it: where no URI is given libvirt takes the host name that the destination has. For
 * the first look it is taken for the name by which the destination is reached, which mostly is the same one.
 */
export function wayOfMemory(to: Blade, transfer: Transfer, seen: Survey | undefined): string {
  const own =
    seen === undefined ? withoutUser(loginHost(to)) : sshDestination(reportOf(seen, to.name)?.host.hostname ?? '')
  const throughSsh = `ssh://${inUri(loginHost(to))}`
  if (transfer.encrypted === 'ssh' || (own === undefined && to.migration_host === undefined)) return throughSsh
  return memoryUri(to, transfer) ?? `tcp://${own}`
}
