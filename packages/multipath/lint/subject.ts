/**
 * What the rules look at: the files of one host, parsed for its release, and all they say as flat lists.
 * May come in: bytes, a release, what is known of the host. May not: I/O, a verdict.
 */

import { isDropIn } from '../explain/explain.ts'
import type { Release } from '../releases/release.ts'
import {
  type Document,
  type Line,
  type Node,
  parse,
  type Section,
  type Skipped,
  type Statement,
  type Stray,
  type Unknown,
} from '../syntax/document.ts'
import { compareNames } from './drop-in-name.ts'

/** A file as it is named in findings; drop-ins have the name of their file in conf.d. */
export type LintFile = { readonly path: string; readonly bytes: Uint8Array; readonly dropIn?: string }

/**
 * What is known of the host beyond its files; what is absent is not known, and rules that need it are silent.
 * `vmHost`: guests have their disks on these LUNs, and hang or fail with them.
 */
export type HostKnowledge = {
  readonly vmHost?: boolean
  /** `uname -r`; without it a kernel of 4.3 or newer is assumed. */
  readonly kernel?: string
  /** The text of lvm.conf. */
  readonly lvmConfig?: string
  /** Kernel names of local disks that multipath must leave alone, such as `sda`. */
  readonly localDisks?: readonly string[]
  /** The root file system lies on a map. */
  readonly rootOnMultipath?: boolean
  /** Guests use SCSI-3 reservations through qemu-pr-helper. */
  readonly guestReservations?: boolean
}

export type SubjectFile = { readonly path: string; readonly dropIn: string | undefined; readonly document: Document }

/** A keyword with its value as this release reads them; `container` is the section it stands in. */
export type Said = {
  readonly file: SubjectFile
  readonly container: Section
  readonly section: string
  readonly name: string
  readonly field: string
  readonly value: string
  readonly statement: Statement
}
export type UnknownWord = {
  readonly file: SubjectFile
  readonly container: Section | undefined
  readonly section: string
  readonly unknown: Unknown
}
/** A line that the tool skips, or a `}` that closes nothing. */
export type SkippedLine = {
  readonly file: SubjectFile
  readonly container: Section | undefined
  readonly node: Skipped | Stray
}
export type SectionSaid = {
  readonly file: SubjectFile
  readonly section: Section
  readonly parent: Section | undefined
}

export type Subject = {
  readonly release: Release
  readonly number: number
  readonly files: readonly SubjectFile[]
  readonly said: readonly Said[]
  /** The same by the field they set. */
  readonly byField: ReadonlyMap<string, readonly Said[]>
  /** The last word on each field in one section, and in all sections of a path. */
  readonly lastIn: ReadonlyMap<Section, ReadonlyMap<string, Said>>
  readonly lastAt: ReadonlyMap<string, ReadonlyMap<string, Said>>
  readonly unknown: readonly UnknownWord[]
  readonly sections: readonly SectionSaid[]
  readonly skipped: readonly SkippedLine[]
  readonly host: HostKnowledge
}

/** Parses the files for the release and lists what they say, in the order the tool reads them. */
export function subjectOf(files: readonly LintFile[], release: string, host: HostKnowledge): Subject {
  const mains = files.filter((file) => file.dropIn === undefined)
  const dropIns = files.filter((file) => file.dropIn !== undefined).sort((a, b) => compareNames(a.dropIn, b.dropIn))
  const parsed = [...mains, ...dropIns].map(({ path, bytes, dropIn }) => ({
    path,
    dropIn,
    document: parse(bytes, release),
  }))
  const read = parsed.filter(({ dropIn, document }) => dropIn === undefined || isDropIn(dropIn, document.dialect))
  const lists: Lists = { said: [], lastIn: new Map(), lastAt: new Map(), unknown: [], sections: [], skipped: [] }
  for (const file of read) collect(file, file.document.nodes, undefined, lists)
  const dialect = parse(new Uint8Array(0), release)
  return {
    release: dialect.release,
    number: dialect.dialect.number,
    files: read,
    ...lists,
    byField: Map.groupBy(lists.said, ({ field }) => field),
    host,
  }
}

type Lists = {
  readonly said: Said[]
  readonly lastIn: Map<Section, Map<string, Said>>
  readonly lastAt: Map<string, Map<string, Said>>
  readonly unknown: UnknownWord[]
  readonly sections: SectionSaid[]
  readonly skipped: SkippedLine[]
}

function collect(file: SubjectFile, nodes: readonly Node[], container: Section | undefined, lists: Lists): void {
  const section = container?.path ?? ''
  for (const node of nodes) {
    if (node.kind === 'section') {
      lists.sections.push({ file, section: node, parent: container })
      collect(file, node.children, node, lists)
    } else if (node.kind === 'unknown') lists.unknown.push({ file, container, section, unknown: node })
    else if (node.kind === 'skipped' || node.kind === 'stray') lists.skipped.push({ file, container, node })
    else if (node.kind === 'statement' && container !== undefined) {
      const { name, field } = node.keyword
      const said = { file, container, section, name, field, value: node.value?.text ?? '', statement: node }
      lists.said.push(said)
      remember(lists.lastIn, container, said)
      remember(lists.lastAt, section, said)
    }
  }
}

function remember<Key>(last: Map<Key, Map<string, Said>>, key: Key, said: Said): void {
  const fields = last.get(key)
  if (fields === undefined) last.set(key, new Map([[said.field, said]]))
  else fields.set(said.field, said)
}

/** The lines of a section, its own first. */
export function linesOf(section: Section): readonly Line[] {
  const inner = section.children.flatMap((node) => (node.kind === 'section' ? linesOf(node) : [node.line]))
  return [section.line, ...inner, ...(section.close === undefined ? [] : [section.close.line])]
}

/** What a section says of a field, the last one as the tool takes it. */
export function lastIn(subject: Subject, section: Section | undefined, field: string): Said | undefined {
  return section === undefined ? undefined : subject.lastIn.get(section)?.get(field)
}

/** The last word on a field in all sections of this path, as the tool merges them. */
export function lastSaid(subject: Subject, section: string, field: string): Said | undefined {
  return subject.lastAt.get(section)?.get(field)
}

/** Everything said of a field, in any section. */
export function saidOf(subject: Subject, field: string): readonly Said[] {
  return subject.byField.get(field) ?? []
}

const answers = new WeakMap<Subject, Map<string, boolean>>()

/** Whether any section says a value of this form; found once a subject, for rules ask it at every place. */
export function isSaid(subject: Subject, field: string, form: RegExp): boolean {
  const known = answers.get(subject) ?? new Map<string, boolean>()
  answers.set(subject, known)
  const key = `${field} ${form.source}`
  const answer = known.get(key) ?? saidOf(subject, field).some(({ value }) => form.test(value))
  known.set(key, answer)
  return answer
}
