/** From an intent to its claims and to its plan: a table, so that a forgotten intent stops the type checker. */
import type { Fleet } from '#documents'
import type { Claim } from '#findings'
import type { Survey } from '#survey'
import { claimsOfAdoptVolume, planAdoptVolume } from './adopt-volume.ts'
import { claimsOfBaselineBlade, planBaselineBlade } from './baseline-blade.ts'
import { claimsOfCreateVolume, planCreateVolume } from './create-volume.ts'
import { claimsOfDefineVm, planDefineVm, withVm } from './define-vm.ts'
import { delivered, withAgents } from './delivered.ts'
import { claimsOfFenceBlade, planFenceBlade } from './fence-blade.ts'
import { claimsOfGrowVolume, planGrowVolume } from './grow-volume.ts'
import type { Intent } from './intent.ts'
import { claimsOfMigrateVm, planMigrateVm } from './migrate-vm.ts'
import type { Plan } from './plan.ts'
import { claimsOfPurgeVolume, planPurgeVolume } from './purge-volume.ts'
import { claimsOfDeleteVolume, planDeleteVolume } from './put-aside.ts'
import { claimsOfReassertVolume, planReassertVolume } from './reassert-volume.ts'
import { claimsOfRemoveBlade, planRemoveBlade } from './remove-blade.ts'
import { claimsOfRenameVolumes, planRenameVolumes } from './rename-volumes.ts'
import { claimsOfRescanVolumes, planRescanVolumes } from './rescan-volumes.ts'
import { claimsOfRestoreVolume, planRestoreVolume } from './restore-volume.ts'
import { claimsOfResumeVm, planResumeVm } from './resume-vm.ts'
import { claimsOfReturnBlade, planReturnBlade } from './return-blade.ts'
import { claimsOfRollBack, planRollBack } from './roll-back.ts'
import { claimsOfRollBlade, planRollBlade } from './roll-blade.ts'
import { claimsOfRollOut, planRollOut } from './roll-out.ts'
import { claimsOfStartVm, planStartVm } from './start-vm.ts'
import { claimsOfStartVmCold, planStartVmCold } from './start-vm-cold.ts'
import { claimsOfStopVm, planStopVm } from './stop-vm.ts'
import { claimsOfTrustBlades, planTrustBlades } from './trust-blades.ts'

/** The fleet that findings judge by: with what the intent adds to it. */
export const fleetFor = (fleet: Fleet, intent: Intent): Fleet =>
  intent.kind === 'define-vm' ? withVm(fleet, intent) : fleet

/**
 * All that must be proved before the plan may be carried out. `seen`: what an earlier look found; it may change what is
 * claimed, such as the LUN number that is to be free.
 * @throws EngineError where a name does not exist
 */
export const claimsOf = (fleet: Fleet, intent: Intent, seen?: Survey): Claim[] =>
  withAgents(fleet, intent, claimsByIntent(fleet, intent, seen))

function claimsByIntent(fleet: Fleet, intent: Intent, seen: Survey | undefined): Claim[] {
  switch (intent.kind) {
    case 'create-volume':
      return claimsOfCreateVolume(fleet, intent, seen)
    case 'adopt-volume':
      return claimsOfAdoptVolume(fleet, intent, seen)
    case 'grow-volume':
      return claimsOfGrowVolume(fleet, intent)
    case 'delete-volume':
      return claimsOfDeleteVolume(fleet, intent)
    case 'restore-volume':
      return claimsOfRestoreVolume(fleet, intent, seen)
    case 'purge-volume':
      return claimsOfPurgeVolume(fleet, intent)
    case 'baseline-blade':
      return claimsOfBaselineBlade(fleet, intent)
    case 'roll-out':
      return claimsOfRollOut(fleet, intent, seen)
    case 'roll-back':
      return claimsOfRollBack(fleet, intent)
    case 'reassert-volume':
      return claimsOfReassertVolume(fleet, intent)
    case 'rescan-volumes':
      return claimsOfRescanVolumes(fleet, intent)
    case 'rename-volumes':
      return claimsOfRenameVolumes(fleet, intent)
    case 'define-vm':
      return claimsOfDefineVm(fleet, intent)
    case 'start-vm':
      return claimsOfStartVm(fleet, intent)
    case 'start-vm-cold':
      return claimsOfStartVmCold(fleet, intent)
    case 'resume-vm':
      return claimsOfResumeVm(fleet, intent)
    case 'fence-blade':
      return claimsOfFenceBlade(fleet, intent, seen)
    case 'return-blade':
      return claimsOfReturnBlade(fleet, intent, seen)
    case 'roll-blade':
      return claimsOfRollBlade(fleet, intent)
    case 'remove-blade':
      return claimsOfRemoveBlade(fleet, intent, seen)
    case 'trust-blades':
      return claimsOfTrustBlades(fleet, intent)
    case 'stop-vm':
      return claimsOfStopVm(fleet, intent)
    case 'migrate-vm':
      return claimsOfMigrateVm(fleet, intent, seen)
  }
}

/** @throws EngineError where what delivers the configuration can't deliver this */
export const planOf = (fleet: Fleet, survey: Survey, intent: Intent): Plan =>
  delivered(fleet, planByIntent(fleet, survey, intent))

function planByIntent(fleet: Fleet, survey: Survey, intent: Intent): Plan {
  switch (intent.kind) {
    case 'create-volume':
      return planCreateVolume(fleet, survey, intent)
    case 'adopt-volume':
      return planAdoptVolume(fleet, survey, intent)
    case 'grow-volume':
      return planGrowVolume(fleet, survey, intent)
    case 'delete-volume':
      return planDeleteVolume(fleet, intent)
    case 'restore-volume':
      return planRestoreVolume(fleet, survey, intent)
    case 'purge-volume':
      return planPurgeVolume(fleet, intent)
    case 'baseline-blade':
      return planBaselineBlade(fleet, survey, intent)
    case 'roll-back':
      return planRollBack(fleet, survey, intent)
    case 'roll-out':
      return planRollOut(fleet, survey, intent)
    case 'reassert-volume':
      return planReassertVolume(fleet, intent)
    case 'rescan-volumes':
      return planRescanVolumes(fleet, survey, intent)
    case 'rename-volumes':
      return planRenameVolumes(fleet, intent)
    case 'define-vm':
      return planDefineVm(fleet, intent)
    case 'start-vm':
      return planStartVm(fleet, intent)
    case 'start-vm-cold':
      return planStartVmCold(fleet, survey, intent)
    case 'resume-vm':
      return planResumeVm(fleet, intent)
    case 'fence-blade':
      return planFenceBlade(fleet, survey, intent)
    case 'return-blade':
      return planReturnBlade(fleet, survey, intent)
    case 'roll-blade':
      return planRollBlade(fleet, survey, intent)
    case 'remove-blade':
      return planRemoveBlade(fleet, survey, intent)
    case 'trust-blades':
      return planTrustBlades(fleet, survey, intent)
    case 'stop-vm':
      return planStopVm(fleet, intent)
    case 'migrate-vm':
      return planMigrateVm(fleet, survey, intent)
  }
}
