/**
 * Aliases and WWIDs: names that are refused, mangled, taken, or that fit no LUN.
 * Source: libmultipath/dict.c set_mp_alias(), alias.c, configure.c select_action(); libdevmapper's name mangling
 */
import { friendlyNumber, isPlainMapName, wwidOfNaa } from '@anyblade/scsi'
import type { Section } from '../../syntax/document.ts'
import { removeLine } from '../edit.ts'
import { always, type Hit, hitAt, hitAtValue, quoted, type Rule, replaceValue, settingRule } from '../rule.ts'
import { isSaid, lastIn, lastSaid, linesOf, type Said, type SectionSaid, type Subject, saidOf } from '../subject.ts'

type Entry = SectionSaid & { readonly wwid: Said | undefined; readonly alias: Said | undefined }

function entries(subject: Subject): readonly Entry[] {
  return subject.sections
    .filter(({ section }) => section.path === 'multipaths/multipath')
    .map((said) => ({
      ...said,
      wwid: lastIn(subject, said.section, 'wwid'),
      alias: lastIn(subject, said.section, 'alias'),
    }))
}

const textOf = (said: Said | undefined): string => said?.value ?? ''

/** Groups of entries with the same text, in order; entries without one are in none. */
function alike(list: readonly Entry[], text: (entry: Entry) => string): readonly (readonly Entry[])[] {
  const groups = new Map<string, Entry[]>()
  for (const entry of list) {
    const key = text(entry)
    const group = groups.get(key)
    if (key === '') continue
    if (group === undefined) groups.set(key, [entry])
    else group.push(entry)
  }
  return [...groups.values()].filter((group) => group.length > 1)
}

const placeOf = ({ file, section }: Entry): string => `${file.path}:${section.line.number}`

export const sameWwid: Rule = {
  id: 'MP019',
  severity: 'error',
  releases: always,
  title: 'the same WWID in two multipath sections',
  rationale:
    'Since 0.7.8 they are merged and the later one wins each keyword; before, both stay and the first is used.',
  fix: 'keep one section a WWID',
  find: (subject) =>
    alike(entries(subject), ({ wwid }) => textOf(wwid)).flatMap(([first, ...others]) => {
      if (first === undefined) return []
      const isLate = subject.number >= 7008
      const alias = textOf((isLate ? (others.at(-1) ?? first) : first).alias)
      const name = alias === '' ? '' : `: the LUN is called ${alias}`
      const consequence = `the WWID is also in ${placeOf(first)}; ${isLate ? 'merged, the later wins' : 'the first is used'}${name}`
      const meaning = meaningOf(first.section)
      return others.map((entry) => {
        const isRepeat = entry.section.close !== undefined && meaningOf(entry.section) === meaning
        const rest = { consequence, ...(isRepeat && { edits: linesOf(entry.section).map(removeLine) }) }
        return hitAt(entry.file, lineOf(entry.wwid) ?? entry.section.line, rest)
      })
    }),
}

const lineOf = (said: Said | undefined) => said?.statement.line

/** All that a section says; of two with the same one can go. */
function meaningOf({ children }: Section): string {
  const said = children.flatMap((node) =>
    node.kind === 'statement' ? [`${node.keyword.name}=${node.value?.text ?? ''}`] : [],
  )
  return said.sort().join('\n')
}

export const sameAlias: Rule = {
  id: 'MP020',
  severity: 'error',
  releases: always,
  title: 'the same alias for two WWIDs',
  rationale:
    'There is no message at load. The second map falls back to its WWID; which one that is depends on the order of discovery and can differ from host to host.',
  fix: 'give each LUN an alias of its own',
  find: (subject) =>
    alike(entries(subject), ({ alias }) => textOf(alias)).flatMap((group) => {
      if (new Set(group.map(({ wwid }) => textOf(wwid))).size < 2) return []
      return group.slice(1).map((entry) => {
        const consequence = `${textOf(entry.alias)} is also the alias of ${textOf(group[0]?.wwid)}: one of the two LUNs gets it, by chance`
        const offset = entry.alias?.statement.value?.start
        return hitAt(entry.file, lineOf(entry.alias) ?? entry.section.line, { consequence }, offset)
      })
    }),
}

export const badAlias: Rule = settingRule({
  id: 'MP021',
  severity: 'error',
  releases: always,
  title: 'an alias that is no name for a map',
  rationale:
    'With a / it is ignored since 0.8 and fails before; other signs are mangled to \\xNN by libdevmapper, or the map is not made.',
  fix: 'use letters, digits, _ . and -, at most 63 of them',
  fields: ['alias'],
  wrong: ({ value }) => {
    if (isPlainMapName(value)) return undefined
    if (value.includes('/')) return 'with a / it is no name: the map is called by its WWID, or not made'
    if (value === '' || value === '.' || value === '..') return 'such a map is not made'
    return value.length > 127 ? 'device-mapper takes 127 bytes at most' : 'signs in it appear as \\xNN in /dev/mapper'
  },
})

