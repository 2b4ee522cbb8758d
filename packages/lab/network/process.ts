/**
 * The lab's switches as a process: a socket for each cable, and the control socket. Started by network/client.ts.
 *   node process.ts '{"folder":"…","cables":{"fabA":["array","blade1"],"lan":["blade1"]}}'
 * May come in: frames from QEMU, one JSON request a line from the lab. May not: a TCP port.
 */
import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { fields, list, parsed, text } from '../json.ts'
import { Bridge } from './bridge.ts'
import { cableSocket, controlSocket } from './client.ts'
import { framed, frameReader } from './framing.ts'
import { pingEveryMs, Station } from './station.ts'

/** What waits to be sent to a node that doesn't read (stopped for a snapshot); more is dropped, as a switch does. */
const mostWaitingBytes = 4 * 1024 * 1024
const stationPort = 'station'

type Cables = { readonly bridge: Bridge; readonly sockets: Map<string, Socket> }

const spec = fields(parsed(process.argv[2] ?? '', 'the switch’s argument'), 'the switch’s argument')
const folder = text(spec.folder, 'folder')
const station = new Station(Date.now())
const networks = new Map<string, Cables>()

function send(cables: Cables, port: string, frame: Buffer): void {
  const socket = cables.sockets.get(port)
  if (socket !== undefined && socket.writableLength < mostWaitingBytes) socket.write(framed(frame))
}

function forward(name: string, cables: Cables, from: string, frame: Buffer): void {
  const { to, movedFrom } = cables.bridge.receive(from, frame)
  for (const port of to) if (port !== stationPort) send(cables, port, frame)
  // A frame of a mute port is not on the LAN: the station must not hear it.
  if (name !== 'lan' || from === stationPort || cables.bridge.ports[from]?.mute === true) return
  for (const answer of station.receive(frame, from, Date.now(), movedFrom)) forward(name, cables, stationPort, answer)
}

function plug(name: string, cables: Cables, port: string): void {
  const path = cableSocket(folder, name, port)
  rmSync(path, { force: true })
  createServer((socket) => {
    const read = frameReader()
    cables.sockets.set(port, socket)
    socket.on('error', () => socket.destroy()) // a node that was switched off; 'close' follows
    socket.on('close', () => {
      if (cables.sockets.get(port) === socket) cables.sockets.delete(port)
    })
    socket.on('data', (portion: Buffer) => {
      for (const other of cables.sockets.values()) other.cork()
      for (const frame of read(portion)) forward(name, cables, port, frame)
      for (const other of cables.sockets.values()) other.uncork()
    })
  }).listen(path)
}

function answer(request: unknown): unknown {
  const asked = fields(request, 'request')
  const what = text(asked.do, 'do')
  if (what === 'lan') return station.report()
  if (what === 'reset-lan') return station.reset(Date.now())
  if (what === 'counts') return Object.fromEntries(Array.from(networks, ([name, { bridge }]) => [name, bridge.ports]))
  if (what === 'quit') return setTimeout(() => process.exit(0), 50) && undefined
  if (what !== 'mute' && what !== 'unmute') throw new RangeError(`unknown request ${what}`)
  const name = text(asked.network, 'network')
  const port = asked.port === undefined ? undefined : text(asked.port, 'port')
  return networks.get(name)?.bridge.setMute(what === 'mute', port)
}

function control(socket: Socket): void {
  let waiting = ''
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy()) // the asker is gone: nobody to tell
  socket.on('data', (portion: string) => {
    const lines = (waiting + portion).split('\n')
    waiting = lines.pop() ?? ''
    for (const line of lines) socket.write(`${JSON.stringify(answered(line))}\n`)
  })
}

function answered(line: string): unknown {
  try {
    return { ok: answer(parsed(line, 'request')) ?? null }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}

for (const [name, ports] of Object.entries(fields(spec.cables, 'cables'))) {
  const nodes = list(ports, name, text)
  const cables = { bridge: new Bridge(name === 'lan' ? [...nodes, stationPort] : nodes), sockets: new Map() }
  networks.set(name, cables)
  for (const port of nodes) plug(name, cables, port)
}
setInterval(() => {
  const lan = networks.get('lan')
  if (lan !== undefined) for (const echo of station.tick(Date.now())) forward('lan', lan, stationPort, echo)
}, pingEveryMs)
rmSync(controlSocket(folder), { force: true })
createServer(control).listen(controlSocket(folder)) // last: who can ask finds every cable plugged
process.on('SIGHUP', () => undefined) // outlives the terminal that it was started from
