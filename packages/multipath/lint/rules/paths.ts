/**
 * How paths are grouped, ranked and checked, and which of these settings have no effect.
 * Source: multipath.conf(5); vendors' guides for ALUA arrays
 */
import { builtInDevices } from '../../releases/hardware/hardware.ts'
import type { Statement } from '../../syntax/document.ts'
import { removeLine } from '../edit.ts'
import { deviceSections, settingsOf } from '../effective.ts'
import { always, hitAt, hitAtTop, hitAtValue, type Rule, settingRule } from '../rule.ts'
import { isSaid, lastIn, linesOf, type Said, type Subject, saidOf } from '../subject.ts'

const off = /^(no|0)$/

export const constPriority: Rule = {
  id: 'MP039',
  severity: 'warning',
  releases: always,
  title: 'no priorities where paths differ',
  rationale: 'Optimised and other paths come into one group, and I/O goes over both.',
  fix: 'detect_prio yes',
  find: (subject) =>
    settingsOf(subject, ['prio', 'detect_prio', 'path_grouping_policy']).flatMap((held) => {
      const prio = held.get('prio')
      const detect = held.get('detect_prio')
      const policy = held.get('path_grouping_policy')
      const isBlind = (prio?.value === 'const' || prio?.value === '') && off.test(detect?.value ?? '')
      const said = [policy, prio, detect].find((one) => one?.said !== undefined)?.said
      if (!isBlind || said === undefined) return []
      const groups =
        policy?.value === 'group_by_prio' ? 'group_by_prio makes one group of all paths' : 'all paths count alike'
      return subject.number < 5000 ? [] : [hitAtValue(said, { consequence: groups })]
    }),
}

export const allInOne: Rule = settingRule({
  id: 'MP040',
  severity: 'warning',
  releases: always,
  title: 'multibus on an array with ALUA or passive paths',
  rationale: 'I/O goes over both controllers in turn, and the LUN is moved to and fro.',
  fix: 'group_by_prio',
  fields: ['path_grouping_policy'],
  wrong: ({ value, section, container }, subject) => {
    if (value !== 'multibus' || section === 'multipaths/multipath') return undefined
    if (section !== 'devices/device') return 'so it is for arrays with ALUA too, unless their section says otherwise'
    return isAlua(container, subject) ? 'this array ranks its paths' : undefined
  },
})

/** The section itself says alua, or the built-in entry it changes does. */
function isAlua(container: Said['container'], subject: Subject): boolean {
  const own = (lastIn(subject, container, 'prio') ?? lastIn(subject, container, 'hardware_handler'))?.value
  if (own !== undefined) return /alua|rdac|emc|hp_sw/.test(own)
  const [vendor, product] = ['vendor', 'product'].map((name) => lastIn(subject, container, name)?.value)
  const known = builtInDevices(subject.release).find(
    (device) => device.get('vendor') === vendor && device.get('product') === product,
  )
  return /alua|rdac|emc|hp_sw/.test(String(known?.get('prio') ?? known?.get('hardware_handler') ?? ''))
}

export const slowChecker: Rule = settingRule({
  id: 'MP041',
  severity: 'warning',
  releases: always,
  title: 'a checker that does not fit',
  rationale:
    'All but tur and directio wait for their answer and hold multipathd up for checker_timeout; readsector0 and directio read, which passive paths refuse.',
  fix: 'tur, or detect_checker yes',
  fields: ['path_checker'],
  wrong: ({ value, section }) => {
    if (/^(emc_clariion|rdac|hp_sw|hp_tur|cciss_tur)$/.test(value) && section !== 'devices/device')
      return `${value} is used for every array, and holds multipathd up`
    return value === 'readsector0' || value === 'directio'
      ? 'passive paths fail it, and multipathd is held up'
      : undefined
  },
})

export const idleHandler: Rule = settingRule({
  id: 'MP042',
  severity: 'warning',
  releases: '0.5.0-',
  title: 'hardware_handler has no effect',
  rationale:
    'The kernel keeps the handler that it attached: since 4.3 always, before with retain_attached_hw_handler yes.',
  fix: 'remove it',
  fields: ['hardware_handler'],
  wrong: ({ value }, subject) => {
    const isKept = kernelAtLeast(subject, 4, 3) || isSaid(subject, 'retain_attached_hw_handler', /^(yes|1)$/)
    return isKept && !/^(0|)$/.test(value.trim()) ? 'the kernel keeps the handler it attached' : undefined
  },
})

