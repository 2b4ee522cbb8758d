/**
 * multipathd's side of a conversation: what to send it, and its answers as values.
 * May come in: text and bytes of its socket or of the `multipathd` command. May not: the socket itself.
 */
export { type DaemonCommand, daemonCommands, knowsCommand } from './command.ts'
export { parseShownConfig, type ShownSection } from './config.ts'
export { decodeFrames, encodeFrame, type Frames, type NativeWord, socketAddresses } from './frame.ts'
export {
  type List,
  type ListFormat,
  type MapField,
  mapListFormat,
  type PathField,
  parseList,
  pathListFormat,
} from './list.ts'
export { type DaemonGroup, type DaemonMap, type DaemonPath, type MapsAnswer, parseMaps } from './maps.ts'
export { parseQueueing, type Queueing } from './queueing.ts'
export { type FailureReason, parseReply, type Reply } from './reply.ts'
export { type DaemonState, type PathStates, parseDaemonState, parsePathStates } from './status.ts'
