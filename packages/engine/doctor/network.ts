/**
 * Whether bridges of one name are one network, by frames. It is the only check that others on the network hear, and so it
 * is asked only where the operator wants it.
 */
import type { BladeName } from '#documents'
import { excuse, heardAt, type LanQuestion, reportOf, type Survey } from '#survey'
import type { Diagnosis, Untold } from './diagnosis.ts'

/** Each bridge that another blade has by the same name, to hear those others there. */
export function bridgesToProbe(survey: Survey, blade: BladeName): LanQuestion[] {
  return (reportOf(survey, blade)?.bridges ?? []).flatMap((device) => {
    const machines = others(survey, blade, device).map(({ machine }) => machine)
    return machines.length === 0 ? [] : [{ device, vlan: 0, machines }]
  })
}

type Other = { readonly name: BladeName; readonly machine: string }

function others(survey: Survey, blade: BladeName, device: string): Other[] {
  return [...survey.blades.keys()].flatMap((name) => {
    const report = reportOf(survey, name)
    return name === blade || report?.bridges.includes(device) !== true ? [] : [{ name, machine: report.host.machineId }]
  })
}

const NOT_TOLD: Untold = {
  check: 'network',
  because: 'whether bridges of one name are one network: only frames would tell, which --probe-network sends',
}

/** `further`: the answer to frames. One line for each bridge: who does not hear whom. */
export function wrongNetworks(first: Survey, further: Survey): { diagnoses: Diagnosis[]; untold: Untold[] } {
  const answers = [...first.blades.keys()].filter((blade) => bridgesToProbe(first, blade).length > 0)
  if (answers.length > 0 && answers.every((blade) => reportOf(further, blade)?.lan.state !== 'read'))
    return { diagnoses: [], untold: [NOT_TOLD] }
  const names = new Set([...first.blades.keys()].flatMap((blade) => reportOf(first, blade)?.bridges ?? []))
  const untold: Untold[] = []
  const diagnoses = [...names].sort().flatMap((device): Diagnosis[] => {
    const deaf = [...first.blades.keys()].flatMap((blade) => {
      const wanted = bridgesToProbe(first, blade).some((place) => place.device === device)
      const lan = reportOf(further, blade)?.lan
      if (!wanted || lan === undefined) return []
      const heard = lan.state === 'read' ? heardAt(lan.value, { device, vlan: 0 }) : lan
      if (heard.state !== 'read') {
        untold.push({
          check: 'network',
          because: `whether ${device} on ${blade} is the others’ network: ${excuse(heard)}`,
        })
        return []
      }
      const missed = others(first, blade, device).filter(({ machine }) => !heard.value.includes(machine))
      return missed.map(({ name }) => ({ blade, name }))
    })
    if (deaf.length === 0) return []
    return [
      {
        ...({ severity: 'major', check: 'network' } as const),
        blades: [...new Set(deaf.flatMap(({ blade, name }) => [blade, name]))],
        because: `${device} is not one network on all blades that have it`,
        evidence: deaf.map(({ blade, name }) => `${device}: no frame of ${name} arrives on ${blade}`),
        consequence: 'a guest that is moved between these blades is cut off from its network',
        mend: 'look at the switch ports, uplinks and VLANs behind the bridge; or give one of them another name',
      },
    ]
  })
  return { diagnoses, untold }
}
