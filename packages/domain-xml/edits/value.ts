/**
 * Checks values that come from a caller and go into a domain's XML.
 * May come in: any text. May not go on: one that the XML could not hold, or that libvirt would refuse.
 */

import { isDomainName, isMac, isUuid } from '#domain'
import { DomainXmlError } from '#errors'
import { isText } from '#xml'

/** @throws DomainXmlError `value-invalid` for a text that XML can't hold */
export function checkText(what: string, value: string): void {
  if (!isText(value)) refuse(what, value, 'it has a character that XML does not have')
}

/** An absolute path without line ends. @throws DomainXmlError `value-invalid` */
export function checkPath(what: string, value: string): void {
  checkText(what, value)
  if (!value.startsWith('/') || /[\r\n]/.test(value)) refuse(what, value, 'give an absolute path')
}

/** @throws DomainXmlError `value-invalid` */
export function checkName(value: string): void {
  checkText('name', value)
  if (!isDomainName(value)) refuse('name', value, 'a name is not empty and has no "/" and no line end')
}

/** @throws DomainXmlError `value-invalid` */
export function checkUuid(value: string): void {
  if (!isUuid(value)) refuse('uuid', value, 'give 32 hex digits, as uuidgen prints them')
}

/** @throws DomainXmlError `value-invalid` */
export function checkMac(value: string): void {
  if (!isMac(value)) refuse('MAC address', value, 'give six bytes such as 52:54:00:12:34:56, not a multicast address')
}

/** @throws DomainXmlError `value-invalid` */
export function checkCount(what: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) refuse(what, String(value), `give a whole number from ${least}`)
}

export function refuse(what: string, value: string, hint: string): never {
  const shown = JSON.stringify(value.length <= 100 ? value : `${value.slice(0, 99)}…`)
  throw new DomainXmlError('value-invalid', { attempted: `write the ${what} of a domain`, found: shown, hint })
}
