/**
 * `anyblade multipath explain` and `diff`: what a release makes of files, and in what two of them differ.
 * May come in: names of files, a release. May not: a judgement (`check`).
 */
import {
  type Effect,
  type Explanation,
  explain as explainFiles,
  explainLun,
  type Lun,
  type Place,
} from '@anyblade/multipath'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { CommandRefusal, ending } from './ending.ts'
import { type Output, printDocument } from './print.ts'
import { questionOf, readSource, releaseFor, type Source, typedName } from './source.ts'

export type ExplainFlags = {
  readonly as?: string
  readonly confd?: string
  readonly lun?: string
  readonly wwid?: string
  readonly protocol?: string
  readonly output: Output
}

/** Ends with 2 when the release does not load the files. */
export async function explain(this: Context, flags: ExplainFlags, file?: string): Promise<void> {
  await ending(this, async () => {
    const source = await readSource(this, file, flags.confd)
    const explanation = explainFiles(questionOf(source, releaseFor(this, flags.as)))
    if (flags.lun === undefined && flags.wwid === undefined) {
      printDocument(
        this,
        flags.output,
        () => jsonOf(explanation),
        () => linesOf(explanation, source),
      )
    } else printLun(this, flags, explanation, source)
    return explanation.loads ? ExitCode.done : ExitCode.usage
  })
}

function jsonOf({ release, loads, ending, messages, effective }: Explanation): object {
  return { release, loads, ending, messages, effective: effective.map(effectJson) }
}

function effectJson({ section, values, builtIn, unset }: Effect): object {
  return { section, values, ...(builtIn && { built_in: true }), ...(unset.length > 0 && { unset }) }
}

function linesOf({ release, loads, ending, messages, effective }: Explanation, source: Source): readonly string[] {
  const head = loads ? `${release} loads it` : `${release} does not load it (${ending})`
  const effects = effective.flatMap((effect) => [effect.printed, ...placesOf(effect, source)])
  return [head, ...messages.map((message) => `  says: ${message}`), ...effects]
}

function placesOf({ places }: Effect, source: Source): readonly string[] {
  return Object.entries(places).map(([keyword, place]) => `    ${keyword}  ${placeText(place, source)}`)
}

function placeText({ file, line, column }: Place, source: Source): string {
  return `${typedName(source, file)}:${line}:${column}`
}

function printLun(context: Context, flags: ExplainFlags, explanation: Explanation, source: Source): void {
  const lun = lunOf(flags)
  const found = explainLun(explanation, lun)
  const { release, loads, messages } = explanation
  const values = found?.values.map(({ keyword, value, origin: { section, place, device } }) => ({
    keyword,
    value,
    origin: section,
    ...(device !== undefined && { device }),
    ...(place !== undefined && { place: { ...place, file: typedName(source, place.file) } }),
  }))
  const blacklisted = found?.blacklisted.map(({ rule, place, exception }) => ({
    rule,
    exception,
    ...(place !== undefined && { place: { ...place, file: typedName(source, place.file) } }),
  }))
  const json = { release, loads, messages, lun, values: values ?? [], blacklisted: blacklisted ?? [] }
  const lines = () => [
    ...(loads ? [] : [`${release} does not load it`]),
    ...(blacklisted ?? []).map(({ rule, exception }) => `${exception ? 'excepted from' : 'kept out by'} ${rule}`),
    ...(values ?? []).map((one) => lunLine(one)),
  ]
  printDocument(context, flags.output, () => json, lines)
}

type LunLine = { keyword: string; value: string; origin: string; device?: string; place?: Place }

function lunLine({ keyword, value, origin, device, place }: LunLine): string {
  const from = place === undefined ? '' : `  ${place.file}:${place.line}:${place.column}`
  return `${keyword.padEnd(34)} ${value.padEnd(24)} ${origin}${device === undefined ? '' : ` ${device}`}${from}`
}

/** VENDOR:PRODUCT[:REV]; a vendor has no colon, a product may not have one here. @throws CommandRefusal */
function lunOf({ lun, wwid, protocol }: ExplainFlags): Lun {
  const [vendor, product, revision, ...more] = lun?.split(':') ?? []
  if (lun !== undefined && (product === undefined || more.length > 0))
    throw new CommandRefusal(`--lun ${lun}: give VENDOR:PRODUCT or VENDOR:PRODUCT:REVISION`)
  return {
    ...(vendor !== undefined && { vendor }),
    ...(product !== undefined && { product }),
    ...(revision !== undefined && { revision }),
    ...(wwid !== undefined && { wwid }),
    ...(protocol !== undefined && { protocol }),
  }
}

/** Ends with 6 when the two differ in meaning, 0 when only in text. */
export async function diff(this: Context, flags: { as?: string; output: Output }, a: string, b: string): Promise<void> {
  await ending(this, async () => {
    const release = releaseFor(this, flags.as)
    const [one, other] = [await effectsOf(this, a, release), await effectsOf(this, b, release)]
    const [only, others] = [missingIn(other.printed, one.printed), missingIn(one.printed, other.printed)]
    const same = only.length === 0 && others.length === 0 && one.loads === other.loads
    const json = {
      release,
      same,
      a: { file: a, loads: one.loads, only },
      b: { file: b, loads: other.loads, only: others },
    }
    const lines = [...only.map((text) => `- ${text}`), ...others.map((text) => `+ ${text}`)]
    printDocument(
      this,
      flags.output,
      () => json,
      () => (same ? [`${a} and ${b} mean the same for ${release}`] : [...loadLines(json), ...lines]),
    )
    return same ? ExitCode.done : ExitCode.differs
  })
}

type Side = { readonly file: string; readonly loads: boolean }

function loadLines({ a, b }: { readonly a: Side; readonly b: Side }): readonly string[] {
  return a.loads === b.loads ? [] : [a, b].map(({ file, loads }) => `${file} ${loads ? 'loads' : 'does not load'}`)
}

async function effectsOf(context: Context, file: string, release: string) {
  const { loads, effective } = explainFiles(questionOf(await readSource(context, file), release))
  return { loads, printed: effective.map((effect) => effect.printed) }
}

/** The texts of `b` that `a` lacks, each as often as it lacks it. */
function missingIn(a: readonly string[], b: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const text of a) left.set(text, (left.get(text) ?? 0) + 1)
  return b.filter((text) => {
    const count = left.get(text) ?? 0
    left.set(text, count - 1)
    return count <= 0
  })
}
