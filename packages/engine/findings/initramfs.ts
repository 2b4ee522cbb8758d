/**
 * Claim: the initramfs of the kernel that runs holds no multipath configuration, or the one that the host has now. It makes
 * the maps before the host's own files are there: one that is older brings old aliases back with the next boot, and a name
 * that is taken then is not given to its own LUN (facts: multipath.md 5, "Initramfs").
 * What can't be unpacked there is judged by its date, and says so; what is cut off is never read (docs/decisions/0016).
 */
import { MultipathError } from '@anyblade/multipath'
import { excuse, type Initramfs, type MultipathFiles, reportOf, type Survey, silenceOf } from '#survey'
import { aliasesIn, boundIn, explained, type Named, releaseIn } from '../config/aliases.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

type Claimed = ClaimOf<'initramfs'>

export function initramfs(claim: Claimed, survey: Survey): Finding {
  const { blade } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  if (report.initramfs.state !== 'read')
    return unknown(claim, `the initramfs of ${blade} was not read (${excuse(report.initramfs)})`)
  const found = report.initramfs.value
  if (found === undefined) return unknown(claim, `${blade} has no initramfs of the running kernel below /boot`)
  const { image, contents } = found
  switch (contents.state) {
    case 'damaged':
      return unknown(claim, `${image} on ${blade} is unreadable: ${contents.because}`, {
        evidence: ['nothing of it is taken for read; the host may not come up with it'],
        next: rebuild(found, blade),
      })
    case 'packed':
      return byDate(claim, found, contents.because)
    case 'read': {
      if (!contents.holdsMultipath) return proved(claim, `${image} on ${blade} holds no multipath`)
      if (report.config.state !== 'read') return unknown(claim, `the multipath configuration of ${blade} was not read`)
      return compared(claim, found, contents.files, report.config.value, releaseIn(report.tools.multipath))
    }
  }
}

function compared(
  claim: Claimed,
  found: Initramfs,
  copy: MultipathFiles,
  now: MultipathFiles,
  release: string | undefined,
): Finding {
  const { blade } = claim
  const differing = filesThatDiffer(copy, now)
  const names = release === undefined ? [] : namesThatComeBack(copy, now, release)
  if (differing.length + names.length === 0)
    return proved(claim, `${found.image} on ${blade} holds the configuration that is there now`)
  // dracut writes one of its own for the disks that the host boots from: another text, and not an older one
  if (names.length === 0 && (found.configured ?? 0) <= found.built)
    return proved(claim, `${found.image} on ${blade} was built after the last change, with the same aliases`)
  return refuted(claim, `${found.image} on ${blade} holds an older multipath configuration`, {
    evidence: [
      ...(names.length > 0 ? names : ['no alias comes back by it, as things are']),
      ...(differing.length > 0 ? [`not as in it: ${differing.join(', ')}`] : []),
    ],
    next: rebuild(found, blade),
  })
}

function filesThatDiffer(copy: MultipathFiles, now: MultipathFiles): string[] {
  const listed = ({ main, dropIns }: MultipathFiles) =>
    new Map([['multipath.conf', main], ...dropIns.map(({ name, bytes }) => [`conf.d/${name}`, bytes] as const)])
  const [there, here] = [listed(copy), listed(now)]
  return [...new Set([...there.keys(), ...here.keys()])].filter(
    (name) => text(there.get(name)) !== text(here.get(name)),
  )
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder('latin1').decode(bytes)

/** Names that the copy gives to another LUN than the host does, or to a LUN that has another name there. */
function namesThatComeBack(copy: MultipathFiles, now: MultipathFiles, release: string): string[] {
  try {
    const [old, given] = [namesIn(copy, release), namesIn(now, release)]
    return old.flatMap(({ alias, wwid, isBinding }) => {
      const other = given.find((one) => one.alias === alias && one.wwid !== wwid)
      if (other !== undefined) return [`${alias} was ${wwid}, and is ${other.wwid} now`]
      // a LUN keeps its binding when it gets an alias
      const renamed = isBinding
        ? undefined
        : given.find((one) => one.wwid === wwid && one.alias !== alias && !one.isBinding)
      return renamed === undefined ? [] : [`${wwid} was ${alias}, and is ${renamed.alias} now`]
    })
  } catch (error) {
    if (error instanceof MultipathError) return []
    throw error
  }
}

function namesIn(files: MultipathFiles, release: string): (Named & { readonly isBinding: boolean })[] {
  const { configuration } = explained(files, release)
  return [
    ...(configuration === undefined ? [] : aliasesIn(configuration).map((one) => ({ ...one, isBinding: false }))),
    ...boundIn(files).map((one) => ({ ...one, isBinding: true })),
  ]
}

function byDate(claim: Claimed, { image, built, configured }: Initramfs, because: string): Finding {
  const { blade } = claim
  const told = `${image} on ${blade} can’t be unpacked there (${because}), so only dates are compared`
  if (configured === undefined) return proved(claim, `${told}; the host has no multipath configuration`)
  const evidence = [`built ${dateOf(built)}`, `configuration changed ${dateOf(configured)}`]
  if (configured > built)
    return refuted(claim, `${told}: it is older than the multipath configuration`, {
      evidence,
      next: rebuild({ image }, blade),
    })
  return proved(claim, `${told}: it is younger than the multipath configuration`, { evidence })
}

const dateOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')

/** By the name that each family of distributions gives to its image. */
const rebuild = ({ image }: Pick<Initramfs, 'image'>, blade: string): string =>
  image.includes('/initrd.img-') ? `ssh ${blade} update-initramfs -u` : `ssh ${blade} dracut --force`
