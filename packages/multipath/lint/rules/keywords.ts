/**
 * Keywords that this release does not know, does not know there, knows twice, or no longer heeds.
 * Source: libmultipath/dict.c by release; RHEL's additions from its own packages
 */
import { keywordsOf } from '../../releases/keyword.ts'
import { NEWEST_RELEASE, releaseNumber } from '../../releases/release.ts'
import type { Section, Statement } from '../../syntax/document.ts'
import { commentOut, indentOf, removeLine, type TextEdit } from '../edit.ts'
import { always, type Hit, hitAt, quoted, type Rule, settingRule } from '../rule.ts'
import { lastIn, linesOf, type SectionSaid, type Subject, type UnknownWord } from '../subject.ts'
import { brokenFrom, opensBlock, rootNames } from '../swallowed.ts'

/** Keywords that only RHEL's packages know. */
const rhelOnly = new Set(['all_devs', 'replace_wwid_whitespace', 'hw_str_match', 'unpriv_sgio', 'new_bindings_in_boot'])
/** Releases at which keywords came or went; looked through for where an unknown one was known. */
const landmarks = ['0.4.9', '0.5.0', '0.6.4', '0.7.9', '0.8.9', '0.9.4', NEWEST_RELEASE]

/** Words that no other rule speaks of. */
function plainUnknown(subject: Subject): readonly UnknownWord[] {
  return subject.unknown.filter(({ file, container, unknown }) => {
    const broken = brokenFrom(subject, file)
    const isOther = rhelOnly.has(unknown.name) || unknown.name === 'prio_callout' || unknown.name === '{'
    const isRoot = rootNames.has(unknown.name) && container !== undefined
    return !isOther && !isRoot && !opensBlock(unknown.line) && unknown.line.number < broken
  })
}

/** Where else, or when, the keyword is known. */
function knownElsewhere(name: string, section: string, subject: Subject): string {
  const here = [...keywordsOf(subject.release)].filter(
    ([path, { byName }]) => path !== section && path !== '' && byName.has(name),
  )
  const when = landmarks.filter((release) => keywordsOf(release).get(section)?.byName.has(name))
  const [first] = when
  if (first !== undefined && releaseNumber(first) > subject.number) return `it is known from ${first} on`
  if (first !== undefined) return `it was known up to ${when.at(-1)}`
  const [place] = here
  return place === undefined ? 'no release knows it' : `it belongs into ${place[0]}`
}

export const unknownKeyword: Rule = {
  id: 'MP016',
  severity: 'warning',
  releases: always,
  title: 'a keyword that this release does not know there',
  rationale: 'It is ignored, with a message since 0.7; 0.4.9 to 0.6.4 say nothing.',
  fix: 'move it to its section, or remove it',
  find: (subject) => [
    ...plainUnknown(subject).map(({ file, section, unknown }) => {
      const where = section === '' ? 'outside of every section' : `in ${section}`
      const elsewhere = knownElsewhere(unknown.name, section, subject)
      return hitAt(file, unknown.line, {
        consequence: `${unknown.name} is ignored ${where}: ${elsewhere}`,
        edits: [commentOut(unknown.line)],
      })
    }),
    ...withoutValue(subject),
  ],
}

/** 0.4.9 is killed by a keyword without a value, later releases pass over it. */
function withoutValue(subject: Subject): readonly Hit[] {
  const skipped = subject.skipped.flatMap(({ file, node }) =>
    node.kind === 'skipped' &&
    node.complaint.kind === 'missing-value' &&
    !rootNames.has(node.line.tokens[0]?.text ?? '')
      ? [
          hitAt(file, node.line, {
            consequence: `${node.line.tokens[0]?.text} has no value and is ignored`,
            edits: [commentOut(node.line)],
          }),
        ]
      : [],
  )
  if (subject.number >= 5000) return skipped
  const dead = subject.said.filter(({ statement }) => statement.value === undefined)
  const deadly = { severity: 'error', consequence: '0.4.9 is killed by a keyword without a value' } as const
  return [
    ...skipped,
    ...dead.map(({ file, statement }) =>
      hitAt(file, statement.line, { ...deadly, edits: [commentOut(statement.line)] }),
    ),
  ]
}

