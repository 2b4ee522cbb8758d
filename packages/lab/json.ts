/**
 * Reading JSON that another process wrote: each value is looked at before it is believed.
 * May come in: what JSON.parse gave. May not: a cast.
 */
import { LabError } from './errors.ts'

export type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @throws LabError `state-invalid` */
export function fields(value: unknown, where: string): Fields {
  if (isFields(value)) return value
  throw wrong(where, 'an object', value)
}

/** @throws LabError `state-invalid` */
export function list<Item>(value: unknown, where: string, item: (value: unknown, where: string) => Item): Item[] {
  if (Array.isArray(value)) return value.map((one, index) => item(one, `${where}[${index}]`))
  throw wrong(where, 'a list', value)
}

/** @throws LabError `state-invalid` */
export function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value
  throw wrong(where, 'a text', value)
}

/** @throws LabError `state-invalid` */
export function number(value: unknown, where: string): number {
  if (typeof value === 'number') return value
  throw wrong(where, 'a number', value)
}

/** @throws LabError `state-invalid` */
export function oneOf<const Word extends string>(value: unknown, where: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value)
  if (found !== undefined) return found
  throw wrong(where, `one of ${words.join(', ')}`, value)
}

/** @throws LabError `state-invalid` */
export function parsed(json: string, where: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new LabError(
      'state-invalid',
      { attempted: `read ${where}`, found: `no JSON: ${json.slice(0, 80)}`, hint: 'lab down, then lab up --fresh' },
      { cause },
    )
  }
}

function wrong(where: string, wanted: string, value: unknown): LabError {
  return new LabError('state-invalid', {
    attempted: `read ${where} as ${wanted}`,
    found: JSON.stringify(value)?.slice(0, 80) ?? 'nothing',
    hint: 'written by another version of the lab? lab down, then lab up --fresh',
  })
}
