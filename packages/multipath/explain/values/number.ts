/**
 * Numbers read as the C library reads them, wrapped and cut as the tool's variables are.
 * May come in: text. May not: keywords, messages.
 */

export const INT_MAX = 2_147_483_647
export const UINT_MAX = 4_294_967_295

const LONG_MAX = 9_223_372_036_854_775_807n
const LONG_MIN = -9_223_372_036_854_775_808n
const ULONG_MAX = 18_446_744_073_709_551_615n

/** What strtol(text, &end, 10) gives; `end` is 0 when there is no number. Source: C17 7.22.1.4 */
export function strtol(text: string): { readonly value: bigint; readonly end: number } {
  const found = /^[ \t-\r]*([+-]?\d+)/.exec(text)
  if (found === null) return { value: 0n, end: 0 }
  const exact = BigInt(found[1]?.replace('+', '') ?? '0')
  return { value: exact > LONG_MAX ? LONG_MAX : exact < LONG_MIN ? LONG_MIN : exact, end: found[0].length }
}

/** atoi(): the low 32 bits of strtol(), 0 without digits. */
export function atoi(text: string): number {
  return Number(BigInt.asIntN(32, strtol(text).value))
}

/** True when only white space follows the number in `text`, and there is one. */
export function isWhole(text: string, end: number): boolean {
  return end > 0 && /^[ \t-\r]*$/.test(text.slice(end))
}

/** sscanf(text, "%u"): undefined without a number; a minus sign and 2^32 wrap round, more than 2^64 is all ones. */
export function scanUnsigned(text: string): number | undefined {
  const found = /^[ \t-\r]*([+-]?)(\d+)/.exec(text)
  if (found === null) return undefined
  const digits = BigInt(found[2] ?? '0')
  const value = digits > ULONG_MAX ? ULONG_MAX : found[1] === '-' ? -digits : digits
  return Number(BigInt.asUintN(32, value))
}

/** sscanf(text, "%d"): undefined without a number, wrapped to 32 bits. */
export function scanInt(text: string): number | undefined {
  const { value, end } = strtol(text)
  return end === 0 ? undefined : Number(BigInt.asIntN(32, value))
}

/** sscanf(text, "%o"): undefined without an octal digit. */
export function scanOctal(text: string): number | undefined {
  const found = /^[ \t-\r]*([+-]?)([0-7]+)/.exec(text)
  if (found === null) return undefined
  const digits = BigInt(`0o${found[2]}`)
  const value = digits > ULONG_MAX ? ULONG_MAX : found[1] === '-' ? -digits : digits
  return Number(BigInt.asUintN(32, value))
}
