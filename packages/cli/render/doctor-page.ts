/**
 * The doctor's report as one page: style and drawing stand in it, nothing is fetched. All text in it came from other
 * machines and is escaped.
 */
import type { Diagnosis, Examination } from '@anyblade/engine'
import { countsText, headText } from './doctor.ts'
import { escaped } from './html.ts'
import { topologySvg } from './topology-svg.ts'
import { visible } from './visible.ts'

const STYLE = `
:root { color-scheme: light dark; --line: #8885; --bad: #c0262d; --weak: #b7791f; --good: #2f855a; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p { margin: .2rem 0; } .dim { opacity: .7; }
article { border-left: .3rem solid var(--line); padding: .1rem 0 .1rem .8rem; margin: 1rem 0; }
article.critical { border-color: var(--bad); } article.major { border-color: var(--weak); }
article h3 { font-size: 1rem; margin: 0; } .severity { font-weight: 400; text-transform: uppercase; font-size: .75rem; }
pre { font-size: .82rem; margin: .3rem 0; white-space: pre-wrap; overflow-wrap: anywhere; } code { font-size: .85rem; }
svg { max-width: 100%; height: auto; } svg text { font: 13px system-ui, sans-serif; fill: currentColor; }
svg rect { fill: none; stroke: currentColor; } svg .quiet { stroke-dasharray: 3 3; opacity: .6; }
svg line { stroke: var(--good); stroke-width: 1.5; } svg .thin { stroke: var(--weak); stroke-dasharray: 6 3; }
svg .cut { stroke: var(--bad); stroke-width: 2.5; stroke-dasharray: 3 4; } svg text.cut { fill: var(--bad); stroke: none; }
svg text.thin { fill: var(--weak); stroke: none; }
`

export function doctorPage(found: Examination, seconds: number): string {
  const { diagnoses, untold, silent } = found
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>anyblade doctor: ${text(found.fleet.settings.name)}</title><style>${STYLE}</style></head><body>
<h1>${text(headText(found))}</h1>
<p>${text(countsText(diagnoses))} <span class="dim">Read in ${seconds.toFixed(1)} s; nothing was changed.</span></p>
${silent.map(({ blade, because }) => `<p><b>${text(blade)}</b> gave no answer, ${text(because)}</p>`).join('\n')}
<h2>Topology</h2>
${topologySvg(found)}
<p class="dim">Each line with the paths that are in use and answered, of those that are known. Red: none is left.</p>
<h2>Found</h2>
${diagnoses.map(article).join('\n') || '<p>Nothing.</p>'}
<h2>Not told</h2>
<ul>${untold.map(({ because }) => `<li>${text(because)}</li>`).join('') || '<li>All was told.</li>'}</ul>
</body></html>
`
}

const article = ({ severity, check, blades, because, evidence, consequence, mend }: Diagnosis): string =>
  `<article class="${severity}"><h3>${text(because)}</h3>
<p class="dim"><span class="severity">${severity}</span> · ${text(check)} · ${text(blades.join(', '))}</p>
${evidence.length === 0 ? '' : `<pre>${text(evidence.join('\n'))}</pre>`}
<p>${text(consequence)}</p><p><b>Mend:</b> <code>${text(mend)}</code></p></article>`

const text = (said: string): string => escaped(visible(said))
