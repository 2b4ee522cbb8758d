/**
 * What a blade lacks of the baseline, part by part, and the action that mends it where one can. Pure: finding and plan
 * both read it from here.
 */
import type { BaselineAction } from '#actions'
import { type BladeName, type Fleet, vmName } from '#documents'
import type { BladeReport, Domain, HostSetup, MultipathFiles } from '#survey'
import type { BaselinePart } from '../../findings/finding.ts'
import { releaseIn } from '../aliases.ts'
import { readsDropIns } from '../candidate.ts'
import { startedByHost, startsByItself } from './autostart.ts'
import { guestDisks, LVM_FILE, type Wrong, wrongInLvm } from './lvm.ts'
import { mdadmPath, wrongInMdadm } from './mdadm.ts'
import { overridesWanted, wrongOverrides } from './overrides.ts'

/** `mend`: undefined where it must be done by hand. */
export type Lack = { readonly part: BaselinePart; readonly because: string; readonly mend: BaselineAction | undefined }

/** What the baseline is judged from, where a blade told all of it. */
export type Told = {
  readonly report: BladeReport
  readonly setup: HostSetup
  readonly config: MultipathFiles
  readonly domains: readonly Domain[]
}

export function lacksOf(fleet: Fleet, blade: BladeName, told: Told): Lack[] {
  const isGuests = guestDisks(told.report)
  const { setup } = told
  return [
    ...ofMultipath(blade, told),
    ...ofFile(blade, setup, 'lvm', LVM_FILE, wrongInLvm(setup, isGuests)),
    ...ofFile(blade, setup, 'mdadm', mdadmPath(setup), wrongInMdadm(setup, isGuests)),
    ...ofLibvirt(blade, setup),
    ...ofAutostart(fleet, blade, told.domains),
  ]
}

function ofMultipath(blade: BladeName, { report, setup, config }: Told): Lack[] {
  const release = releaseIn(report.tools.multipath)
  if (release === undefined || setup.multipathd === undefined)
    return [{ part: 'multipath', because: 'multipathd does not say what is in effect', mend: undefined }]
  const wrong = wrongOverrides(setup.multipathd)
  if (wrong.length === 0) return []
  const because = `overrides in effect: ${wrong.join(', ')}`
  if (!readsDropIns(release)) return [{ part: 'multipath', because, mend: undefined }]
  const change = overridesWanted(config, release, setup.multipathd)
  return [{ part: 'multipath', because, mend: { kind: 'set-overrides', blade, ...change } }]
}

function ofFile(
  blade: BladeName,
  { files }: Pick<HostSetup, 'files'>,
  part: BaselinePart,
  path: string,
  wrong: Wrong | undefined,
): Lack[] {
  if (wrong === undefined) return []
  const { because, mend: after } = wrong
  if (after === undefined) return [{ part, because, mend: undefined }]
  return [{ part, because, mend: { kind: 'install-host-file', blade, path, before: files.get(path), after } }]
}

export const ORDERED = `# anyblade: the disks of guests are there before libvirt starts a guest
[Unit]
Wants=multipathd.service
After=multipathd.service
`

export const orderedPath = (unit: string): string => `/etc/systemd/system/${unit}.d/anyblade.conf`

function ofLibvirt(blade: BladeName, { units, files }: HostSetup): Lack[] {
  return units
    .filter(({ after }) => !after.includes('multipathd.service'))
    .flatMap(({ name }) => {
      return ofFile(blade, { files }, 'libvirt', orderedPath(name), {
        because: `systemd may start ${name} before multipathd`,
        mend: ORDERED,
      })
    })
}

function ofAutostart({ vms }: Fleet, blade: BladeName, domains: readonly Domain[]): Lack[] {
  const managed = new Set([...vms.values()].map(({ uuid }) => uuid))
  return startedByHost(domains, managed).map((domain) => {
    const vm = vmName(domain.name)
    const mend = vm && ({ kind: 'disable-autostart', blade, vm, uuid: domain.uuid } as const)
    return { part: 'autostart', because: startsByItself(domain), mend }
  })
}