export const duplicateKeyword: Rule = {
  id: 'MP017',
  severity: 'info',
  releases: always,
  title: 'a keyword twice in one section',
  rationale: 'The last one counts; a reader who stops at the first is misled.',
  fix: 'keep one',
  find: (subject) =>
    subject.sections.flatMap(({ file, section }) => {
      const last = new Map<string, Statement>()
      const all = section.children.filter(
        (node): node is Statement => node.kind === 'statement' && !node.keyword.repeats,
      )
      for (const statement of all) last.set(statement.keyword.name, statement)
      return all.flatMap((statement) => {
        const winner = last.get(statement.keyword.name)
        if (winner === undefined || winner === statement) return []
        const consequence = `${statement.keyword.name} of line ${winner.line.number} counts, this one does not`
        return [hitAt(file, statement.line, { consequence, edits: [removeLine(statement.line)] })]
      })
    }),
}

export const duplicateSection: Rule = {
  id: 'MP018',
  severity: 'warning',
  releases: always,
  title: 'a section twice in one file',
  rationale: 'Both are merged, later keywords win; before 0.6 a second blacklist or multipaths replaces the first.',
  fix: 'merge them into one',
  find: (subject) => {
    const seen = new Map<string, SectionSaid>()
    return subject.sections.flatMap((said) => {
      if (said.parent !== undefined) return []
      const key = `${said.file.path} ${said.section.path}`
      const first = seen.get(key)
      seen.set(key, first ?? said)
      if (first === undefined) return []
      const what = replaces(said.section, subject) ? 'replaces' : 'is merged with'
      return [
        hitAt(said.file, said.section.line, { consequence: `it ${what} the one of line ${first.section.line.number}` }),
      ]
    })
  },
}

function replaces({ path }: Section, { number }: Subject): boolean {
  return number < 6000 && /^(blacklist|blacklist_exceptions|multipaths|devices)$/.test(path)
}

export const getuidCallout: Rule = settingRule({
  id: 'MP037',
  severity: 'error',
  releases: '0.9.0-',
  title: 'getuid_callout',
  rationale:
    "It is ignored since 0.9.0: the WWID comes from udev's ID_SERIAL and may be another one; 0.5 to 0.8 still run it.",
  fix: 'use uid_attribute, or none, after comparing the WWIDs',
  fields: ['getuid_callout'],
  wrong: () => 'it is ignored: ids of types 0, 1 and S may change, then aliases and bindings no longer fit',
  cure: ({ statement }) => [removeLine(statement.line)],
})

const prioOfCallout = /mpath_prio_(\w+)/

export const prioCallout: Rule = {
  id: 'MP038',
  severity: 'warning',
  releases: '0.4.9-',
  title: 'prio_callout',
  rationale:
    'It is an unknown keyword: prio stays const, all paths count alike, and I/O goes over ports that are not optimised.',
  fix: 'use prio alua and the like',
  find: (subject) =>
    subject.unknown.flatMap(({ file, container, section, unknown }) => {
      if (unknown.name !== 'prio_callout') return []
      const known = keywordsOf(subject.release).get(section)?.byName.has('prio') === true
      const prio = prioOfCallout.exec(unknown.line.text)?.[1]
      const edit =
        known && prio !== undefined && lastIn(subject, container, 'prio') === undefined
          ? prioLine(unknown, prio)
          : removeLine(unknown.line)
      return [
        hitAt(file, unknown.line, {
          consequence: 'it is ignored: prio is const unless it is said otherwise',
          edits: [edit],
        }),
      ]
    }),
}

/** The line with the prio of that name, its end kept. */
function prioLine({ line }: UnknownWord['unknown'], prio: string): TextEdit {
  return { start: line.start, end: line.start + line.text.length, text: `${indentOf(line)}prio ${quoted(prio)}` }
}

