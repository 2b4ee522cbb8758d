/**
 * libvirt's named values of different types.
 * May come in: any names, for each release adds some. May not: a type beyond the seven, whose length nobody knows.
 */
import { malformed } from '#errors'
import type { Reader, Writer } from '#xdr'

export type TypedValue =
  | { readonly type: 'int' | 'uint' | 'double'; readonly value: number }
  | { readonly type: 'llong' | 'ullong'; readonly value: bigint }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
export type TypedParameters = ReadonlyMap<string, TypedValue>

/** Source: REMOTE_CONNECT_GET_ALL_DOMAIN_STATS_MAX and its like, the largest of them */
const MOST_PARAMETERS = 4096

/** The order is that of virTypedParameterType, from 1. */
export function readParameters(reader: Reader): TypedParameters {
  return new Map(reader.array(MOST_PARAMETERS, (r): [string, TypedValue] => [r.text(), readValue(r)]))
}

export function writeParameters(writer: Writer, parameters: TypedParameters): void {
  writer.array([...parameters], (w, [field, value]) => {
    w.text(field)
    writeValue(w, value)
  })
}

function readValue(reader: Reader): TypedValue {
  const type = reader.int32()
  switch (type) {
    case 1:
      return { type: 'int', value: reader.int32() }
    case 2:
      return { type: 'uint', value: reader.uint32() }
    case 3:
      return { type: 'llong', value: reader.int64() }
    case 4:
      return { type: 'ullong', value: reader.uint64() }
    case 5:
      return { type: 'double', value: reader.float64() }
    case 6:
      return { type: 'boolean', value: reader.int32() !== 0 }
    case 7:
      return { type: 'string', value: reader.message() }
    default:
      throw malformed(`a parameter of the unknown type ${type}`)
  }
}

/** Source: virTypedParameterType */
const NUMBERS = { int: 1, uint: 2, llong: 3, ullong: 4, double: 5, boolean: 6, string: 7 } as const

function writeValue(writer: Writer, parameter: TypedValue): void {
  writer.int32(NUMBERS[parameter.type])
  switch (parameter.type) {
    case 'int':
      writer.int32(parameter.value)
      break
    case 'uint':
      writer.uint32(parameter.value)
      break
    case 'llong':
      writer.int64(parameter.value)
      break
    case 'ullong':
      writer.uint64(parameter.value)
      break
    case 'double':
      writer.float64(parameter.value)
      break
    case 'boolean':
      writer.int32(parameter.value ? 1 : 0)
      break
    case 'string':
      writer.text(parameter.value)
      break
    default:
      throw new TypeError(`no form for ${JSON.stringify(parameter satisfies never)}`)
  }
}

/** A number by its name, rounded beyond 2^53; undefined where it is missing or no number. */
export function numberOf(parameters: TypedParameters, name: string): number | undefined {
  const found = parameters.get(name)
  if (found === undefined || found.type === 'string' || found.type === 'boolean') return undefined
  return Number(found.value)
}

export function textOf(parameters: TypedParameters, name: string): string | undefined {
  const found = parameters.get(name)
  return found?.type === 'string' ? found.value : undefined
}
