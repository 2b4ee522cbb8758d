/**
 * `anyblade multipath set`, `unset`, `alias …`, `convert` and `fmt`: commands that change one file and prove it.
 * May come in: what was typed. May not: how a file is changed; that is in the room multipath.
 */
import {
  aliasesInEffect,
  convert as convertFile,
  type Edit,
  edit,
  explain,
  noteLines,
  parse,
  type SectionAddress,
} from '@anyblade/multipath'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { changeFile } from './change.ts'
import { CommandRefusal, ending } from './ending.ts'
import { readInput } from './file.ts'
import { formatted } from './format.ts'
import { type Output, printDocument } from './print.ts'
import { hostFile, questionOf, readSource, releaseFor } from './source.ts'

export type EditFlags = { readonly as?: string; readonly output: Output }

/** Does the changes in turn, each proved under the release. */
async function applied(
  context: Context,
  flags: EditFlags,
  file: string | undefined,
  changes: readonly Edit[],
): Promise<ExitCode> {
  const release = releaseFor(context, flags.as)
  return changeFile(context, flags, file, (bytes) => ({
    bytes: changes.reduce((current, change) => edit(parse(current, release), change).bytes, bytes),
  }))
}

/** SECTION is `defaults`, `overrides`, `multipath:WWID`, `device:VENDOR:PRODUCT[:REV]`, `protocol:TYPE`, or a blacklist. */
export async function set(
  this: Context,
  flags: EditFlags,
  section: string,
  keyword: string,
  value: string,
  file?: string,
): Promise<void> {
  await ending(this, async () => {
    const rule = ruleOf(section, keyword, value)
    const change: Edit = rule
      ? { kind: 'add-rule', ...rule }
      : { kind: 'set', section: addressOf(section), keyword, value: settingOf(value) }
    return applied(this, flags, file, [change])
  })
}

export async function unset(
  this: Context,
  flags: EditFlags & { pattern?: string },
  section: string,
  keyword: string,
  file?: string,
): Promise<void> {
  await ending(this, async () => {
    const rule = ruleOf(section, keyword, flags.pattern ?? '')
    if (rule !== undefined && flags.pattern === undefined)
      throw new CommandRefusal(`${section} may have several ${keyword}: say which one with --pattern`)
    const change: Edit = rule
      ? { kind: 'remove-rule', ...rule }
      : { kind: 'unset', section: addressOf(section), keyword }
    return applied(this, flags, file, [change])
  })
}

/** A number where it is one, for the room compares values by their kind. */
function settingOf(text: string): string | number {
  return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text
}

function ruleOf(section: string, keyword: string, pattern: string) {
  if (section !== 'blacklist' && section !== 'blacklist_exceptions') return undefined
  const known = (['devnode', 'wwid', 'property', 'protocol'] as const).find((name) => name === keyword)
  if (known === undefined)
    throw new CommandRefusal(`${section} holds devnode, wwid, property and protocol, not ${keyword}`)
  return { path: section, keyword: known, pattern } as const
}

/** @throws CommandRefusal */
function addressOf(text: string): SectionAddress {
  const [kind, ...rest] = text.split(':')
  const [first, second, third] = rest
  if (rest.length === 0 && (kind === 'defaults' || kind === 'overrides')) return { path: kind }
  if (kind === 'multipath' && first !== undefined) return { path: 'multipaths/multipath', wwid: rest.join(':') }
  if (kind === 'protocol' && first !== undefined) return { path: 'overrides/protocol', type: rest.join(':') }
  if (kind === 'device' && first !== undefined && second !== undefined)
    return { path: 'devices/device', vendor: first, product: second, ...(third !== undefined && { revision: third }) }
  throw new CommandRefusal(
    `${text}: no such section; give defaults, overrides, blacklist, blacklist_exceptions, multipath:WWID, ` +
      'device:VENDOR:PRODUCT[:REVISION] or protocol:TYPE',
  )
}

export async function aliasAdd(this: Context, flags: EditFlags, wwid: string, alias: string, file?: string) {
  await ending(this, () => applied(this, flags, file, [{ kind: 'alias', wwid, alias }]))
}

/** Takes the alias, or the WWID that has it. */
export async function aliasRemove(this: Context, flags: EditFlags, name: string, file?: string) {
  await ending(this, async () => {
    const release = releaseFor(this, flags.as)
    return changeFile(this, flags, file, (bytes) => {
      const aliases = aliasesIn(bytes, release)
      const wwid = aliases.has(name) ? name : [...aliases].find(([, alias]) => alias === name)?.[0]
      if (wwid === undefined) throw new CommandRefusal(`${file ?? hostFile}: no alias or WWID ${name}`)
      return { bytes: edit(parse(bytes, release), { kind: 'unalias', wwid }).bytes }
    })
  })
}

export async function aliasRename(this: Context, flags: EditFlags, from: string, to: string, file?: string) {
  await ending(this, () => applied(this, flags, file, [{ kind: 'rename-alias', from, to }]))
}

export async function aliasSwap(this: Context, flags: EditFlags, one: string, other: string, file?: string) {
  await ending(this, () => applied(this, flags, file, [{ kind: 'swap-aliases', one, other }]))
  this.process.stderr.write('on a live host names can not change places at once: a third name and two reconfigures\n')
}

export async function aliasList(this: Context, flags: EditFlags & { confd?: string }, file?: string) {
  await ending(this, async () => {
    const source = await readSource(this, file, flags.confd)
    const explanation = explain(questionOf(source, releaseFor(this, flags.as)))
    if (!explanation.loads) throw new CommandRefusal(`${file ?? hostFile}: ${explanation.release} does not load it`)
    const aliases = Array.from(aliasesInEffect(explanation), ([wwid, alias]) => ({ wwid, alias }))
    const width = aliases.reduce((most, { alias }) => Math.max(most, alias.length), 0)
    printDocument(
      this,
      flags.output,
      () => ({ aliases }),
      () => aliases.map(({ wwid, alias }) => `${alias.padEnd(width)}  ${wwid}`),
    )
    return ExitCode.done
  })
}

function aliasesIn(bytes: Uint8Array, release: string): ReadonlyMap<string, string> {
  const explanation = explain({ release, main: { path: hostFile, bytes } })
  return explanation.loads ? aliasesInEffect(explanation) : new Map()
}

export async function convert(this: Context, flags: EditFlags & { to: string }, file?: string): Promise<void> {
  await ending(this, async () => {
    const to = releaseFor(this, flags.to, '--to')
    const from = releaseFor(this, flags.as)
    return changeFile(this, flags, file, (bytes) => {
      const converted = convertFile(bytes, from, to)
      const { notes, messages } = converted
      return {
        bytes: converted.bytes,
        notes: [...noteLines(converted), ...messages],
        json: { from, to, notes, messages },
      }
    })
  })
}

/** With --check nothing is written, and it ends with 6 where something would be. */
export async function fmt(this: Context, flags: EditFlags & { check: boolean }, file?: string): Promise<void> {
  await ending(this, async () => {
    const release = releaseFor(this, flags.as)
    if (!flags.check) return changeFile(this, flags, file, (bytes) => ({ bytes: formatted(bytes, release) }))
    const name = file ?? hostFile
    const bytes = await readInput(this, name)
    const same = Buffer.compare(bytes, formatted(bytes, release)) === 0
    printDocument(
      this,
      flags.output,
      () => ({ file: name, formatted: same }),
      () => [`${name} is ${same ? '' : 'not '}formatted`],
    )
    return same ? ExitCode.done : ExitCode.differs
  })
}
