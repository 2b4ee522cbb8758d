/**
 * The network between blades, over which guests move and the two sides of a hand-over speak. It can fall silent, and what
 * was said waits; or its connections can break, which both ends see at once.
 */
export type Connection = { alive: boolean; silentSinceMs: number | undefined }

export class Lan {
  readonly #connections = new Set<Connection>()
  /** What a move has of it. */
  bytesPerSecond = 100 * 1024 ** 2
  /** Its firewalls let moves through, and nobody measure it. */
  isUntold = false
  #isSilent = false

  get isSilent(): boolean {
    return this.#isSilent
  }

  connect(nowMs: number): Connection {
    const connection = { alive: true, silentSinceMs: this.#isSilent ? nowMs : undefined }
    this.#connections.add(connection)
    return connection
  }

  close(connection: Connection): void {
    connection.alive = false
    this.#connections.delete(connection)
  }

  fallSilent(nowMs: number): void {
    this.#isSilent = true
    for (const one of this.#connections) one.silentSinceMs = nowMs
  }

  speakAgain(): void {
    this.#isSilent = false
    for (const one of this.#connections) one.silentSinceMs = undefined
  }

  break(): void {
    for (const one of [...this.#connections]) this.close(one)
  }
}

/** Whether a connection has been silent for so long that its keepalive has given it up. */
export const isGivenUp = ({ alive, silentSinceMs }: Connection, nowMs: number, afterMs: number): boolean =>
  !alive || (silentSinceMs !== undefined && nowMs - silentSinceMs >= afterMs)
