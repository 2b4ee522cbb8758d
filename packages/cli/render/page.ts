/**
 * What every page of ours has: style and text stand in it, nothing is fetched, and no script runs. All text in it came
 * from other machines and is escaped.
 */
import { escaped } from './html.ts'
import { visible } from './visible.ts'

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --bad: #c0262d; --weak: #946200; --good: #2f7d55; --paper: #fff; --ink: #1c1e21; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff7b7b; --weak: #e0b050; --good: #62c08f; --paper: #16181b; --ink: #e4e6e8; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; background: var(--paper); color: var(--ink); }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p { margin: .2rem 0; } .dim { opacity: .75; } .bad { color: var(--bad); }
article { border-left: .3rem solid var(--line); padding: .1rem 0 .1rem .8rem; margin: 1rem 0; }
article.critical { border-color: var(--bad); } article.major { border-color: var(--weak); }
article h3 { font-size: 1rem; margin: 0; } .severity { text-transform: uppercase; font-size: .75rem; }
pre { font-size: .82rem; margin: .3rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-size: .85rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; }
th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
svg { max-width: 100%; height: auto; } svg text { font: 13px system-ui, sans-serif; fill: currentColor; }
svg rect { fill: var(--paper); stroke: currentColor; } svg .quiet { stroke-dasharray: 3 3; } svg .gone { stroke: var(--bad); stroke-width: 2; }
svg line { stroke: var(--good); stroke-width: 1.5; } svg .thin { stroke: var(--weak); stroke-dasharray: 6 3; }
svg .cut { stroke: var(--bad); stroke-width: 2.5; stroke-dasharray: 3 4; }
svg text.on { font-size: 12px; stroke: var(--paper); stroke-width: 4px; paint-order: stroke; }
svg text.cut { fill: var(--bad); font-weight: 600; } svg text.thin { fill: var(--weak); }
`

export const pageText = (said: string): string => escaped(visible(said))

/** `parts`: HTML, of which all that was said by others has gone through `pageText`. */
export const page = (title: string, parts: readonly string[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${pageText(title)}</title><style>${STYLE}</style></head><body>
${parts.join('\n')}
</body></html>
`