/** Without a known kernel one of today is assumed. */
function kernelAtLeast({ host }: Subject, major: number, minor: number): boolean {
  const [, a, b] = /^(\d+)\.(\d+)/.exec(host.kernel ?? '99.0') ?? []
  return Number(a) > major || (Number(a) === major && Number(b) >= minor)
}

export const oldMinimum: Rule = settingRule({
  id: 'MP043',
  severity: 'warning',
  releases: '0.5.0-',
  title: 'rr_min_io without rr_min_io_rq',
  rationale: 'Kernels since 2.6.31 use rr_min_io_rq; rr_min_io is for bio-based maps only.',
  fix: 'set rr_min_io_rq',
  fields: ['rr_min_io'],
  wrong: ({ container }, subject) =>
    lastIn(subject, container, 'rr_min_io_rq') === undefined ? 'it has no effect: rr_min_io_rq is 1' : undefined,
})

export const sectorsLowered: Rule = settingRule({
  id: 'MP055',
  severity: 'warning',
  releases: '0.7.0-',
  title: 'max_sectors_kb in the file',
  rationale: 'Since 0.9.9 it is not applied to maps that exist; before, a lower value on a live map makes I/O fail.',
  fix: 'make the map anew, or delete and add its paths one by one',
  fields: ['max_sectors_kb'],
  wrong: (_, { number }) =>
    number >= 9009 ? 'maps that exist keep their value' : 'a live map may fail I/O when it is lowered',
})

export const overridesAll: Rule = {
  id: 'MP056',
  severity: 'info',
  releases: '0.6.0-',
  title: 'overrides',
  rationale: 'It beats devices and defaults for every array; multipaths still wins where it has the keyword.',
  fix: 'use it on purpose',
  find: (subject) =>
    subject.sections.flatMap(({ file, section }) => {
      const names = section.children.flatMap((node) => (node.kind === 'statement' ? [node.keyword.name] : []))
      if (section.path !== 'overrides' || names.length === 0) return []
      return [hitAt(file, section.line, { consequence: `${names.join(', ')} hold for every array` })]
    }),
}

export const builtInAgain: Rule = {
  id: 'MP061',
  severity: 'info',
  releases: always,
  title: 'a device section that repeats the built-in one',
  rationale: "It freezes today's advice over that of later releases.",
  fix: 'remove it',
  find: (subject) =>
    deviceSections(subject).flatMap(({ file, section }) => {
      const said = section.children.filter((node): node is Statement => node.kind === 'statement')
      const names = ['vendor', 'product', 'revision'].map((name) => lastIn(subject, section, name)?.value ?? '')
      const known = builtInDevices(subject.release).find((device) =>
        ['vendor', 'product', 'revision'].every((name, at) => String(device.get(name) ?? '') === names[at]),
      )
      if (
        known === undefined ||
        said.length < 3 ||
        !said.every(({ keyword, value }) => String(known.get(keyword.field) ?? '') === value?.text)
      )
        return []
      return [
        hitAt(file, section.line, {
          consequence: 'the tool has these values without it',
          edits: linesOf(section).map(removeLine),
        }),
      ]
    }),
}

export const staleWwid: Rule = {
  id: 'MP035',
  severity: 'warning',
  releases: '0.8.6-',
  title: 'recheck_wwid is not yes',
  rationale: 'A LUN that the array puts under the same H:C:T:L keeps the old map: writes go to the wrong LUN.',
  fix: 'recheck_wwid yes',
  find: (subject) => {
    const set = saidOf(subject, 'recheck_wwid')
    const consequence = 'after the array gives a LUN number to another volume the map leads to that one'
    if (set.some(({ value }) => /^(yes|1)$/.test(value))) return []
    return set[0] === undefined ? hitAtTop(subject, { consequence }) : [hitAtValue(set[0], { consequence })]
  },
}

export const pathRules: readonly Rule[] = [
  staleWwid,
  constPriority,
  allInOne,
  slowChecker,
  idleHandler,
  oldMinimum,
  sectorsLowered,
  overridesAll,
  builtInAgain,
]
