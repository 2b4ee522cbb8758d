/**
 * The names and measures of a fleet, which must not be mistaken for each other.
 * May come in: text and numbers out of documents and reports. May not: I/O, a default, a guess.
 */
declare const brand: unique symbol
type Brand<Base, Name extends string> = Base & { readonly [brand]: Name }

export type BladeName = Brand<string, 'BladeName'>
export type ArrayName = Brand<string, 'ArrayName'>
export type VmName = Brand<string, 'VmName'>
/** The name of a volume, of its map on every blade and of its document: one name for one thing. */
export type Alias = Brand<string, 'Alias'>
/** As multipathd prints it: type digit, then hex or text; at most 127 bytes. */
export type Wwid = Brand<string, 'Wwid'>
/** A port's name: 16 lower-case hex digits, no `0x`, no colons. */
export type Wwpn = Brand<string, 'Wwpn'>
export type FabricName = Brand<string, 'FabricName'>
/** A switch of one fabric, as the fleet calls it. */
export type SwitchName = Brand<string, 'SwitchName'>
/** 1..16383, as an array shows a volume to an initiator. Never 0: after an unmap the target answers there itself. */
export type LunNumber = Brand<number, 'LunNumber'>
/** Whole, exact up to 2^53 (8 PiB). */
export type Bytes = Brand<number, 'Bytes'>
export type RunId = Brand<string, 'RunId'>

/**
 * A name that can be a file name, a map's name, a domain's name and an LVM name at once, and needs no quoting in any.
 * Source: dm names escape all outside [A-Za-z0-9#+-.:=@_]; LVM allows [A-Za-z0-9+_.-]; 63 leaves room for prefixes.
 */
export const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/
const WWPN = /^[0-9a-f]{16}$/
/** Printable ASCII without blanks and quotes: what multipath.conf can hold as one word. */
const WWID = /^[\x21\x23-\x7e]{1,127}$/
const LUN_MAX = 16383

export const bladeName = (text: string): BladeName | undefined => (NAME.test(text) ? (text as BladeName) : undefined)
export const arrayName = (text: string): ArrayName | undefined => (NAME.test(text) ? (text as ArrayName) : undefined)
export const vmName = (text: string): VmName | undefined => (NAME.test(text) ? (text as VmName) : undefined)
export const alias = (text: string): Alias | undefined => (NAME.test(text) ? (text as Alias) : undefined)
export const fabricName = (text: string): FabricName | undefined => (NAME.test(text) ? (text as FabricName) : undefined)
export const switchName = (text: string): SwitchName | undefined => (NAME.test(text) ? (text as SwitchName) : undefined)
export const wwid = (text: string): Wwid | undefined => (WWID.test(text) ? (text as Wwid) : undefined)
export const runId = (text: string): RunId | undefined =>
  /^r-[0-9a-z]{4,16}$/.test(text) ? (text as RunId) : undefined

/** Takes `0x2000…`, `20:00:…` and plain digits. Source: /sys/class/fc_host/hostN/port_name, LIO's tcm_fc folders */
export function wwpn(text: string): Wwpn | undefined {
  const digits = text.toLowerCase().replace(/^0x/, '').replaceAll(':', '')
  return WWPN.test(digits) ? (digits as Wwpn) : undefined
}

/** As people write it: `20:00:52:54:00:0a:00:0b`. */
export const colonWwpn = (port: Wwpn): string => port.replace(/..(?=.)/g, '$&:')

export const lunNumber = (n: number): LunNumber | undefined =>
  Number.isInteger(n) && n >= 1 && n <= LUN_MAX ? (n as LunNumber) : undefined
