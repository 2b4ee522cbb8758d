/** What is wrong with a multipath.conf, on one host and over a fleet, and the cures. Names each public thing. */
export { type FleetBlade, type FleetFinding, type FleetValue, lintFleet } from './fleet.ts'
export { type FixResult, fixAll, lint, lintRules, worstOf } from './lint.ts'
export type { LintFinding, Rule, Severity } from './rule.ts'
export type { HostKnowledge, LintFile } from './subject.ts'
