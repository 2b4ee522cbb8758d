/**
 * Names that are not the same LUN everywhere. Blades whose names are all the same are compared once: in a farm of 64 that is
 * the difference between one comparison and four thousand.
 */
import type { BladeName, Fleet } from '#documents'
import { prove } from '#findings'
import { domainsOf, reportOf, type Survey, valueRead } from '#survey'
import type { Diagnosis, Untold } from './diagnosis.ts'
import { disksIn } from './seen-fleet.ts'

export function wrongNames(
  fleet: Fleet,
  survey: Survey,
): { readonly diagnoses: Diagnosis[]; readonly untold: Untold[] } {
  const blades = [...survey.blades.keys()].filter((blade) => reportOf(survey, blade) !== undefined)
  const alike = Map.groupBy(blades, (blade) => signature(survey, blade))
  const ones = [...alike.values()].flatMap(([first]) => first ?? [])
  // each pair once
  const findings = ones.map((blade, i) => ({
    blade,
    ...prove({ kind: 'aliases', blade, among: ones.slice(0, i) }, fleet, survey),
  }))
  const wrong = findings.filter(({ verdict }) => verdict === 'refuted')
  const untold = findings
    .filter(({ verdict }) => verdict === 'unknown')
    .map(({ because }) => ({ check: 'aliases', because }))
  const lines = wrong.flatMap(({ blade, evidence }) => evidence.map((line) => `${blade} ${line}`))
  const double = namesOfTwo(survey, blades)
  const isNamed = (blade: BladeName) =>
    wrong.some((one) => one.blade === blade || one.evidence.join().includes(`${blade} `))
  const critical: Diagnosis = {
    ...{ severity: 'critical', check: 'aliases', blades: [...new Set(double.flatMap((one) => one.blades))] },
    because: `${double.map(({ name }) => name).join(', ')}: one name, two LUNs`,
    evidence: [...double.flatMap((one) => one.lines), ...lines],
    consequence: 'virsh migrate goes by the name: it succeeds, and the guest writes on the wrong LUN',
    mend: MEND,
  }
  const major: Diagnosis = {
    ...{ severity: 'major', check: 'aliases', blades: ones.filter(isNamed) },
    because: 'names and LUNs are not one to one on all blades',
    evidence: lines,
    consequence: 'a guest finds its disk under another name, or not at all, where it is moved or after the next boot',
    mend: MEND,
  }
  if (double.length > 0) return { diagnoses: [critical], untold }
  return { diagnoses: wrong.length > 0 ? [major] : [], untold }
}

const MEND = 'anyblade config diff shows who gives which name; anyblade config roll-out gives all blades one'

type Double = { readonly name: string; readonly blades: readonly BladeName[]; readonly lines: readonly string[] }

/** Maps of one name that are two LUNs now; mpatha and the like are each host's own, unless a guest has one as its disk. */
function namesOfTwo(survey: Survey, blades: readonly BladeName[]): Double[] {
  const maps = blades.flatMap((blade) =>
    (reportOf(survey, blade)?.maps ?? []).flatMap(({ name, wwid }) =>
      wwid === undefined ? [] : [{ blade, name, wwid }],
    ),
  )
  const guests = new Set(
    blades
      .flatMap((blade) => (domainsOf(survey, blade) ?? []).flatMap(disksIn))
      .map(({ source }) => ('path' in source ? source.path : '')),
  )
  return [...Map.groupBy(maps, ({ name }) => name)]
    .filter(([, of]) => new Set(of.map(({ wwid }) => wwid)).size > 1)
    .filter(([name]) => !/^mpath[a-z]+$/.test(name) || guests.has(`/dev/mapper/${name}`))
    .map(([name, of]) => ({
      name,
      blades: of.map(({ blade }) => blade),
      lines: of.map(({ blade, wwid }) => `/dev/mapper/${name} on ${blade} is ${wwid}`),
    }))
}

function signature(survey: Survey, blade: BladeName): string {
  const report = reportOf(survey, blade)
  const files = valueRead(report?.config)
  const bytes = [files?.main, files?.bindings, ...(files?.dropIns ?? []).map((file) => file.bytes)]
  const maps = (report?.maps ?? []).flatMap(({ name, wwid }) => (wwid === undefined ? [] : [`${name}=${wwid}`]))
  const decoder = new TextDecoder('latin1')
  return [report?.tools.multipath, ...bytes.map((one) => decoder.decode(one)), ...maps.sort()].join('\n')
}
