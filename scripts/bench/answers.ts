/** What the blades of the bench's fleet say, as the probe prints it: all is well, and each volume is a guest's disk. */
import { readFileSync } from 'node:fs'
import type { BladeQuestion } from '@anyblade/engine'
import {
  aliasOf,
  guestXml,
  hex,
  initiator,
  letters,
  machineId,
  naa,
  nameOf,
  SECTORS,
  target,
  uuidOf,
} from './documents.ts'

const STANDARD = `0000060200000000${Buffer.from('LIO-ORG IBLOCK          4.0 ').toString('hex')}`
const CAPACITY = `${hex(SECTORS - 1, 16)}00000200`.padEnd(64, '0')

const CAPABILITIES = readFileSync(
  new URL('../../packages/domain-xml/test/fixtures/domcapabilities-tcg.xml', import.meta.url),
).toString('base64')

/** `guests`: which volumes are disks of guests that run there. */
export function answerOf(blade: number, volumes: number, guests: readonly number[], question: BladeQuestion): string {
  const san = [0, 1].flatMap((port) => [
    `fc-host\t${port}\t0x${initiator(blade, port)}\tOnline\t0x0`,
    ...[port, port + 2].map((at, number) => `rport\t${port}\t0\t${number}\t0x${target(at)}\tOnline`),
  ])
  const status: string[] = []
  const open: string[] = []
  for (let volume = 0; volume < volumes; volume += 1) {
    const disks = [0, 1, 2, 3].map((path) => volume * 4 + path)
    const numbers = disks.map((disk) => `${8 + (disk >> 8)}:${disk & 255}`)
    for (const [path, disk] of disks.entries()) {
      const place = `${path % 2}:0:${path >> 1}:${volume + 1}`
      san.push(`device\t${place}\tsd${letters(disk)}\tsg${disk}\trunning\t0`)
      san.push(`inquiry\t${place}\tok\t${STANDARD}\t00000003008083\t\t0083001401030010${naa(volume)}\t${CAPACITY}\t`)
    }
    const slaves = disks.map((disk, path) => `sd${letters(disk)}=${numbers[path]}`).join(',')
    san.push(`map\tdm-${volume}\t${aliasOf(volume)}\tmpath-3${naa(volume)}\t${SECTORS}\t253:${volume}\t${slaves}\t\t`)
    open.push(`253\t${volume}\t0`)
    status.push(
      `${aliasOf(volume)}: 0 ${SECTORS} multipath 2 0 0 0 1 1 A 0 4 2 ${numbers.map((one) => `${one} A 0 0 1`).join(' ')} `,
    )
  }
  const sections = {
    host: [
      ...[`hostname\t${nameOf(blade)}`, `machine-id\t${machineId(blade)}`, `boot-id\t${hex(blade + 1, 36)}`, 'uid\t0'],
      ...['MemTotal\t1073741824', 'MemAvailable\t536870912', 'processors\t400'],
    ],
    tools: ['multipath\tmultipath-tools v0.9.4 (12/19, 2022)', 'python3\t/usr/bin/python3'],
    ...{ impostors: [], bridges: ['br0'], links: ['br0'], libvirt: [], domains: guests.map(domainLine) },
    files: question.files.map((_, at) => String(at)),
    ...(question.lan.length > 0 && {
      lan: question.lan.map(({ machines }, place) => ['met', place, ...machines].join('\t')),
    }),
    ...(question.logins.length > 0 && {
      logins: question.logins.map((host) => `login\t${host}\t${host}\tin\t${machineIdOf(host)}\town`),
    }),
    ...(question.capabilities && { capabilities: [`capabilities\t${CAPABILITIES}`] }),
    'dm-open': open,
    'dm-status': status,
    san: [...san, 'sysfs\tread'],
  }
  const body = Object.entries(sections).map(
    ([name, lines]) => `[${name}\n${lines.map((line) => `|${line}\n`).join('')}]${name} ok\n`,
  )
  return `anyblade-probe 1 bench\n${body.join('')}anyblade-end\n`
}

const machineIdOf = (name: string): string => machineId(Number(name.replace('blade', '')) - 1)
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const domainLine = (at: number): string =>
  ['domain', uuidOf(at), base64(aliasOf(at)), '1', '1', '0', base64(guestXml(at))].join('\t')
