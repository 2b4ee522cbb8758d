/**
 * `anyblade multipath …`: multipath.conf and WWIDs on any host or file, without a fleet.
 * May come in: names, flags, one line of help each. May not: the commands' code, which is loaded when called.
 */
import { buildCommand, buildRouteMap } from '@stricli/core'
import type { Context } from '../context.ts'

const wwid = buildCommand<{ pages?: string }, [], Context>({
  loader: async () => (await import('./wwid.ts')).wwid,
  parameters: {
    flags: {
      pages: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE.json',
        brief: 'The pages of one LUN, or a list of them; without it or with - standard input is read',
      },
    },
  },
  docs: {
    brief: 'Say which WWID a LUN gets, from its INQUIRY data and its pages 0x00, 0x80 and 0x83',
    fullDescription:
      'Reads {"inquiry": {"vendor", "product", "rev"}, "page00_hex", "page80_hex", "page83_hex"} (or "inquiry_hex"; a ' +
      'page that the LUN refused is null) and prints what scsi_id, udev and multipath make of it. Text is one character a byte.',
  },
})

export const multipathRoutes = buildRouteMap({
  routes: { wwid },
  docs: { brief: 'multipath.conf and WWIDs, understood exactly as the real tools do; needs no fleet' },
})
