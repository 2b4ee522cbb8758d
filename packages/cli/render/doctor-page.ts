/** The doctor's report as one page. */
import type { Diagnosis, Examination } from '@anyblade/engine'
import { countsText, hadBy, headText } from './doctor.ts'
import { page, pageText as text } from './page.ts'
import { topologySvg } from './topology-svg.ts'

export function doctorPage(found: Examination, seconds: number): string {
  const { diagnoses, untold, silent, links } = found
  const drawn = links.map((link) => ({
    ...{ ...link, had: hadBy(link, links) },
    ports: link.ports.map((port) => ({ ...port, had: port.known })),
  }))
  return page(`anyblade doctor: ${found.fleet.settings.name}`, [
    `<h1>${text(headText(found))}</h1>`,
    `<p>${text(countsText(diagnoses))} <span class="dim">Read in ${seconds.toFixed(1)} s; nothing was changed.</span></p>`,
    ...silent.map(({ blade, because }) => `<p><b>${text(blade)}</b> gave no answer, ${text(because)}</p>`),
    '<h2>Topology</h2>',
    topologySvg(drawn, { silent: silent.map(({ blade }) => blade) }),
    '<p class="dim">Each line with the paths that are in use and answered, of those that are known. Red: none is left.</p>',
    '<h2>Found</h2>',
    ...(diagnoses.length === 0 ? ['<p>Nothing.</p>'] : diagnoses.map(article)),
    '<h2>Not told</h2>',
    `<ul>${untold.map(({ because }) => `<li>${text(because)}</li>`).join('') || '<li>All was told.</li>'}</ul>`,
  ])
}

const article = ({ severity, check, blades, because, evidence, consequence, mend }: Diagnosis): string =>
  `<article class="${severity}"><h3>${text(because)}</h3>
<p class="dim"><span class="severity">${severity}</span> · ${text(check)} · ${text(blades.join(', '))}</p>
${evidence.length === 0 ? '' : `<pre>${text(evidence.join('\n'))}</pre>`}
<p>${text(consequence)}</p><p><b>Mend:</b> <code>${text(mend)}</code></p></article>`
