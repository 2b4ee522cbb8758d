/**
 * How often the way to a blade is gone, one after the other: a proxy adds to it, and what a call then takes longer says how
 * many times it went there and back. On loopback such trips cost nothing; to a second site each is 20 ms.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { openBlades } from '@anyblade/drivers'
import { median, type Row } from '../row.ts'
import type { Farm } from './farm.ts'
import { ansibleEnv } from './peers.ts'

const TRIP_MS = 200
const ROUNDS = 3

export async function tripRows(farm: Farm): Promise<readonly Row[]> {
  const [name = ''] = farm.names
  const proxy = await delaying(farm.addressOf(0), farm.port)
  const sshConfig = join(farm.directory, 'ssh_config.far')
  const near = readFileSync(farm.sshConfig, 'utf8')
  writeFileSync(sshConfig, `Host ${name}\n  HostName 127.0.0.1\n  Port ${proxy.port}\n${near}`)
  const far = { directory: farm.directory, sshConfig }
  const trips = async (call: () => Promise<void>): Promise<number> => {
    const slopes: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const times: number[] = []
      for (const delay of [0, TRIP_MS]) {
        proxy.delayMs(delay / 2)
        const began = performance.now()
        await call()
        times.push(performance.now() - began)
      }
      slopes.push(((times[1] ?? 0) - (times[0] ?? 0)) / TRIP_MS)
    }
    return median(slopes)
  }
  const limits = { deadlineMs: 60_000, signal: new AbortController().signal }
  const opened = () => openBlades({ sshConfig, controlDirectory: farm.newControls() })
  const kept = opened()
  await kept.runner.sh(name, ':', [], { limits })
  const counted = {
    'anyblade, not connected yet': await trips(async () => {
      const blades = opened()
      await blades.runner.sh(name, ':', [], { limits })
      blades.close()
    }),
    'anyblade, connected': await trips(async () => void (await kept.runner.sh(name, ':', [], { limits }))),
    'ssh, not connected yet': await trips(() => ran('ssh', ['-F', sshConfig, name, 'true'], {})),
    'Ansible pipelined, not connected yet': await trips(() =>
      ran(
        'ansible',
        [name, '-i', `${name},`, '-m', 'ansible.builtin.command', '-a', 'true'],
        ansibleEnv(far, farm.newControls()),
      ),
    ),
  }
  kept.close()
  proxy.server.close()
  return [
    {
      name: 'times that the way to a blade is gone there and back, one after the other',
      detail: Object.entries(counted)
        .map(([who, count]) => `${who} ${count.toFixed(1)}`)
        .join('; '),
      ratio: undefined,
    },
  ]
}

/** Not `spawnSync`: the proxy lives in this process. */
async function ran(program: string, words: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const [status] = await once(spawn(program, words, { stdio: 'ignore', env: { ...process.env, ...env } }), 'close')
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}`)
}

type Proxy = { readonly port: number; readonly server: Server; delayMs(ms: number): void }

async function delaying(host: string, port: number): Promise<Proxy> {
  let delay = 0
  const late = (from: Socket, to: Socket) => {
    from.on('data', (piece) => setTimeout(() => to.write(piece), delay))
    from.on('close', () => setTimeout(() => to.end(), delay))
    from.on('error', () => to.destroy())
  }
  const server = createServer((near) => {
    near.pause()
    const distant = connect(port, host)
    late(distant, near)
    // What opening a connection costs too: there and back.
    setTimeout(() => {
      late(near, distant)
      near.resume()
    }, 2 * delay)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port')
  server.unref()
  return {
    port: address.port,
    server,
    delayMs: (ms) => {
      delay = ms
    },
  }
}
