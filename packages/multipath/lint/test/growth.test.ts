/**
 * The linter's work grows as the file does, whatever is in it. Work is counted, not timed (test/work.ts), so that a
 * machine that is busy decides nothing.
 */
import { test } from 'node:test'
import { bytesOf } from '../../syntax/document.ts'
import { growsAsItsInput } from '../../test/work.ts'
import { type HostKnowledge, lint } from '../index.ts'

/** All that makes rules speak, so that each has its work. */
const host: HostKnowledge = { vmHost: true, localDisks: ['sda', 'sdb'], guestReservations: true, rootOnMultipath: true }

const each = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join('')
const maps = (count: number, text: (at: number) => string) =>
  `multipaths {\n${each(count, (at) => `multipath {\n${text(at)}}\n`)}}\n`
const devices = (count: number, text: (at: number) => string) =>
  `devices {\n${each(count, (at) => `device {\n${text(at)}}\n`)}}\n`

/** Files of any size in shapes that cost a careless rule the square of it. */
const shapes: Readonly<Record<string, (count: number) => string>> = {
  'one long line of letters': (count) => 'x'.repeat(count * 50),
  'one long line of words': (count) => 'x '.repeat(count * 10),
  'one long line of braces': (count) => '{'.repeat(count * 10),
  'one long line of quotes': (count) => '"a" '.repeat(count * 5),
  'one long comment': (count) => `# ${'x{ '.repeat(count * 10)}`,
  'one long value': (count) => `blacklist {\ndevnode "${'a'.repeat(count * 20)}"\n}\n`,
  'CR for LF': (count) => 'verbosity 2\r'.repeat(count),
  'NUL in every line': (count) => `defaults {\n${'verbosity 2\0\n'.repeat(count)}`,
  'unknown sections never closed': (count) => 'a {\n'.repeat(count),
  'unknown sections in each other': (count) => 'a {\n'.repeat(count) + '}\n'.repeat(count),
  'top sections never closed': (count) => 'multipaths {\n'.repeat(count),
  'inner sections never closed': (count) => `devices {\n${'device {\nvendor a\n'.repeat(count)}`,
  'pairs of sections never closed': (count) => 'devices {\ndevice {\n'.repeat(count),
  'sections on one line': (count) => 'blacklist { devnode "^sda$" }\n'.repeat(count),
  'aliases on one line': (count) => each(count, (at) => `multipaths { multipath { wwid 3${at} alias v${at} } }\n`),
  'braces below their section': (count) => 'defaults\n{\nverbosity 2\n}\n'.repeat(count),
  'unknown sections inside': (count) => `devices {\n${'gadget {\na b\n}\n'.repeat(count)}}\n`,
  'braces that close nothing': (count) => '}\n'.repeat(count),
  aliases: (count) => maps(count, (at) => `wwid 3${at}\nalias vm${at}\n`),
  'one alias for all': (count) => maps(count, (at) => `wwid 3${at}\nalias vm\n`),
  'one WWID for all': (count) => maps(count, (at) => `wwid 3\nalias vm${at}\n`),
  'no WWID': (count) => maps(count, (at) => `alias vm${at}\n`),
  'devices with timeouts': (count) =>
    devices(
      count,
      (at) =>
        `vendor V${at}\nproduct P\nfast_io_fail_tmo 50\ndev_loss_tmo 20\nno_path_retry queue\nprio const\ndetect_prio no\n`,
    ),
  'one device for all': (count) => devices(count, () => 'vendor A\nproduct B\nprio const\n'),
  'all_devs again and again': (count) => devices(count, () => 'all_devs yes\nno_path_retry fail\n'),
  'one keyword again and again': (count) => `defaults {\n${'verbosity 2\n'.repeat(count)}}\n`,
  'unknown keywords': (count) => `defaults {\n${each(count, (at) => `bogus${at} 2\n`)}}\n`,
  'patterns in both lists': (count) => {
    const patterns = each(count, (at) => `devnode "^sd${at}$"\nwwid 3${at}\n`)
    return `blacklist {\n${patterns}}\nblacklist_exceptions {\n${patterns}}\n`
  },
  protocols: (count) => `overrides {\n${'protocol {\ntype scsi:fcp\nfast_io_fail_tmo 9\n}\n'.repeat(count)}}\n`,
  callouts: (count) =>
    `defaults {\n${'getuid_callout "/x"\nprio_callout "/sbin/mpath_prio_alua x"\n'.repeat(count)}}\n`,
  'sections again and again': (count) => 'defaults {\nverbosity 2\n}\nblacklist {\n}\n'.repeat(count),
}

for (const [shape, fileOf] of Object.entries(shapes))
  test(`twice the file is twice the work: ${shape}`, () => {
    growsAsItsInput((count) => {
      const bytes = bytesOf(fileOf(count))
      return () => lint([{ path: 'f', bytes }], '0.9.4', host)
    })
  })
