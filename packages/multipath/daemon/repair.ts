/**
 * Makes JSON of what multipathd prints for JSON: its strings are put between quotes as they are, so that a product
 * `V"V\` ends too early. May come in: the reply. May not: the meaning of its fields.
 */

/** `"prod" : "V"V\",`: the printer puts one member on a line, the text ends at the line's last quote. */
const member = /^(\s*"\w+"\s*:\s*)"(.*)"(,?)$/
const opened = /^\s*"\w+"\s*:\s*"/
const closed = /",?\s*$/

/**
 * Escapes the text of each member anew. A text with a line feed in it is taken up to the first line that ends as a
 * member does. What has no such lines is given back as it is.
 */
export function repairJson(text: string): string {
  const lines = text.split('\n')
  const repaired: string[] = []
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at] ?? ''
    while (opened.test(line) && !endsAsMember(line) && at + 1 < lines.length) line += `\n${lines[++at] ?? ''}`
    repaired.push(repairLine(line))
  }
  return repaired.join('\n')
}

/** An opening quote alone is not yet the closing one. */
function endsAsMember(line: string): boolean {
  const start = opened.exec(line)?.[0].length ?? 0
  return closed.test(line.slice(start))
}

function repairLine(line: string): string {
  const parts = new RegExp(member, 's').exec(line.trimEnd())
  if (parts === null) return line
  const [, key = '', value = '', comma = ''] = parts
  return `${key}${JSON.stringify(value)}${comma}`
}
