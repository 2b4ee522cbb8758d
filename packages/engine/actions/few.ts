/** Some of a list by name, and how many more: for a sentence that shall stay one line. */
const NAMED = 5

export function fewOf(all: readonly (string | number)[]): string {
  const named = all.slice(0, NAMED).join(', ')
  return all.length > NAMED ? `${named} and ${all.length - NAMED} more` : named
}
