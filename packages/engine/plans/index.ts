/** The door of the plans: for each intent its claims and, once they are judged, its plan. */

export { arrayDocument, type NewArray } from './add-array.ts'
export { bladeDocument } from './add-blade.ts'
export { withVm } from './define-vm.ts'
export { type FenceReport, fenceReport } from './fence-report.ts'
export type { Intent, NewVolume } from './intent.ts'
export { leaseWords, migrationsAtOnce } from './lease-words.ts'
export { arrayIn, asideIn, bladeIn, vmIn, volumeIn } from './missing.ts'
export { parsePlan } from './parse/plan.ts'
export type { Phase, Plan, Step } from './plan.ts'
export { claimsOf, fleetFor, planOf } from './planner.ts'
export { settingsOfBlade, settingsOfVm, type VmSettings } from './set-fields.ts'
export { claimsOfVerify } from './verify-volumes.ts'
