/** The door of the engine. */
export * from '#actions'
export * from '#documents'
export * from '#hands'
export * from '#survey'
export { EngineError, type EngineErrorCode, type Explanation } from './errors.ts'
