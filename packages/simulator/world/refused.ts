/** What an act on a blade ends with when it can't do what it should: its last words, as they would stand on stderr. */
export class Refused extends Error {
  override readonly name = 'Refused'
  /** RESERVATION CONFLICT: the array's answer, and no path's fault. */
  readonly isConflict: boolean

  constructor(because: string, { isConflict = false } = {}) {
    super(because)
    this.isConflict = isConflict
  }
}
