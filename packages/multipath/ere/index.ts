/**
 * POSIX extended regular expressions as glibc reads them: the patterns of blacklists and of device sections.
 * May come in: a pattern and texts, one character a byte. May not: a JavaScript RegExp, a locale.
 */
export { compileEre, type Ere, type EreError } from './compile.ts'
