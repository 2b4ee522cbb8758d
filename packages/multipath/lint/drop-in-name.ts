/** Which names in conf.d count, and their order. May come in: file names. May not: the directory itself. */
import type { Dialect } from '../releases/dialect.ts'

/** The order of alphasort() in the C locale. */
export function compareNames(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Whether the release reads the name although it looks like a backup. */
export function isAccident(name: string, dialect: Dialect): boolean {
  return dialect.dropIns === 'contains .conf' && name.includes('.conf') && !name.endsWith('.conf')
}
