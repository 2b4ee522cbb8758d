/**
 * How a host is set up, out of a probe's answer. Files and tools' words come whole; what they mean the engine reads.
 * May come in: any text. May not: a line that is not what the probe writes.
 */
import type { HostSetup } from '@anyblade/engine'
import { formed, textOf, word } from './fields.ts'
import type { Section } from './sections.ts'

const MIB = 1024 * 1024

/** @throws Garbled */
export function parseBaseline(section: Section): HostSetup {
  const rows = (kind: string) => section.rows(kind)
  const whole = (kind: string) => {
    const [row] = rows(kind)
    return row === undefined ? undefined : textOf(row[0], 8 * MIB, `what ${kind} says`)
  }
  const [mdadm] = rows('mdadm')
  return {
    files: new Map(
      rows('file').map(([path, text]) => [
        formed(textOf(path, 4096, 'a file’s path'), /^\/etc\/[\w.@/-]{1,200}$/, 'a file’s path'),
        textOf(text, MIB, 'a file of the host'),
      ]),
    ),
    lvm: whole('lvm'),
    physicalVolumes: rows('pv').map(([uuid, disk]) => ({
      uuid: formed(uuid, /^[A-Za-z0-9-]{1,64}$/, 'a physical volume'),
      disk: word(disk, 64),
    })),
    mdadm: mdadm && {
      directory: formed(mdadm[0], /^\/etc\/[a-z./]{1,40}$/, 'mdadm’s directory'),
      arrays: rows('md').map(([members = '', line]) => ({
        members: members.split(',').filter((member) => member !== ''),
        line: word(textOf(line, 4096, 'an array'), 1000),
      })),
    },
    units: rows('unit').flatMap(([name, said]) => unit(name, textOf(said, MIB, 'a unit'))),
    multipathd: whole('multipathd'),
  }
}

function unit(name: string | undefined, said: string) {
  const values = new Map(said.split('\n').map((line) => [line.split('=', 1)[0], line.replace(/^[^=]*=/, '')]))
  if (values.get('LoadState') !== 'loaded') return []
  const after = (values.get('After') ?? '').split(' ').filter((other) => other !== '')
  return [{ name: formed(name, /^[a-z.]{1,40}$/, 'a unit'), after }]
}
