/** Fields of a JSON object whose shape is not promised: a missing or odd one reads as empty, 0, or no list. */
export type JsonFields = ReadonlyMap<string, unknown>

export function fieldsOf(value: unknown): JsonFields {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}

export function textIn(fields: JsonFields, name: string): string {
  const value = fields.get(name)
  return typeof value === 'string' ? value : ''
}

export function numberIn(fields: JsonFields, name: string): number {
  const value = fields.get(name)
  return typeof value === 'number' ? value : 0
}

export function listIn(fields: JsonFields, name: string): readonly JsonFields[] {
  const value = fields.get(name)
  return Array.isArray(value) ? value.map(fieldsOf) : []
}
