/**
 * Regular expressions: those that keep the file from loading, and those that fit more or less than was meant.
 * Source: libmultipath/blacklist.c and config.c, regcomp(REG_EXTENDED | REG_NOSUB), searched anywhere
 */
import { compileEre } from '../../ere/index.ts'
import { compilePattern } from '../../explain/pattern.ts'
import { dialectOf } from '../../releases/dialect.ts'
import { builtInDevices } from '../../releases/hardware/hardware.ts'
import { commentOut, insertAfter, replaceIn, type TextEdit } from '../edit.ts'
import { always, hitAtValue, quoted, type Rule, replaceValue, settingRule } from '../rule.ts'
import { type Said, type Subject, saidOf } from '../subject.ts'

const lists = /^blacklist(_exceptions)?(\/|$)/
const patternFields = ['devnode', 'wwid', 'property', 'protocol', 'vendor', 'product']

/** The pattern as it is compiled: without the `!` that inverts it since 0.8.5. */
function compiled({ value }: Said, { number }: Subject): string {
  return number >= 8005 && value.startsWith('!') ? value.slice(1) : value
}

function fault(pattern: string): string | undefined {
  const ere = compileEre(pattern)
  return ere.ok ? undefined : ere.message
}

/** A pattern of the shell that has one meaning: `*` is `.*`, `sd*` at an end too. */
function fromShell(said: Said): readonly { start: number; end: number; text: string }[] {
  const pattern = said.value.replace(/^\*/, '.*')
  return pattern !== said.value && fault(pattern) === undefined ? replaceValue(said, quoted(pattern)) : []
}

export const listPattern: Rule = settingRule({
  id: 'MP001',
  severity: 'error',
  releases: always,
  title: 'a blacklist pattern that is no regular expression',
  rationale:
    'The main file fails to load: multipath exits with 1, multipathd keeps its old configuration or does not start.',
  fix: 'write it as a POSIX extended regular expression: ".*" fits everything',
  fields: patternFields,
  wrong: (said, subject) => {
    const pattern = compiled(said, subject)
    const message = lists.test(said.section) ? fault(pattern) : undefined
    if (message === undefined) return undefined
    // 0.4.9 has a regex library of its own.
    if (compilePattern(pattern, dialectOf(subject.release)) !== undefined)
      return `${message}: this release passes over the sign, later ones refuse the whole file`
    return said.file.dropIn === undefined
      ? `${message}: the whole file is refused, "error parsing config file"`
      : `${message}: the pattern is left out of the list`
  },
  cure: fromShell,
})

export const devicePattern: Rule = settingRule({
  id: 'MP002',
  severity: 'error',
  releases: always,
  title: 'a vendor or product that is no regular expression',
  rationale: 'There is no message; the section never fits any device and its settings are not used.',
  fix: '".*" fits everything; anchor with ^ and $',
  fields: ['vendor', 'product', 'revision'],
  wrong: (said) => {
    const message = said.section === 'devices/device' ? fault(said.value) : undefined
    return message === undefined ? undefined : `${message}: the section fits no device`
  },
  cure: fromShell,
})

/** Names that a pattern meant for one local disk must not fit together. */
const manyDisks = ['sda', 'sdb', 'sdq', 'sdaa']

export const allDisks: Rule = settingRule({
  id: 'MP047',
  severity: 'error',
  releases: always,
  title: 'a blacklist that keeps out every SCSI disk',
  rationale: 'Names as sda change from boot to boot, and every LUN is an sd disk: none gets a map.',
  fix: 'keep all out by wwid ".*" and let in, as blacklist_exceptions, the LUNs that have an alias; or keep out the local disks alone, by wwid or by vendor and product',
  fields: ['devnode'],
  wrong: (said, subject) => {
    const pattern = compiled(said, subject)
    const isPlain = said.section === 'blacklist' && pattern === said.value && pattern !== ''
    const regex = isPlain ? compilePattern(pattern, dialectOf(subject.release)) : undefined
    if (regex === undefined || !manyDisks.every((name) => regex.test(name))) return undefined
    return isLetIn(subject) ? undefined : 'every LUN is kept out: there are no maps'
  },
  cure: byWwid,
})

/**
 * The same by WWID, which names one LUN and not a place in the order of finding, with an exception for each LUN that has
 * an alias: which disks are local no file says, and one of them that is let in may be the root disk.
 */
function byWwid({ file, container, statement }: Said, subject: Subject): readonly TextEdit[] {
  const { line, value } = statement
  const [keyword] = line.tokens
  const wwids = new Set(
    saidOf(subject, 'wwid')
      .filter(isOfMap)
      .map((said) => said.value.replaceAll(/[^\w-]/g, '.')),
  )
  if (keyword === undefined || value === undefined || container.close === undefined || wwids.size === 0) return []
  const exceptions = ['blacklist_exceptions {', ...[...wwids].map((wwid) => `\twwid "^${wwid}$"`), '}']
  return [
    replaceIn(line, keyword.start, value.end, 'wwid ".*"'),
    insertAfter(file.document, container.close.line, exceptions),
  ]
}

