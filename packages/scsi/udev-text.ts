/**
 * How udev makes a property out of what a device says. May come in: text of one character a byte.
 * May not: Unicode classes; white space and letters are those of the C locale.
 * Source: systemd src/shared/udev-util.c, udev_replace_whitespace() and udev_replace_chars()
 */

/** isspace() of the C locale. */
const space = /[ \t\n\v\f\r]/
const allowed = /[A-Za-z0-9#+\-.:=@_]/

/** The text without white space at its ends, each run inside as one `_`; of `limit` characters at most. */
export function replaceWhitespace(text: string, limit = 255): string {
  return text
    .replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '')
    .replace(/[ \t\n\v\f\r]+/g, '_')
    .slice(0, limit)
}

/** Each character that may not stand in a device's name as `_`; `\x` and well-formed UTF-8 are kept. */
export function replaceCharacters(text: string): string {
  let replaced = ''
  for (let at = 0; at < text.length; ) {
    const kept = keptLength(text, at)
    replaced += kept === 0 ? '_' : text.slice(at, at + kept)
    at += kept || 1
  }
  return replaced
}

function keptLength(text: string, at: number): number {
  if (allowed.test(text[at] ?? '')) return 1
  if (text.startsWith('\\x', at)) return 2
  const length = utf8Length(text, at)
  return length > 1 ? length : 0
}

/** How many bytes the UTF-8 sequence at `at` has, 0 where none is valid. Source: systemd utf8_encoded_valid_unichar() */
function utf8Length(text: string, at: number): number {
  const first = text.charCodeAt(at)
  const length =
    first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc0 && first < 0xe0 ? 2 : 0
  if (length === 0) return 0
  let code = first & (0x7f >> length)
  for (let i = 1; i < length; i++) {
    const next = text.charCodeAt(at + i)
    if ((next & 0xc0) !== 0x80) return 0
    code = code * 64 + (next & 0x3f)
  }
  return isCharacter(code) && code >= (smallest[length] ?? 0) ? length : 0
}

/** The smallest code of a sequence of so many bytes; a longer form than needed is not valid. */
const smallest: readonly number[] = [0, 0, 0x80, 0x800, 0x10000]

function isCharacter(code: number): boolean {
  const surrogate = code >= 0xd800 && code <= 0xdfff
  const noncharacter = (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe
  return code <= 0x10ffff && !surrogate && !noncharacter
}

/**
 * What scsi_id -u of udev 0.90 to 117 did: each run of white space one `_`, but none behind another `_` and none in
 * first place; nothing is trimmed at the end and no other character is replaced.
 * Source: udev extras/scsi_id/scsi_id.c, format_serial()
 */
export function formatSerial(text: string): string {
  let formatted = ''
  for (const character of text)
    if (!space.test(character)) formatted += character
    else if (formatted !== '' && !formatted.endsWith('_')) formatted += '_'
  return formatted
}
