/**
 * What goes over the cable from one blade to the other, as the kernel sees it and none of our programs: how many connections
 * were opened to each port, how many bytes they carried, and whether some bytes were among them as they are.
 */
import { type TwoBlades, until } from './two-blades.ts'

/** By its port at the other blade; `isPlain`: the bytes that were looked for have passed. */
export type ToPort = {
  readonly port: number
  readonly opened: number
  readonly bytes: number
  readonly isPlain: boolean
}

const PID = '/run/wire.pid'
/** On IPv4, from eth0. One that loses a frame says so: then it has not seen everything. */
const LISTENER = `
import json, os, signal, socket, struct, sys
wanted = bytes.fromhex(sys.argv[1])
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
wire.setsockopt(socket.SOL_SOCKET, 33, 256 << 20)
wire.bind(("eth0", 0))
ports, tails = {}, {}
def tell(*_):
    lost = struct.unpack("II", wire.getsockopt(263, 6, 8))[1]
    print(json.dumps({"lost": lost, "ports": [dict(of, port=port) for port, of in ports.items()]}))
    sys.stdout.flush()
    os._exit(0)
signal.signal(signal.SIGTERM, tell)
print("listening")
sys.stdout.flush()
while True:
    frame, (_, _, kind, _, _) = wire.recvfrom(1 << 17)
    if kind != 4 or frame[12:14] != b"\\x08\\x00" or frame[23] != 6:
        continue
    begin = 14 + 4 * (frame[14] & 15)
    source, port = struct.unpack(">HH", frame[begin:begin + 4])
    of = ports.setdefault(port, {"opened": 0, "bytes": 0, "isPlain": False})
    if frame[begin + 13] & 18 == 2:
        of["opened"] += 1
    piece = frame[begin + 4 * (frame[begin + 12] >> 4):14 + struct.unpack(">H", frame[16:18])[0]]
    of["bytes"] += len(piece)
    stream = tails.get((source, port), b"") + piece
    of["isPlain"] = of["isPlain"] or wanted in stream
    tails[source, port] = stream[-len(wanted):]
`

export class Wire {
  readonly #listener: ReturnType<TwoBlades['run']>
  readonly #blades: TwoBlades

  /** From `a`; it listens when this resolves. */
  static async from(blades: TwoBlades, wanted: Buffer): Promise<Wire> {
    const listener = blades.run('a', `echo $$ >${PID}; exec python3 -I -S -c "$@"`, [LISTENER, wanted.toString('hex')])
    await until('it listens', () => listener.said().includes('listening') || listener.isOver())
    return new Wire(blades, listener)
  }

  private constructor(blades: TwoBlades, listener: ReturnType<TwoBlades['run']>) {
    this.#blades = blades
    this.#listener = listener
  }

  /** All that has passed; it listens no more. */
  async heard(): Promise<ToPort[]> {
    await this.#blades.done('a', `kill -TERM $(cat ${PID})`)
    const { stdout, stderr } = await this.#listener.ended
    const { lost, ports } = JSON.parse(stdout.replace(/^listening\n/, ''))
    if (lost > 0) throw new Error(`${lost} frames were not seen: ${stderr}`)
    return ports
  }
}

/** QEMU's, of libvirt's moves. */
export const isOfMemory = ({ port }: ToPort): boolean => port >= 49152 && port < 49216
