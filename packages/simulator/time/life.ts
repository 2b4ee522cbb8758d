/** How long something may go on: a process ends with its blade, a blade with its power. */
export class Life {
  readonly #within: Life | undefined
  #isOver = false

  constructor(within?: Life) {
    this.#within = within
  }

  get goesOn(): boolean {
    return !this.#isOver && (this.#within === undefined || this.#within.goesOn)
  }

  end(): void {
    this.#isOver = true
  }
}
