/** `anyblade doctor`: what is wrong with a farm, its own or one that was never ours. */
import { buildCommand } from '@stricli/core'
import { docs } from '../docs.ts'
import { commonAliases, commonFlags, text } from '../flags.ts'
import { proposeBlades } from '../fleet-names.ts'

export const doctorCommand = buildCommand({
  loader: async () => (await import('./doctor.ts')).doctor,
  parameters: {
    flags: {
      ...commonFlags,
      blades: {
        kind: 'parsed',
        parse: text,
        brief: 'These hosts, as for ssh: HOST,HOST; all blades of the fleet where it is left out',
        variadic: ',',
        optional: true,
        placeholder: 'host',
        ...proposeBlades,
      },
      sshConfig: {
        kind: 'parsed',
        parse: text,
        brief: 'An OpenSSH client configuration, where there is no fleet',
        optional: true,
        placeholder: 'file',
      },
      html: {
        kind: 'parsed',
        parse: text,
        brief: 'Write the report as one page, with the topology drawn',
        optional: true,
        placeholder: 'file',
      },
      probeNetwork: {
        kind: 'boolean',
        brief: 'Send small broadcasts from bridge to bridge, to see that those of one name are one network',
        optional: true,
        withNegated: false,
      },
      probeLogins: {
        kind: 'boolean',
        brief: 'Have the blades of a fleet log in at one another, to see that moves between them can begin',
        optional: true,
        withNegated: false,
      },
    },
    aliases: commonAliases,
  },
  docs: docs(
    'Look for all that is wrong: LUNs, names, paths, timers, hosts, guests; with or without a fleet; changes nothing',
    'doctor --blades root@kvm1,root@kvm2',
    'doctor --html farm.html',
  ),
})
