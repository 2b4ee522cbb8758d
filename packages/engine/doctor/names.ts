/**
 * Names that are not the same LUN everywhere. Blades whose names are all the same are compared once: in a farm of 64 that is
 * the difference between one comparison and four thousand.
 */
import type { BladeName, Fleet } from '#documents'
import { prove } from '#findings'
import { reportOf, type Survey, valueRead } from '#survey'
import type { Diagnosis, Untold } from './diagnosis.ts'

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
  const lines = wrong.flatMap(({ blade, evidence }) => evidence.map((line) => `${blade} ${line}`))
  const isOfTwo = namesOfTwo(survey, blades)
  const untold = findings
    .filter(({ verdict }) => verdict === 'unknown')
    .map(({ because }) => ({ check: 'aliases', because }))
  if (wrong.length === 0) return { diagnoses: [], untold }
  const diagnosis: Diagnosis = {
    severity: isOfTwo.length > 0 ? 'critical' : 'major',
    check: 'aliases',
    blades: ones.filter((blade) =>
      wrong.some((one) => one.blade === blade || one.evidence.join().includes(`${blade} `)),
    ),
    because:
      isOfTwo.length > 0
        ? `${isOfTwo.join(', ')}: one name, two LUNs`
        : 'names and LUNs are not one to one on all blades',
    evidence: lines,
    consequence:
      isOfTwo.length > 0
        ? 'virsh migrate goes by the name: it succeeds, and the guest writes on the wrong LUN'
        : 'a guest finds its disk under another name, or not at all, where it is moved or after the next boot',
    mend: 'anyblade config diff shows who gives which name; anyblade config roll-out gives all blades one',
  }
  return { diagnoses: [diagnosis], untold }
}

/** Maps of one name that are two LUNs now; mpatha and the like are each host's own, unless a guest has it. */
function namesOfTwo(survey: Survey, blades: readonly BladeName[]): string[] {
  const maps = blades.flatMap((blade) => reportOf(survey, blade)?.maps ?? []).filter(({ wwid }) => wwid !== undefined)
  return [...Map.groupBy(maps, ({ name }) => name)]
    .filter(([name, of]) => !/^mpath[a-z]+$/.test(name) && new Set(of.map(({ wwid }) => wwid)).size > 1)
    .map(([name]) => name)
}

function signature(survey: Survey, blade: BladeName): string {
  const report = reportOf(survey, blade)
  const files = valueRead(report?.config)
  const bytes = [files?.main, files?.bindings, ...(files?.dropIns ?? []).map((file) => file.bytes)]
  const maps = (report?.maps ?? []).flatMap(({ name, wwid }) => (wwid === undefined ? [] : [`${name}=${wwid}`]))
  const decoder = new TextDecoder('latin1')
  return [report?.tools.multipath, ...bytes.map((one) => decoder.decode(one)), ...maps.sort()].join('\n')
}
