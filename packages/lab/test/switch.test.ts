import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { askSwitch, cableSocket, startSwitch } from '../network/client.ts'
import { framed, frameReader } from '../network/framing.ts'
import { lanReport } from '../network/lan.ts'
import { arpFrame, everybody, packetOf } from '../network/packet.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-switch-'))
const cables = { fabA: ['array', 'blade1'], lan: ['blade1', 'blade2'] }
const sockets: Socket[] = []

before(() => startSwitch(folder, cables, join(folder, 'log')))
after(async () => {
  for (const socket of sockets) socket.destroy()
  await askSwitch(folder, { do: 'quit' })
  rmSync(folder, { recursive: true })
})

type Nic = { readonly socket: Socket; readonly got: Buffer[] }

async function plug(network: string, node: string): Promise<Nic> {
  const socket = connect(cableSocket(folder, network, node))
  const got: Buffer[] = []
  const read = frameReader()
  socket.on('data', (portion: Buffer) => got.push(...read(portion)))
  sockets.push(socket)
  await once(socket, 'connect')
  return { socket, got }
}

async function arrived(nic: Nic, count: number): Promise<number> {
  for (let tries = 0; tries < 100 && nic.got.length < count; tries += 1) await sleep(20)
  return nic.got.length
}

const hello = arpFrame(everybody, {
  isReply: false,
  mac: '52:54:00:88:00:50',
  ip: '192.168.88.80',
  wantedIp: '192.168.88.80',
})

test('frames pass from cable to cable, not while a cable is mute, and again after', async () => {
  const [array, blade] = [await plug('fabA', 'array'), await plug('fabA', 'blade1')]
  await sleep(100) // the switch takes both plugs before the first frame
  array.socket.write(framed(hello))
  assert.equal(await arrived(blade, 1), 1)
  await askSwitch(folder, { do: 'mute', network: 'fabA', port: 'blade1' })
  array.socket.write(framed(hello))
  await sleep(200)
  assert.equal(blade.got.length, 1)
  await askSwitch(folder, { do: 'unmute', network: 'fabA' })
  array.socket.write(framed(hello))
  assert.equal(await arrived(blade, 2), 2)
})

test('the station pings a guest that announces itself, and tells where it is', async () => {
  const blade = await plug('lan', 'blade2')
  blade.socket.write(framed(hello))
  await arrived(blade, 3)
  assert.deepEqual(
    blade.got.slice(0, 3).map((frame) => packetOf(frame).kind),
    ['echo', 'echo', 'echo'],
  )
  const { guests } = lanReport(await askSwitch(folder, { do: 'lan' }))
  assert.deepEqual(
    guests.map(({ ip, port }) => [ip, port]),
    [['192.168.88.80', 'blade2']],
  )
})
