/**
 * Whether blades meet on the guests' network, with real frames: two blades of network namespaces, each with a bridge on a
 * cable to a switch of two segments. Root is needed.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { reader } from '../index.ts'
import { scratch } from './shells.ts'

const SIDES = ['a', 'b'] as const
type Side = (typeof SIDES)[number]
const MACHINE: Readonly<Record<Side, string>> = { a: 'a'.repeat(32), b: 'b'.repeat(32) }
const OTHER: Readonly<Record<Side, Side>> = { a: 'b', b: 'a' }
/** Not a shim in somebody's home, which nobody else may run. */
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'
const MARK = '0123456789abcdef'
/** Prints each frame of our ethertype that passes a port, in hex. */
const SNIFFER = `import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind((sys.argv[1], 3))
print("ready", flush=True)
while True:
    data = s.recv(2048)
    if data[12:14] == b"\\x88\\xb5":
        print(data.hex(), flush=True)`
const PROGRAMS = ['unshare', 'nsenter', 'ip', 'python3', 'setpriv']

const leftOut = ((): string | false => {
  if (process.getuid?.() !== 0) return 'left out: networks of namespaces need root'
  const missing = PROGRAMS.filter((name) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status !== 0)
  if (missing.length > 0) return `left out: no ${missing.join(', ')} here`
  const tried = spawnSync('unshare', ['-n', 'sh', '-c', 'ip link add sw type bridge && ip link add x type veth'])
  return tried.status === 0 ? false : 'left out: bridges, or namespaces, are not to be had here'
})()

