/** Which managed domains start with their host: judged here for the claim about one VM and for a blade's baseline. */
import type { Domain } from '#survey'

/** `managed`: the uuids of the VMs that are asked about; a domain of somebody else is his. */
export const startedByHost = (domains: readonly Domain[], managed: ReadonlySet<string>): Domain[] =>
  domains.filter(({ autostart, uuid }) => autostart && managed.has(uuid))

export const startsByItself = ({ name }: Pick<Domain, 'name'>): string =>
  `${name} starts with the host, without any proof`
