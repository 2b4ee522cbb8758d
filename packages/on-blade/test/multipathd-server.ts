/** A multipathd of which only the socket is there: it answers what it is told to, in the real one's frame. */
import { createServer, type Server } from 'node:net'

const LENGTH_BYTES = 8

/** `answers` by question; to what is not in it the daemon says fail, as the real one does. */
export function multipathdServer(path: string, answers: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer((link) => {
    let got = Buffer.alloc(0)
    link.on('data', (piece) => {
      got = Buffer.concat([got, piece])
      while (got.length >= LENGTH_BYTES) {
        const end = LENGTH_BYTES + Number(got.readBigUInt64LE(0))
        if (got.length < end) return
        const question = got.toString('utf8', LENGTH_BYTES, end - 1)
        got = got.subarray(end)
        link.write(frame(answers[question] ?? 'fail\n'))
      }
    })
    link.on('error', () => link.destroy())
  })
  return new Promise((resolve) => server.listen(path, () => resolve(server)))
}

function frame(text: string): Buffer {
  const body = Buffer.from(`${text}\0`)
  const head = Buffer.alloc(LENGTH_BYTES)
  head.writeBigUInt64LE(BigInt(body.length))
  return Buffer.concat([head, body])
}
