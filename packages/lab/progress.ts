/**
 * What is going on, for people: one line a step on a log, one line with a bar on a terminal; never silent for long.
 * May come in: what is being done, and how far it is. May not: a decision.
 */

export type Step = {
  readonly what: string
  /** 0 to 1, where it can be told. */
  readonly fraction?: number
  readonly detail?: string
}
export type Report = (step: Step) => void
export type Progress = { readonly report: Report; readonly end: () => void }
export type Screen = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown }

const heartbeatMs = 3000
const barCells = 24

/** For callers who want to hear nothing. */
export const silent: Report = () => undefined

/** Renders steps on `screen` until `end` is called; a step that lasts is repeated with the seconds that have passed. */
export function progressOn(screen: Screen): Progress {
  return screen.isTTY === true ? onTerminal(screen) : onLog(screen)
}

function onLog(screen: Screen): Progress {
  const begun = performance.now()
  let current: Step | undefined
  const say = () => {
    if (current === undefined) return
    screen.write(`[${elapsed(begun)} s] ${current.what}${share(current)}${tail(current)}\n`)
  }
  const timer = setInterval(say, heartbeatMs)
  timer.unref()
  return {
    report: (step) => {
      const isNew = step.what !== current?.what
      current = step
      if (isNew) {
        say()
        timer.refresh()
      }
    },
    end: () => clearInterval(timer),
  }
}

function onTerminal(screen: Screen): Progress {
  const begun = performance.now()
  let current: Step | undefined
  const draw = () => {
    if (current === undefined) return
    const line = `${elapsed(begun)} s ${bar(current.fraction)}${current.what}${tail(current)}`
    screen.write(`\r\u001b[2K${line.slice(0, (screen.columns ?? 80) - 1)}`)
  }
  const timer = setInterval(draw, 250)
  timer.unref()
  return {
    report: (step) => {
      if (current !== undefined && step.what !== current.what) finish(screen, begun, current.what)
      current = step
      draw()
    },
    end: () => {
      clearInterval(timer)
      if (current !== undefined) finish(screen, begun, current.what)
    },
  }
}

function finish(screen: Screen, begun: number, what: string): void {
  screen.write(`\r\u001b[2K${elapsed(begun)} s ${what}\n`)
}

const elapsed = (begun: number): string => ((performance.now() - begun) / 1000).toFixed(1).padStart(6)
const share = ({ fraction }: Step): string => (fraction === undefined ? '' : ` ${Math.floor(fraction * 100)} %`)
const tail = ({ detail }: Step): string => (detail === undefined ? '' : ` · ${detail}`)

function bar(fraction: number | undefined): string {
  if (fraction === undefined) return ''
  const full = Math.round(fraction * barCells)
  return `${'█'.repeat(full)}${'░'.repeat(barCells - full)} `
}
