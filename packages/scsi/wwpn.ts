/**
 * The names of Fibre Channel ports in one form. May come in: how the kernel, arrays, switches and people write them.
 * May not: a guess at missing digits.
 */

/**
 * A port's name as 16 lower-case hex digits; it is read from `0x2000…`, `20:00:…`, `20-00-…`, `naa.2000…`, `2000…`.
 * Undefined for anything else; leading zeros are digits like others.
 */
export function normaliseWwpn(text: string): string | undefined {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^(0x|naa\.|fc\.|wwn\.)/, '')
  const digits = /^[0-9a-f]{2}([:-][0-9a-f]{2}){7}$/.test(bare) ? bare.replace(/[:-]/g, '') : bare
  return /^[0-9a-f]{16}$/.test(digits) ? digits : undefined
}

/** As people and switches write it: `20:00:52:54:00:0a:00:01`. */
export function wwpnWithColons(wwpn: string): string {
  return wwpn.replace(/..(?=.)/g, '$&:')
}

/** As sysfs writes it: `0x20005254000a0001`. */
export function wwpnOfSysfs(wwpn: string): string {
  return `0x${wwpn}`
}