const isOfMap = ({ section, value }: Said): boolean => section === 'multipaths/multipath' && value !== ''

const letIn = new WeakMap<Subject, boolean>()

/** An exception for sd disks takes the blacklist back; found once a subject. */
function isLetIn(subject: Subject): boolean {
  const known = letIn.get(subject) ?? subject.said.some(isException)
  letIn.set(subject, known)
  return known
}

function isException({ section, field, value }: Said): boolean {
  return section.startsWith('blacklist_exceptions') && (field !== 'devnode' || fitsDisk(value))
}

function fitsDisk(pattern: string): boolean {
  const ere = compileEre(pattern)
  return ere.ok && manyDisks.some((name) => ere.test(name))
}

export const oldNegation: Rule = {
  id: 'MP062',
  severity: 'error',
  releases: '0.0.0-0.8.4',
  title: 'a pattern that begins with ! or # between quotes',
  rationale:
    'Before 0.8.5 it is the beginning of a comment even there: the pattern is empty, and the empty one fits everything.',
  fix: 'list the devices to keep out instead, or require 0.8.5',
  find: (subject) =>
    subject.said.flatMap((said) => {
      const { line } = said.statement
      const isPattern = lists.test(said.section) && patternFields.includes(said.field)
      if (!isPattern || !/^\s*\w+\s*"\s*[!#]/.test(line.text)) return []
      const all = said.section.startsWith('blacklist_exceptions')
        ? 'every device is an exception'
        : 'every LUN is kept out'
      return [
        hitAtValue(said, {
          consequence: `the pattern is empty and fits everything: ${all}`,
          edits: [commentOut(line)],
        }),
      ]
    }),
}

export const notAnchored: Rule = settingRule({
  id: 'MP066',
  severity: 'warning',
  releases: always,
  title: 'a vendor or product that is not anchored',
  rationale:
    'It is searched for anywhere in the name: "VV" fits each product that contains VV, ".*" overrides every entry of that vendor.',
  fix: 'write ^VV$',
  fields: ['vendor', 'product'],
  wrong: ({ section, field, value }, subject) => {
    if (section !== 'devices/device' || /^\^|\$$/.test(value) || fault(value) !== undefined) return undefined
    if (isBuiltIn(subject, field, value)) return undefined
    return value === '.*' || value === '' ? `it fits every ${field}` : `it fits every ${field} that contains ${value}`
  },
})

/** Patterns of the built-in table must be repeated to the letter to be merged with it. */
function isBuiltIn(subject: Subject, field: string, value: string): boolean {
  return value !== '.*' && builtInDevices(subject.release).some((device) => device.get(field) === value)
}

export const literalMeant: Rule = settingRule({
  id: 'MP068',
  severity: 'warning',
  releases: always,
  title: 'signs of a regular expression that were meant as they are',
  rationale:
    'Parentheses group, * repeats the character before it: "HSV110 (C)COMPAQ" does not fit the device of that name.',
  fix: 'put a \\ before such a sign: HSV110 \\(C\\)COMPAQ',
  fields: ['vendor', 'product'],
  wrong: ({ section, value }) => {
    if (section !== 'devices/device' || fault(value) !== undefined) return undefined
    if (/[^\\]\((C|R|TM)\)/.test(value))
      return `the parentheses group: it fits ${value.replaceAll(/[()]/g, '')} and not ${value}`
    const star = /^\^?[\w ./-]*([\w-])\*\$?$/.exec(value)
    return star === null ? undefined : `the star repeats ${star[1]}: it fits names without it too`
  },
  cure: (said) =>
    said.value.includes('(') ? replaceValue(said, quoted(said.value.replaceAll(/(?<!\\)[()]/g, '\\$&'))) : [],
})

export const doubledQuotes: Rule = {
  id: 'MP065',
  severity: 'warning',
  releases: '0.0.0-0.7.5',
  title: 'a doubled quote inside a string',
  rationale: 'Before 0.7.6 it ends the string and begins another: the value is another one.',
  fix: 'use . in the regular expression in the place of the quote',
  find: (subject) =>
    subject.said.flatMap((said) => {
      const { line, value } = said.statement
      const raw = /^\s*\w+\s+("(?:[^"]|"")*""(?:[^"]|"")*")/.exec(line.text)?.[1]
      if (raw === undefined || raw === '""' || value === undefined) return []
      const start = line.start + line.text.indexOf(raw)
      const edits = [{ start, end: start + raw.length, text: `"${raw.slice(1, -1).replaceAll('""', '.')}"` }]
      return [hitAtValue(said, { consequence: `the value is only ${said.value === '' ? 'empty' : said.value}`, edits })]
    }),
}

export const patternRules: readonly Rule[] = [
  listPattern,
  devicePattern,
  allDisks,
  oldNegation,
  doubledQuotes,
  notAnchored,
  literalMeant,
]
