/**
 * The forms of a domain's names and numbers.
 * May come in: text from a document or a caller. May not: a default.
 */

/** Source: virUUIDParse() of libvirt: 32 hex digits, hyphens between them ignored */
export function isUuid(text: string): boolean {
  return /^\s*(?:[0-9a-fA-F]-*){31}[0-9a-fA-F]-*\s*$/.test(text) && text.length <= 100
}

/** The form in which libvirt prints a uuid: lower case, 8-4-4-4-12. `text` must be one. */
export function uuidOf(text: string): string {
  const digits = text.replace(/[^0-9a-fA-F]/g, '').toLowerCase()
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Whether libvirt's QEMU driver takes it as a name. Source: virDomainDefPostParse, qemu's check for '/' */
export function isDomainName(name: string): boolean {
  return name.trim() !== '' && !/[/\n]/.test(name) && name !== '.' && name !== '..'
}

/** Six bytes in hex with colons; not a multicast address, which no interface may have. */
export function isMac(text: string): boolean {
  return /^[0-9a-fA-F][02468aceACE](?::[0-9a-fA-F]{2}){5}$/.test(text)
}

const POWER: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4, p: 5, e: 6 }

/**
 * How many bytes a unit has; undefined for a word that is none. `MiB` and `M` are 2^20, `MB` is 10^6, case is ignored.
 * Source: virScaleInteger() of libvirt
 */
export function unitBytes(unit: string): number | undefined {
  const word = unit.toLowerCase()
  if (word === 'b' || word === 'byte' || word === 'bytes') return 1
  const [, prefix, rest] = /^([kmgtpe])(ib|b)?$/.exec(word) ?? []
  const power = POWER[prefix ?? '']
  return power === undefined ? undefined : (rest === 'b' ? 1000 : 1024) ** power
}
