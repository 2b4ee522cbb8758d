/**
 * Which release of multipath-tools is meant: reading what a host says of itself, and putting releases in order.
 * May come in: version text. May not: I/O, what a release does (that is `dialect.ts`).
 */
import { MultipathError } from '../errors.ts'

declare const brand: unique symbol
/** An upstream release as three numbers with dots, `0.9.4`. */
export type Release = string & { readonly [brand]: 'Release' }

/** What a host's words say: the upstream release to believe, and whether the distribution's number can be trusted. */
export type ReleaseReading = {
  readonly release: Release
  /** The version as it was written, with the distribution's part. */
  readonly reported: string
  /** `backported`: the distribution ships more than the number says, so ask `multipath -t` before relying on it. */
  readonly trust: 'upstream' | 'packaged' | 'backported'
}

/** The newest release whose behaviour was read and measured here. */
export const NEWEST_RELEASE = '0.14.3' as Release

const VERSION = /(?:^|[^\d.])v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+~_]([\w.+~]+))?/

/**
 * Reads a version out of `multipath-tools v0.9.4 (11/20, 2022)`, `0.4.9-99.el7`, `0.9.4-3+deb12u2` or `0.5`.
 * RHEL 7's 0.4.9-N carries conf.d, overrides and most of 0.6, so it is read as 0.6.4, marked `backported`.
 * Source: facts on multipath, "Since" (RHEL 7 "0.4.9-1xx" is close to 0.6/0.7)
 */
export function parseRelease(text: string): ReleaseReading | undefined {
  const found = VERSION.exec(text)
  if (found === null) return undefined
  const [, major = '0', minor = '0', patch = '0', packaged = ''] = found
  const upstream = `${Number(major)}.${Number(minor)}.${Number(patch)}` as Release
  const reported = found[0].replace(/^[^\dv]/, '')
  if (upstream === '0.4.9' && /^\d+.*el7/.test(packaged))
    return { release: '0.6.4' as Release, reported, trust: 'backported' }
  const backported = /el[678]|xs|xcp/.test(packaged)
  const trust = packaged === '' ? 'upstream' : backported ? 'backported' : 'packaged'
  return { release: upstream, reported, trust }
}

/** @throws MultipathError `release-unknown` when `text` holds no version */
export function releaseOf(text: string): Release {
  const reading = parseRelease(text)
  if (reading !== undefined) return reading.release
  throw new MultipathError('release-unknown', {
    attempted: 'read a release of multipath-tools',
    found: JSON.stringify(text),
    hint: 'give it as three numbers, such as 0.9.4',
  })
}

/** A release as one number that can be compared: 0.9.4 is 9004, 0.14.3 is 14003. */
export function releaseNumber(release: string): number {
  const [major = 0, minor = 0, patch = 0] = release.split('.').map(Number)
  return major * 1_000_000 + minor * 1000 + patch
}

/** Negative when `a` is older than `b`, positive when newer, 0 when the same. */
export function compareReleases(a: Release, b: Release): number {
  return releaseNumber(a) - releaseNumber(b)
}

/** True when `number` lies in one of `ranges`, a comma list of `FIRST-LAST` or `FIRST-`. */
export function inRanges(ranges: string, number: number): boolean {
  return ranges.split(',').some((range) => {
    const [first = '', last = ''] = range.split('-')
    return releaseNumber(first) <= number && (last === '' || number <= releaseNumber(last))
  })
}