function aliasPrefix(subject: Subject): string {
  return lastSaid(subject, 'defaults', 'alias_prefix')?.value ?? 'mpath'
}

export const automaticName: Rule = settingRule({
  id: 'MP022',
  severity: 'error',
  releases: always,
  title: 'an alias of the form of automatic names',
  rationale:
    'With user_friendly_names the name is given to another LUN sooner or later: "alias already bound to wwid".',
  fix: 'use another beginning',
  fields: ['alias'],
  wrong: ({ value }, subject) => {
    if (friendlyNumber(aliasPrefix(subject), value) === undefined) return undefined
    return isSaid(subject, 'user_friendly_names', /^(yes|1)$/)
      ? `${value} may be given to another LUN as well`
      : undefined
  },
})

export const deviceLikeAlias: Rule = settingRule({
  id: 'MP023',
  severity: 'warning',
  releases: '0.0.0-0.9.8',
  title: 'an alias that looks like a device or a WWID',
  rationale: 'Commands could take it for the device of that name; mended in 0.9.9.',
  fix: 'rename it',
  fields: ['alias'],
  wrong: ({ value }) => {
    if (/^(sd[a-z]+|dm-\d+|nvme\d+n\d+|dasd[a-z]+|\d+:\d+)$/.test(value))
      return `multipath ${value} may act on the device ${value}`
    return /^[0-9a-f]{32,33}$/i.test(value) ? 'it may be taken for a WWID' : undefined
  },
})

export const strangeWwid: Rule = {
  id: 'MP054',
  severity: 'warning',
  releases: always,
  title: 'a WWID that no LUN has',
  rationale:
    'It must be the one the daemon works out, to the letter: otherwise the section never fits, without a message.',
  fix: 'write 3 and the lower-case digits of the NAA id; compare with multipathd show paths raw format %w',
  find: (subject) => [
    ...saidOf(subject, 'wwid')
      .filter(({ section }) => section === 'multipaths/multipath')
      .flatMap((said) => strangeValue(said, subject)),
    ...nameless(subject),
  ],
}

function nameless(subject: Subject): readonly Hit[] {
  const all = entries(subject)
  return all.filter(({ wwid }) => wwid === undefined).map((entry) => withoutWwid(entry, subject, all.length))
}

function strangeValue(said: Said, subject: Subject): readonly Hit[] {
  const right = derived(said.value)
  if (right === undefined) return []
  const consequence = `no LUN has this WWID${right === '' ? '' : `, it would be ${right}`}: ${aliasLoss(said, subject)}`
  return [hitAtValue(said, { consequence, ...(right !== '' && { edits: replaceValue(said, quoted(right)) }) })]
}

function aliasLoss({ container }: Said, subject: Subject): string {
  const alias = textOf(lastIn(subject, container, 'alias'))
  return alias === '' ? 'the section does nothing' : `the alias ${alias} is not given`
}

/** The WWID that was meant; empty where it can't be told, undefined where nothing is wrong. */
function derived(wwid: string): string | undefined {
  if (/^(0x|naa\.)/i.test(wwid) || /^[56][0-9a-f]{31}$/i.test(wwid) || /^5[0-9a-f]{15}$/i.test(wwid))
    return wwidOfNaa(wwid) ?? ''
  if (/^3[0-9a-f]{16}([0-9a-f]{16})?$/i.test(wwid) && wwid !== wwid.toLowerCase()) return wwid.toLowerCase()
  return /^(scsi-|wwn-|dm-uuid-|\/dev\/)|^eui\.[0-9a-f]*[A-F]/.test(wwid) ? '' : undefined
}

/** 0.4.9 is killed by it; from 0.7.8 to 0.8.5 the merge is, when there is another section beside it. */
function withoutWwid({ file, section }: Entry, { number }: Subject, count: number): Hit {
  const isDeadly = number < 5000 || (number >= 7008 && number <= 8005 && count > 1)
  const consequence = isDeadly
    ? 'a multipath section without wwid kills this release'
    : 'a section without wwid does nothing'
  return hitAt(file, section.line, { consequence, ...(isDeadly && { severity: 'error' }) })
}

export const nameRules: readonly Rule[] = [sameWwid, sameAlias, badAlias, automaticName, deviceLikeAlias, strangeWwid]
