/**
 * The door of the room: multipath.conf as libmultipath reads it, in any release from 0.4.9 to 0.14.3.
 */
export {
  type DaemonCommand,
  type DaemonGroup,
  type DaemonMap,
  type DaemonPath,
  type DaemonState,
  daemonCommands,
  decodeFrames,
  encodeFrame,
  type FailureReason,
  type Frames,
  knowsCommand,
  type List,
  type ListFormat,
  type MapField,
  type MapsAnswer,
  mapListFormat,
  type NativeWord,
  type PathField,
  type PathStates,
  parseDaemonState,
  parseList,
  parseMaps,
  parsePathStates,
  parseQueueing,
  parseReply,
  parseShownConfig,
  pathListFormat,
  type Queueing,
  type Reply,
  type ShownSection,
  socketAddresses,
} from './daemon/index.ts'
export type { SectionAddress } from './edit/address.ts'
export { aliasBlock, BLOCK_BEGIN, BLOCK_END, withAliasBlock } from './edit/block.ts'
export { type ConversionNote, type Converted, convert, noteLines } from './edit/convert.ts'
export { type Edit, type Edited, edit, editAll } from './edit/edit.ts'
export { inverse, type Splice, spliced } from './edit/splice.ts'
export { compileEre, type Ere, type EreError } from './ere/index.ts'
export { MultipathError, type MultipathErrorCode, type MultipathExplanation } from './errors.ts'
export type { Configuration, Held, Place, Values } from './explain/configuration.ts'
export type { Effect } from './explain/effective.ts'
export {
  type DropIn,
  type Ending,
  type Explanation,
  explain,
  isDropIn,
  type MainFile,
  type Question,
} from './explain/explain.ts'
export { type Host, PLAIN_HOST } from './explain/host.ts'
export {
  type Blacklisted,
  explainLun,
  type Lun,
  type LunExplanation,
  type LunValue,
  type Origin,
} from './explain/lun.ts'
export {
  type FixResult,
  type FleetBlade,
  type FleetFinding,
  type FleetValue,
  fixAll,
  type HostKnowledge,
  type LintFile,
  type LintFinding,
  lint,
  lintFleet,
  lintRules,
  type Rule as LintRule,
  type Severity as LintSeverity,
  worstOf,
} from './lint/index.ts'
export { type Dialect, dialectOf } from './releases/dialect.ts'
export { type BuiltInDevice, builtInDevices } from './releases/hardware/hardware.ts'
export {
  type Keyword,
  type KeywordTable,
  type Kind,
  keywordsOf,
  type SectionKeywords,
  type Value,
} from './releases/keyword.ts'
export {
  compareReleases,
  NEWEST_RELEASE,
  parseRelease,
  type Release,
  type ReleaseReading,
  releaseNumber,
} from './releases/release.ts'
export { type AliasEntry, aliasesInEffect, renderAliases } from './render/aliases.ts'
export { type FileValues, type RuleSettings, render, type Settings } from './render/render.ts'
export type { Complaint } from './syntax/check.ts'
export {
  bytesOf,
  type Close,
  type Document,
  type Line,
  latin1,
  type Node,
  parse,
  parseText,
  print,
  type Section,
  type Skipped,
  type Statement,
  type Stray,
  type Trivia,
  type Unknown,
  type ValueToken,
} from './syntax/document.ts'
export type { Token, TokenKind } from './syntax/token.ts'
