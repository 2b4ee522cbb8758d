/** One claim, one judgement: pure, from the fleet's documents and what was seen. */
import type { Fleet } from '#documents'
import type { Survey } from '#survey'
import { adoptable } from './adoptable.ts'
import { agent } from './agent.ts'
import { aliasFree } from './alias-free.ts'
import { aliasHeld } from './alias-held.ts'
import { aliasOurs } from './alias-ours.ts'
import { aliases } from './aliases.ts'
import { alike } from './alike.ts'
import { answers } from './answers.ts'
import { autostart } from './autostart.ts'
import { barred } from './barred.ts'
import { baseline, baselineKnown } from './baseline.ts'
import { converges } from './converges.ts'
import { deletable } from './deletable.ts'
import { diskUnused } from './disk-unused.ts'
import { domain } from './domain.ts'
import { emulator } from './emulator.ts'
import { errorPolicy } from './error-policy.ts'
import type { Claim, Finding } from './finding.ts'
import { fits } from './fits.ts'
import { fresh } from './fresh.ts'
import { holder } from './holder.ts'
import { identity } from './identity.ts'
import { idle } from './idle.ts'
import { initramfs } from './initramfs.ts'
import { kept } from './kept.ts'
import { keyFile } from './key-file.ts'
import { leftBehind } from './left-behind.ts'
import { credentialsKnown, loginKnown, logsIn } from './logs-in.ts'
import { lunFree } from './lun-free.ts'
import { movable } from './movable.ts'
import { nameFree } from './name-free.ts'
import { namesKept } from './names-kept.ts'
import { noHostDisk } from './no-host-disk.ts'
import { noneCame } from './none-came.ts'
import { hidden, onArray } from './on-array.ts'
import { pathsUp } from './paths-up.ts'
import { paused } from './paused.ts'
import { postCopy } from './post-copy.ts'
import { purgeable } from './purgeable.ts'
import { reassertable } from './reassertable.ts'
import { redundancy } from './redundancy.ts'
import { renameable } from './renameable.ts'
import { reservation } from './reservation.ts'
import { room } from './room.ts'
import { segment } from './segment.ts'
import { timers } from './timers.ts'
import { undisturbed } from './undisturbed.ts'
import { unheld } from './unheld.ts'
import { unreserved } from './unreserved.ts'
import { visible } from './visible.ts'
import { whole } from './whole.ts'
import { withdrawn } from './withdrawn.ts'
import { writer } from './writer.ts'

export function prove(claim: Claim, fleet: Fleet, survey: Survey): Finding {
  switch (claim.kind) {
    case 'answers':
      return answers(claim, fleet, survey)
    case 'agent':
      return agent(claim, fleet, survey)
    case 'room':
      return room(claim, survey)
    case 'adoptable':
      return adoptable(claim, fleet, survey)
    case 'undisturbed':
      return undisturbed(claim, survey)
    case 'unreserved':
      return unreserved(claim, fleet, survey)
    case 'lun-free':
      return lunFree(claim, fleet, survey)
    case 'visible':
      return visible(claim, fleet, survey)
    case 'withdrawn':
      return withdrawn(claim, fleet, survey)
    case 'none-came':
      return noneCame(claim, fleet)
    case 'alias-free':
      return aliasFree(claim, survey)
    case 'alias-held':
      return aliasHeld(claim, survey)
    case 'aliases':
      return aliases(claim, fleet, survey)
    case 'fresh':
      return fresh(claim, fleet, survey)
    case 'purgeable':
      return purgeable(claim, fleet, survey)
    case 'alike':
      return alike(claim, survey)
    case 'identity':
      return identity(claim, survey)
    case 'redundancy':
      return redundancy(claim, fleet, survey)
    case 'reservation':
      return reservation(claim, fleet, survey)
    case 'reassertable':
      return reassertable(claim, fleet, survey)
    case 'key-file':
      return keyFile(claim, survey)
    case 'deletable':
      return deletable(claim, fleet)
    case 'whole':
      return whole(claim, fleet, survey)
    case 'names-kept':
      return namesKept(claim, fleet, survey)
    case 'name-free':
      return nameFree(claim, survey)
    case 'renameable':
      return renameable(claim, fleet, survey)
    case 'paths-up':
      return pathsUp(claim, survey)
    case 'idle':
      return idle(claim, fleet, survey)
    case 'alias-ours':
      return aliasOurs(claim, survey)
    case 'unheld':
      return unheld(claim, survey)
    case 'no-host-disk':
      return noHostDisk(claim, survey)
    case 'timers':
      return timers(claim, fleet, survey)
    case 'initramfs':
      return initramfs(claim, survey)
    case 'baseline-known':
      return baselineKnown(claim, fleet, survey)
    case 'baseline':
      return baseline(claim, fleet, survey)
    case 'writer':
      return writer(claim, fleet, survey)
    case 'barred':
      return barred(claim, fleet, survey)
    case 'holder':
      return holder(claim, fleet, survey)
    case 'on-array':
      return onArray(claim, survey)
    case 'hidden':
      return hidden(claim, fleet, survey)
    case 'autostart':
      return autostart(claim, survey)
    case 'error-policy':
      return errorPolicy(claim, fleet, survey)
    case 'converges':
      return converges(claim, survey)
    case 'logs-in':
      return logsIn(claim, fleet, survey)
    case 'login-known':
      return loginKnown(claim, fleet, survey)
    case 'credentials-known':
      return credentialsKnown(claim, survey)
    case 'post-copy':
      return postCopy(claim, survey)
    case 'domain':
      return domain(claim, survey)
    case 'paused':
      return paused(claim, survey)
    case 'kept':
      return kept(claim, fleet, survey)
    case 'disk-unused':
      return diskUnused(claim, fleet, survey)
    case 'left-behind':
      return leftBehind(claim, fleet, survey)
    case 'machine-type':
    case 'memory':
    case 'local-devices':
      return movable(claim, fleet, survey)
    case 'segment':
      return segment(claim, fleet, survey)
    case 'emulator':
      return emulator(claim, fleet, survey)
    case 'network':
    case 'processor':
    case 'boot-files':
      return fits(claim, fleet, survey)
  }
}

export const proveAll = (claims: readonly Claim[], fleet: Fleet, survey: Survey): Finding[] =>
  claims.map((claim) => prove(claim, fleet, survey))
