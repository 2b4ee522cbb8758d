/** Promise 7: nothing outside the fleet's own volumes is touched: no local disk, no foreign LUN, no text of others. */
import type { Judge } from './history.ts'

export const nothingElseTouched: Judge = ({ happening }) => (happening.kind === 'touched' ? [happening.what] : [])
