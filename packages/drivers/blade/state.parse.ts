/** What guests keep in files of their blade, out of the probe's answer; the parts of one guest count only where all came. */
import type { GuestState, StateFile } from '@anyblade/engine'
import { count, formed, textOf, word } from './fields.ts'
import { Garbled, type Section } from './sections.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const NAMES = { nvram: /^nvram$/, tpm: /^[A-Za-z0-9][A-Za-z0-9._-]{0,50}\/[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/ } as const

export function parseStates({ lines }: Section): GuestState[] {
  const files = Map.groupBy(
    lines.filter(([kind]) => kind === 'file'),
    ([, uuid]) => uuid,
  )
  return lines.flatMap(([kind, uuid, told]): GuestState[] => {
    if (kind === 'whole')
      return [
        {
          uuid: formed(uuid, UUID, 'a guest’s uuid'),
          files: { state: 'read', value: (files.get(uuid) ?? []).map(file) },
        },
      ]
    if (kind !== 'refused') return []
    const because = word(textOf(told, 4096, 'a reason'), 200)
    return [{ uuid: formed(uuid, UUID, 'a guest’s uuid'), files: { state: 'refused', because } }]
  })
}

function file([, , kind, name, bytes, sha256, owner, group, mode]: readonly string[]): StateFile {
  if (kind !== 'nvram' && kind !== 'tpm') throw new Garbled(`a guest keeps a file of kind ${word(kind, 20)}`)
  return {
    kind,
    name: formed(textOf(name, 200, 'a file’s name'), NAMES[kind], 'a file’s name'),
    bytes: count(bytes, 'a file’s size'),
    sha256: formed(sha256, /^[0-9a-f]{64}$/, 'a file’s hash'),
    owner: formed(owner, /^[a-z_][a-z0-9_-]{0,31}$/, 'a file’s owner'),
    group: formed(group, /^[a-z_][a-z0-9_-]{0,31}$/, 'a file’s group'),
    mode: formed(mode, /^[0-7]{1,4}$/, 'a file’s mode'),
  }
}
