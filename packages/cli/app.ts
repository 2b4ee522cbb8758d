/** The tree of commands: noun, then verb. The code of a command is loaded when it is called. */
import { buildApplication, buildRouteMap } from '@stricli/core'
import { arrayRoutes } from './array/routes.ts'
import { bladeRoutes } from './blade/routes.ts'
import { fleetRoutes } from './fleet/routes.ts'
import { multipathRoutes } from './multipath/routes.ts'
import { runRoutes } from './run/routes.ts'
import { surveyCommand } from './survey/routes.ts'
import { vmRoutes } from './vm/routes.ts'
import { volumeRoutes } from './volume/routes.ts'

const root = buildRouteMap({
  routes: {
    fleet: fleetRoutes,
    blade: bladeRoutes,
    array: arrayRoutes,
    survey: surveyCommand,
    volume: volumeRoutes,
    vm: vmRoutes,
    run: runRoutes,
    multipath: multipathRoutes,
  },
  docs: { brief: 'All blades as one: LUNs, aliases and live migration on a Fibre Channel SAN' },
})

export const app = buildApplication(root, {
  name: 'anyblade',
  scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
  documentation: { disableAnsiColor: true },
})
