/**
 * Readings of texts that come again: an evacuation asks of one domain, and of one host's capabilities, once for each
 * guest and each destination. May come in: pure readings, whose values nobody changes.
 */

/** `read`, with what it gave for the last `most` texts at most; a text that it refuses is refused again. */
export function remembered<T>(read: (text: string) => T, most: number): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const value = read(text)
    if (known.size >= most) known.clear()
    known.set(text, value)
    return value
  }
}
