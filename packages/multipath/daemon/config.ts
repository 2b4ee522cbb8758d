/**
 * `show config`, `show config local` and `multipath -t`: the configuration in effect, as sections and keywords.
 * May come in: what the printer wrote. May not: what a person wrote; that is read by the parser of the syntax.
 */

/** `section` is named as in `devices/device`; a keyword that stands several times has several values. */
export type ShownSection = { readonly section: string; readonly values: ReadonlyMap<string, readonly string[]> }

/**
 * Reads what the printers of 0.4.9 to 0.14.3 write: one keyword a line, sections closed by a `}` alone on its line.
 * Quotes are taken off and doubled ones halved; uid and gid are octal there (leading 0) and stay as written.
 * Source: multipath-tools libmultipath/dict.c and print.c, snprint_config()
 */
export function parseShownConfig(text: string): readonly ShownSection[] {
  const found: { section: string; values: Map<string, string[]> }[] = []
  const open: { section: string; values: Map<string, string[]> }[] = []
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const name = /^(\w+) \{$/.exec(line)?.[1]
    const current = open.at(-1)
    if (name !== undefined) {
      const section = { section: current === undefined ? name : `${current.section}/${name}`, values: new Map() }
      found.push(section)
      open.push(section)
    } else if (line === '}') open.pop()
    else if (current !== undefined) addKeyword(current.values, line)
  }
  return found
}

function addKeyword(values: Map<string, string[]>, line: string): void {
  const [, keyword, rest = ''] = /^(\w+)(?:\s+(.*))?$/.exec(line) ?? []
  if (keyword === undefined) return
  values.set(keyword, [...(values.get(keyword) ?? []), unquoted(rest)])
}

function unquoted(text: string): string {
  const inside = /^"(.*)"$/.exec(text)?.[1]
  return inside === undefined ? text : inside.replaceAll('""', '"')
}