const gone: readonly (readonly [field: string, since: string, loss: string])[] = [
  ['multipath_dir', '0.9.0', 'libraries are searched where they were built for'],
  ['config_dir', '0.9.0', 'drop-ins are read from /etc/multipath/conf.d'],
  ['pg_timeout', '0.9.0', 'it has no effect'],
  ['bindings_file', '0.9.7', 'a moved file is no longer read: all mpathN names change'],
  ['wwids_file', '0.9.7', 'a moved file is no longer read: known LUNs may get no map'],
  ['prkeys_file', '0.9.7', 'a moved file is no longer read: reservation keys are lost'],
]

export const deprecated: Rule = settingRule({
  id: 'MP050',
  severity: 'warning',
  releases: '0.9.0-',
  title: 'an option that is no longer heeded',
  rationale: 'The tool says "ignoring deprecated option".',
  fix: 'remove it, and move the file to /etc/multipath',
  fields: gone.map(([field]) => field),
  wrong: ({ field }, { number }) => gone.find(([name, since]) => name === field && number >= releaseNumber(since))?.[2],
  cure: ({ statement }) => [removeLine(statement.line)],
})

export const rhelKeyword: Rule = {
  id: 'MP067',
  severity: 'warning',
  releases: always,
  title: 'keywords of RHEL 7 alone',
  rationale:
    'Upstream and RHEL 8 do not know them; a device with all_devs has no vendor and product, and all its settings are lost.',
  fix: 'put the settings of the all_devs section into overrides',
  find: (subject) => [...rhelWords(subject), ...nameless(subject)],
}

function rhelWords(subject: Subject): readonly Hit[] {
  const parents = new Map(subject.sections.map(({ section, parent }) => [section, parent]))
  const moved = new Set<Section>()
  return subject.unknown.flatMap(({ file, container, unknown }) => {
    if (!rhelOnly.has(unknown.name)) return []
    const isDevice = container?.path === 'devices/device'
    const lost = isDevice ? lostSettings(subject, container) : 'it is ignored'
    const isMove = unknown.name === 'all_devs' && container !== undefined && !moved.has(container)
    if (isMove) moved.add(container)
    const edits = isMove ? toOverrides(subject, container, parents.get(container)) : [commentOut(unknown.line)]
    return [hitAt(file, unknown.line, { consequence: lost, edits })]
  })
}

function lostSettings(subject: Subject, device: Section): string {
  const names = Array.from(subject.lastIn.get(device)?.values() ?? [], ({ name }) => name)
  return names.length === 0 ? 'the section does nothing' : `the section fits no device: ${names.join(', ')} are lost`
}

/** The section that held all_devs becomes a comment; its settings come behind the devices section as overrides. */
function toOverrides(subject: Subject, device: Section, around: Section | undefined): readonly TextEdit[] {
  const close = around?.close?.line
  const overrides = keywordsOf(subject.release).get('overrides')
  if (device.close === undefined || close === undefined || overrides === undefined) return []
  const settings = device.children.flatMap((node) =>
    node.kind === 'statement' && overrides.byName.has(node.keyword.name) ? [`\t${node.line.text.trim()}\n`] : [],
  )
  const block = settings.length === 0 ? '' : `\noverrides {\n${settings.join('')}}\n`
  return [
    ...linesOf(device)
      .filter(({ tokens }) => tokens.length > 0)
      .map(commentOut),
    { start: close.end, end: close.end, text: block },
  ]
}

/** A device section without vendor or product, all_devs or not. */
function nameless(subject: Subject): readonly Hit[] {
  return subject.sections.flatMap(({ file, section }) => {
    const isWhole = ['vendor', 'product'].every((name) => lastIn(subject, section, name) !== undefined)
    const hasAllDevs = section.children.some((node) => node.kind === 'unknown' && node.name === 'all_devs')
    if (section.path !== 'devices/device' || isWhole || hasAllDevs) return []
    const consequence = `vendor or product is missing: ${lostSettings(subject, section)}`
    return [hitAt(file, section.line, { consequence })]
  })
}

export const keywordRules: readonly Rule[] = [
  unknownKeyword,
  duplicateKeyword,
  duplicateSection,
  getuidCallout,
  prioCallout,
  deprecated,
  rhelKeyword,
]
