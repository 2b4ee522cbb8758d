/** Promise 8: every remote act is answered or given up within its deadline, whatever is stuck where. */
import type { Judge } from './history.ts'

/** What giving up itself may take. */
const GRACE_MS = 1000

export const nothingHangs: Judge = ({ happening }) =>
  happening.kind === 'answered' && happening.afterMs > happening.withinMs + GRACE_MS
    ? [`${happening.what} took ${happening.afterMs} ms, ${happening.withinMs} were allowed`]
    : []
