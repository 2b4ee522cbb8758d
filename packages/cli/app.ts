/** The tree of commands: noun, then verb. The code of a command is loaded when it is called. */
import { buildApplication, buildRouteMap } from '@stricli/core'
import { multipathRoutes } from './multipath/routes.ts'

const root = buildRouteMap({
  routes: { multipath: multipathRoutes },
  docs: { brief: 'All blades as one: LUNs, aliases and live migration on a Fibre Channel SAN' },
})

export const app = buildApplication(root, {
  name: 'anyblade',
  scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
  documentation: { disableAnsiColor: true },
})
