/**
 * Each blade's local SCSI disk, which nothing may ever touch: filled when it is made, compared whenever one asks.
 * May come in: the lab's folder. May not: a look from inside the blade, which could be lied to.
 */
import { closeSync, openSync, readSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { localDisk } from './qemu.ts'

export type LocalDisk = { readonly blade: string; readonly verdict: 'untouched' | 'touched'; readonly because?: string }

const diskBytes = 256 * 1024 * 1024
const patternBytes = 1024 * 1024
const portionBytes = 4 * 1024 * 1024

/** A fresh disk: a sentence over and over for a mebibyte, then zeros. */
export function makeLocalDisk(folder: string, blade: string): void {
  const path = localDisk(folder, blade)
  rmSync(path, { force: true })
  writeFileSync(path, pattern(blade), { mode: 0o600 })
  truncateSync(path, diskBytes)
}

const pattern = (blade: string): Buffer =>
  Buffer.alloc(patternBytes, `local disk of ${blade}: nothing may write here\n`)

/** Reads the whole disk from outside its blade. */
export function localDiskOf(folder: string, blade: string): LocalDisk {
  const at = firstDifference(localDisk(folder, blade), pattern(blade))
  if (at === undefined) return { blade, verdict: 'untouched' }
  return { blade, verdict: 'touched', because: `another content from byte ${at} on` }
}

/** To the nearest portion. */
function firstDifference(path: string, start: Buffer): number | undefined {
  const file = openSync(path, 'r')
  const portion = Buffer.alloc(portionBytes)
  const wanted = Buffer.alloc(portionBytes)
  start.copy(wanted)
  try {
    for (let at = 0; at < diskBytes; at += portionBytes) {
      const count = readSync(file, portion, 0, portionBytes, at)
      if (count !== portionBytes || !portion.equals(wanted)) return at
      wanted.fill(0, 0, start.length)
    }
    return undefined
  } finally {
    closeSync(file)
  }
}
