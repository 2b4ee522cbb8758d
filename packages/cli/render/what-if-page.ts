/** What would be lost as one page: the same drawing as the doctor's, with what is cut in red, and each guest's fate. */
import { colonWwpn, type Link, type Outage, type Toll } from '@anyblade/engine'
import { page, pageText as text } from './page.ts'
import { topologySvg } from './topology-svg.ts'

export type WhatIf = {
  readonly fleet: string
  readonly outage: Outage
  readonly tolls: readonly Toll[]
  readonly links: readonly Link[]
  readonly silent: readonly { readonly blade: Link['blade']; readonly because: string }[]
}

/** What is thought of as down, in words. */
export function outageText(outage: Outage): string {
  switch (outage.kind) {
    case 'fabric':
      return `fabric ${outage.fabric}`
    case 'switch':
      return `switch ${outage.switch.name} of fabric ${outage.switch.fabric}`
    case 'blade':
      return `blade ${outage.blade}`
    case 'array-port':
      return `array port ${colonWwpn(outage.port)}`
  }
}

export function whatIfPage({ fleet, outage, tolls, links, silent }: WhatIf): string {
  const hit = tolls.filter(({ harm }) => harm !== 'goes on').length
  return page(`anyblade what-if: ${outageText(outage)}`, [
    `<h1>${text(fleet)}: were ${text(outageText(outage))} down</h1>`,
    `<p>${hit} of ${tolls.length} guests would be hit. <span class="dim">From a survey alone; nothing was tried.</span></p>`,
    ...silent.map(({ because }) => `<p class="bad">${text(because)}</p>`),
    '<h2>Topology</h2>',
    topologySvg(
      links.map((link) => ({
        ...{ ...link, had: link.live },
        ports: link.ports.map((port) => ({ ...port, had: port.live })),
      })),
      {
        silent: silent.map(({ blade }) => blade),
        ...(outage.kind === 'blade' && { gone: outage.blade }),
      },
    ),
    '<p class="dim">Each line with the paths that would be left, of those that are in use now. Red: none would be left.</p>',
    '<h2>Guests</h2>',
    '<table><thead><tr><th>VM</th><th>On</th><th>Then</th><th>Because</th><th>Could go to</th></tr></thead><tbody>',
    ...tolls.map(row),
    '</tbody></table>',
    ...(tolls.length === 0 ? ['<p>No guest runs on any blade that answered.</p>'] : []),
  ])
}

const row = ({ vm, blade, harm, because, elsewhere }: Toll): string =>
  `<tr><td>${text(vm)}</td><td>${text(blade)}</td><td${harm === 'goes on' ? '' : ' class="bad"'}>${harm}</td>
<td>${because.map(text).join('<br>')}</td><td>${text(elsewhere.join(', ')) || '–'}</td></tr>`
