/** The tree of commands: noun, then verb. The code of a command is loaded when it is called. */
import { type Application, buildApplication, buildRouteMap } from '@stricli/core'
import { arrayRoutes } from './array/routes.ts'
import { auditCommand } from './audit/routes.ts'
import { bladeRoutes } from './blade/routes.ts'
import { completeCommand, completionRoutes } from './completion/routes.ts'
import { configRoutes } from './config/routes.ts'
import type { Context } from './context.ts'
import { doctorCommand } from './doctor/routes.ts'
import { fleetRoutes } from './fleet/routes.ts'
import { multipathRoutes } from './multipath/routes.ts'
import { runRoutes } from './run/routes.ts'
import { surveyCommand } from './survey/routes.ts'
import { usageText } from './usage-text.ts'
import { vmRoutes } from './vm/routes.ts'
import { volumeRoutes } from './volume/routes.ts'
import { whatIfRoutes } from './what-if/routes.ts'

const NAME = 'anyblade'

export const root = buildRouteMap({
  routes: {
    fleet: fleetRoutes,
    blade: bladeRoutes,
    array: arrayRoutes,
    survey: surveyCommand,
    audit: auditCommand,
    doctor: doctorCommand,
    whatIf: whatIfRoutes,
    volume: volumeRoutes,
    config: configRoutes,
    vm: vmRoutes,
    run: runRoutes,
    multipath: multipathRoutes,
    completion: completionRoutes,
    complete: completeCommand,
  },
  docs: {
    brief: 'All blades as one: LUNs, aliases and live migration on a Fibre Channel SAN',
    fullDescription: [
      'All blades as one: LUNs, aliases and live migration on a Fibre Channel SAN',
      '',
      'Examples: anyblade fleet init san',
      '          anyblade survey',
      '          anyblade vm migrate ldap --to blade2 --plan',
      '',
      'Each command tells more: anyblade help vm migrate',
    ].join('\n'),
    hideRoute: { complete: true },
  },
})

/** The command line's reader, for `words`: what it says is wrong names the command that they began. */
export const appFor = (words: readonly string[]): Application<Context> =>
  buildApplication<Context>(root, {
    name: NAME,
    versionInfo: {
      getCurrentVersion: async () => (await import('./package.json', { with: { type: 'json' } })).default.version,
    },
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true, onlyRequiredInUsageLine: true },
    localization: { text: usageText(understood(words)) },
  })

/** `anyblade vm create` of `anyblade vm create --size x`. */
function understood(words: readonly string[]): string {
  const names = [NAME]
  let place: ReturnType<typeof root.getRoutingTargetForInput> = root
  for (const word of words) {
    if (place === undefined || !('getRoutingTargetForInput' in place)) break
    place = place.getRoutingTargetForInput(word)
    if (place !== undefined) names.push(word)
  }
  return names.join(' ')
}