describe('blades on the guests’ network', { skip: leftOut }, () => {
  const base = scratch('lan')
  const inits: ChildProcess[] = []
  const inside = (init: ChildProcess | undefined, ...words: string[]) =>
    execFileSync('nsenter', ['-t', String(init?.pid), '-n', ...words], { encoding: 'utf8' })

  before(async () => {
    for (const _ of ['a', 'b', 'switch']) inits.push(spawn('unshare', ['-n', 'sleep', '600'], { stdio: 'ignore' }))
    for (const init of inits)
      await until(
        () =>
          spawnSync('nsenter', ['-t', String(init.pid), '-n', 'ip', 'link', 'show', 'lo']).status === 0 &&
          !sharesOurs(init),
      )
    const [, , sw] = inits
    for (const segment of ['sw', 'other']) {
      inside(sw, 'ip', 'link', 'add', segment, 'type', 'bridge')
      inside(sw, 'ip', 'link', 'set', segment, 'up')
    }
    for (const [at, side] of SIDES.entries()) {
      const init = inits[at]
      mkdirSync(join(base, side, 'etc'), { recursive: true })
      writeFileSync(join(base, side, 'etc/machine-id'), `${MACHINE[side]}\n`)
      inside(init, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6')
      inside(
        init,
        'ip',
        'link',
        'add',
        'eth0',
        'type',
        'veth',
        'peer',
        'name',
        `port-${side}`,
        'netns',
        String(sw?.pid),
      )
      inside(init, 'ip', 'link', 'add', 'br0', 'type', 'bridge')
      inside(init, 'ip', 'link', 'set', 'eth0', 'master', 'br0')
      inside(init, 'ip', 'link', 'add', 'down0', 'type', 'bridge')
      for (const up of ['br0', 'eth0']) inside(init, 'ip', 'link', 'set', up, 'up')
      inside(sw, 'ip', 'link', 'set', `port-${side}`, 'master', 'sw')
      inside(sw, 'ip', 'link', 'set', `port-${side}`, 'up')
    }
  })
  after(() => {
    for (const init of inits) init.kill('SIGKILL')
  })

  type Told = { readonly lines: readonly string[]; readonly seconds: number; readonly sent: number }

  /** What the reader says of these places on one side: `NAME:TAG`. */
  async function asked(
    side: Side,
    places: readonly string[],
    mark = MARK,
    under: readonly string[] = [],
  ): Promise<Told> {
    const words = [`lan-mark=${mark}`, ...places.map((place) => `lan=${place}:${MACHINE[OTHER[side]]}`)]
    const call = ['-t', String(inits[SIDES.indexOf(side)]?.pid), '-n', ...under, PYTHON, '-I', '-S', '-c', reader]
    const child = spawn('nsenter', [...call, 'survey', '9', ...words], {
      env: { ...process.env, ANYBLADE_ROOT: join(base, side) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const began = performance.now()
    let text = ''
    child.stdout.on('data', (piece) => (text += piece))
    await new Promise((resolve) => child.on('close', resolve))
    const section = /\[lan\n([\s\S]*?)\]lan ok/.exec(text)?.[1] ?? text
    const lines = section.split('\n').filter((line) => /^\|(met|refused)/.test(line))
    const seconds = (performance.now() - began) / 1000
    const sent = section.split('\n').filter((line) => line === '|sent').length
    return { lines: lines.map((line) => line.slice(1)).sort(), seconds, sent }
  }
  const both = (...places: string[]) => Promise.all(SIDES.map((side) => asked(side, places)))
  const heard = (at = 0): string[][] => SIDES.map((side) => [`met\t${at}\t${MACHINE[OTHER[side]]}`])
  const NOBODY = [['met\t0'], ['met\t0']]

  test('one network: each hears the other, and who begins last is through at once', async () => {
    const told = await both('br0:0')
    assert.deepEqual(
      told.map(({ lines }) => lines),
      heard(),
    )
    assert.ok(Math.min(...told.map(({ sent }) => sent)) < 10, 'who begins last is through at once')
  })

  test('no switch learns an address that is anybody’s: what is sent is a broadcast from a random local one', async () => {
    const init = ['-t', String(inits[2]?.pid), '-n', PYTHON, '-I', '-S', '-c', SNIFFER, 'port-a']
    const sniffer = spawn('nsenter', init, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    sniffer.stdout.on('data', (piece) => (text += piece))
    await until(() => text.includes('ready'))
    await both('br0:0')
    await sleep(200)
    sniffer.kill('SIGKILL')
    const frames = text.split('\n').slice(1, -1)
    const sources = [...new Set(frames.map((frame) => frame.slice(12, 24)))]
    assert.equal(sources.length, 2, text)
    for (const frame of frames) assert.match(frame, /^f{12}02[0-9a-f]{10}88b5/)
    assert.ok(!SIDES.some((side) => text.includes(MACHINE[side])), 'no machine-id is told')
  })

  test('who begins later is still heard', async () => {
    const told = [asked('a', ['br0:0']), sleep(2500).then(() => asked('b', ['br0:0']))]
    assert.deepEqual(
      (await Promise.all(told)).map(({ lines }) => lines),
      heard(),
    )
  })

  test('the same name in another segment: nobody is heard, and it ends', async (t) => {
    const plug = (segment: string) => inside(inits[2], 'ip', 'link', 'set', 'port-b', 'master', segment)
    plug('other')
    t.after(() => plug('sw'))
    const told = await both('br0:0')
    assert.deepEqual(
      told.map(({ lines }) => lines),
      NOBODY,
    )
    for (const { seconds } of told) assert.ok(seconds < 18, `${seconds} s`)
  })

  test('a VLAN: frames with its tag, and what is untagged or has another tag is not heard there', async () => {
    assert.deepEqual(
      (await both('br0:42', 'br0:0')).map(({ lines }) => lines),
      SIDES.map((side) => [0, 1].map((at) => `met\t${at}\t${MACHINE[OTHER[side]]}`)),
    )
    const apart = [asked('a', ['br0:42', 'br0:43']), asked('b', ['br0:0', 'br0:41'])]
    assert.deepEqual(
      (await Promise.all(apart)).map(({ lines }) => lines),
      SIDES.map(() => ['met\t0', 'met\t1']),
    )
  })

  test('an interface itself, as macvtap has it, against a bridge', async () => {
    inside(inits[0], 'ip', 'link', 'set', 'eth0', 'nomaster')
    try {
      const told = await Promise.all([asked('a', ['eth0:0']), asked('b', ['br0:0'])])
      assert.deepEqual(
        told.map(({ lines }) => lines),
        heard(),
      )
    } finally {
      inside(inits[0], 'ip', 'link', 'set', 'eth0', 'master', 'br0')
    }
  })

  test('who asks at the same time for somebody else is not taken for an answer', async () => {
    const told = await Promise.all([asked('a', ['br0:0']), asked('b', ['br0:0'], 'fedcba9876543210')])
    assert.deepEqual(
      told.map(({ lines }) => lines),
      NOBODY,
    )
  })

  test('what can’t be asked is told, place by place: no such interface, one that is down, no right to send', async () => {
    const [a] = await both('none0:0', 'down0:0', 'br0:0')
    assert.deepEqual(a?.lines, [`met\t2\t${MACHINE.b}`, 'refused\t0\tNo such device', 'refused\t1\tNetwork is down'])
    const nobody = await asked('a', ['br0:0'], MARK, ['setpriv', '--reuid=65534', '--clear-groups'])
    assert.deepEqual(nobody.lines, ['refused\t0\tOperation not permitted'])
  })
})

const sharesOurs = ({ pid }: ChildProcess): boolean => ns(pid) === ns(process.pid)
const ns = (pid: number | undefined): string => execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' })

async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 15_000; !holds(); await sleep(20))
    if (performance.now() > end) throw new Error('the namespaces did not come')
}
