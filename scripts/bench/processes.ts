/**
 * Processes that our acts start on a blade for a LUN of four paths, of one LUN and of ten at once: counted by
 * the numbers that a namespace of its own gives them, so that no subshell is left out; the reader's threads, which get such
 * numbers too, are none. Of os-brick stands here what its code starts (facts: performance.md 3), and its subshells do not: it
 * wants a host's own /sys and is not run.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { acts } from '@anyblade/on-blade'
import { type Disk, FixtureBlade, readerOnFixture } from '../../packages/on-blade/test/fixture.ts'
import { conf, FILE, MAIN, sha256 } from '../../packages/on-blade/test/multipath-blade.ts'
import { start } from '../../packages/on-blade/test/shells.ts'
import type { Row } from './row.ts'

const PATHS = 4
const COUNTS = [1, 10] as const
/** P paths: 2P + 3, 4P + 5, 2P + 3. */
const OS_BRICK = { attach: 2 * PATHS + 3, grow: 4 * PATHS + 5, detach: 2 * PATHS + 3 }
type Doing = keyof typeof OS_BRICK

const SECTORS_A_GIB = 2 ** 21
const [SIZE_GIB, GROWN_GIB] = [1, 2]
const PORTS = ['2000525400000001', '2000525400000002', '2000525400000003', '2000525400000004']
const disk = (lun: number, gib = SIZE_GIB): Disk => ({ naa: `6001405${lun.toString(16).padStart(25, '0')}`, gib })
const nameOf = (lun: number): string => `vol${lun}`
const wwidOf = (lun: number): string => `3${disk(lun).naa}`

/** A thread a line. */
const COUNTS_THREADS = `
import _thread, os
_begin = _thread.start_new_thread
def _counted(*about):
    with open(os.environ["ANYBLADE_ROOT"] + "/threads", "a") as file:
        file.write("1\\n")
    return _begin(*about)
_thread.start_new_thread = _counted
`

/** The number that the next one gets is one more than there were, with the shell that asks. */
const COUNTED = 'sh -c "$@"; code=$?; : & echo "processes $(($! - 2))" >&2; exit $code'

/** Each is one process and starts none: what it would change, the bench does for it meanwhile. */
const tool = (cases: string): string => `#!/bin/sh
root=$ANYBLADE_ROOT
told() { echo "$$ $*" >>"$root/asked"; until [ -e "$root/done/$$" ]; do :; done; }
case $1 in
${cases}
esac
`
const TOOLS = {
  multipath: tool('-h) echo "usage: multipath -t" ;; -t) exec /usr/sbin/multipath -t ;; -f) told flush "$2" ;;'),
  multipathd: tool(`'-kshow daemon') echo 'pid 12 idle' ;;
'-kshow config') [ ! -e "$root${FILE}" ] || while IFS= read -r line; do printf '%s\\n' "$line"; done <"$root${FILE}" ;;
-kreconfigure) told name; echo ok ;;
'-kresize map '*) told resize "\${1#-kresize map }"; echo ok ;;`),
  dmsetup: tool(`status) for dm in "$root"/sys/block/dm-*; do
  read -r name <"$dm/dm/name" && echo "$name: 0 2048 multipath 2 0 0 0 1 1 A 0 1 2 8:0 A 0 0 1"
done ;;
info) for dm in "$root"/sys/block/dm-*; do read -r name <"$dm/dm/name" && printf '0\\t%s\\n' "$name"; done ;;`),
  udevadm: tool('*) ;;'),
}

class CountedBlade {
  readonly #it: FixtureBlade
  readonly #luns: readonly number[]
  readonly #env: Readonly<Record<string, string>>
  readonly #multipathd: NodeJS.Timeout
  #heard = 0
  #started = 0
  #calls = 0

  constructor(count: number) {
    this.#it = new FixtureBlade(mkdtempSync(join(tmpdir(), 'anyblade-processes-')))
    this.#luns = Array.from({ length: count }, (_, i) => i + 1)
    for (const [at, wwpn] of PORTS.entries()) this.#it.port({ host: 2 + (at >> 1), target: at & 1, wwpn })
    const bin = join(this.root, 'bin')
    mkdirSync(bin)
    for (const [name, text] of Object.entries(TOOLS)) writeFileSync(join(bin, name), text, { mode: 0o755 })
    this.#it.write('etc/multipath.conf', MAIN)
    this.#it.kernel((hctl) => disk(Number(hctl.split(':').at(-1))))
    this.#env = {
      PATH: `${bin}:${process.env.PATH}`,
      ANYBLADE_ROOT: this.root,
      ANYBLADE_READER: COUNTS_THREADS + readerOnFixture,
    }
    this.#multipathd = setInterval(() => this.#serve(), 2)
  }

  get root(): string {
    return this.#it.root
  }

  get calls(): number {
    return this.#calls
  }

  down(): void {
    clearInterval(this.#multipathd)
    this.#it.stop()
    rmSync(this.root, { recursive: true, force: true })
  }

  /** @returns how many processes were started since the last call */
  counted(): number {
    const count = this.#started
    this.#started = 0
    this.#calls = 0
    return count
  }

  async attach(): Promise<void> {
    await this.#act('check-lun-free', this.#list())
    await this.#act('scan-lun', this.#list())
    for (const lun of this.#luns) this.#map(lun)
    const named = this.#luns.map((lun) => [nameOf(lun), wwidOf(lun)] as const)
    await this.#configure(conf(...named), named.flat())
  }

  async grow(): Promise<void> {
    for (const hctl of this.#it.devices()) this.#it.grow(hctl, disk(Number(hctl.split(':').at(-1)), GROWN_GIB))
    const bytes = String(GROWN_GIB * SECTORS_A_GIB * 512)
    await this.#act('rescan-paths', [bytes, ...this.#list()])
    for (const lun of this.#luns)
      for (const sd of this.#disksOf(lun)) this.#it.write(`sys/block/${sd}/size`, String(GROWN_GIB * SECTORS_A_GIB))
    await this.#act('resize-map', [bytes, ...this.#list()])
  }

  async detach(): Promise<void> {
    const wwids = this.#luns.map(wwidOf)
    const out = `blacklist {\n${wwids.map((wwid) => `\twwid "^${wwid}$"\n`).join('')}}\n`
    const named = this.#luns.map((lun) => [nameOf(lun), wwidOf(lun)] as const)
    await this.#configure(
      out + conf(...named),
      wwids.flatMap((wwid) => ['-', wwid]),
    )
    for (const act of ['flush-map', 'flush-map', 'remove-paths'] as const) await this.#act(act, this.#list())
    await this.#configure(undefined, [])
    for (const act of ['forget-lun', 'certify-gone'] as const) await this.#act(act, this.#list())
  }

  #list = (): string[] => [...PORTS, '-', ...this.#luns.flatMap((lun) => [nameOf(lun), String(lun), wwidOf(lun)])]

  #configure(text: string | undefined, expected: readonly string[]): Promise<void> {
    const file = join(this.root, FILE)
    const before = existsSync(file) ? sha256(readFileSync(file, 'utf8')) : 'absent'
    const how = text === undefined ? 'remove' : String(Buffer.byteLength(text))
    return this.#act('install-config', [FILE, before, how, ...expected], text)
  }

  async #act(act: keyof typeof acts, args: readonly string[], stdin = ''): Promise<void> {
    for (const name of ['done', 'threads']) rmSync(join(this.root, name), { recursive: true, force: true })
    mkdirSync(join(this.root, 'done'))
    const text = 'exec unshare -p -f --kill-child sh -c "$@"'
    const { exit, stderr } = await start(text, [COUNTED, 'sh', acts[act], 'anyblade', ...args], this.#env, stdin).ended
    const [, count] = /^processes (\d+)$/m.exec(stderr) ?? []
    if (exit !== 0 || count === undefined) throw new Error(`${act} ended with ${exit}: ${stderr}`)
    const threads = join(this.root, 'threads')
    this.#started += Number(count) - (existsSync(threads) ? statSync(threads).size / 2 : 0)
    this.#calls += 1
  }

  #disksOf(lun: number): string[] {
    const base = join(this.root, 'sys/block', `dm-${lun}`, 'slaves')
    return existsSync(base) ? execFileSync('ls', [base], { encoding: 'utf8' }).trim().split('\n') : []
  }

  /** As multipathd makes it when its paths come. */
  #map(lun: number): void {
    const disks = this.#it
      .devices()
      .filter((hctl) => Number(hctl.split(':').at(-1)) === lun)
      .map((hctl) =>
        execFileSync('ls', [join(this.root, `sys/bus/scsi/devices/${hctl}/block`)], { encoding: 'utf8' }).trim(),
      )
    this.#it.map(`dm-${lun}`, wwidOf(lun), `mpath-${wwidOf(lun)}`, disks)
    this.#it.write(`sys/block/dm-${lun}/size`, String(SIZE_GIB * SECTORS_A_GIB))
  }

  #serve(): void {
    const asked = join(this.root, 'asked')
    const lines = existsSync(asked) ? readFileSync(asked, 'utf8').split('\n').slice(0, -1) : []
    for (const line of lines.slice(this.#heard)) {
      const [id = '', what, name = ''] = line.split(' ')
      if (what === 'name') for (const lun of this.#luns) this.#name(lun)
      const lun = Number(name.slice('vol'.length))
      if (what === 'resize') this.#it.write(`sys/block/dm-${lun}/size`, String(GROWN_GIB * SECTORS_A_GIB))
      if (what === 'flush')
        for (const gone of [`sys/block/dm-${lun}`, `dev/mapper/${name}`])
          rmSync(join(this.root, gone), { recursive: true })
      writeFileSync(join(this.root, 'done', id), '')
    }
    this.#heard = lines.length
  }

  #name(lun: number): void {
    const node = join(this.root, 'dev/mapper', nameOf(lun))
    if (!existsSync(join(this.root, 'sys/block', `dm-${lun}`))) return
    this.#it.write(`sys/block/dm-${lun}/dm/name`, nameOf(lun))
    if (!existsSync(node)) execFileSync('mknod', [node, 'b', '7', '99'])
  }
}

type Counts = Readonly<Record<Doing, { readonly processes: number; readonly calls: number }>>

async function countsOf(count: number): Promise<Counts> {
  const blade = new CountedBlade(count)
  const one = async (work: () => Promise<void>) => {
    blade.counted()
    await work()
    const calls = blade.calls
    return { processes: blade.counted(), calls }
  }
  try {
    return {
      attach: await one(() => blade.attach()),
      grow: await one(() => blade.grow()),
      detach: await one(() => blade.detach()),
    }
  } finally {
    blade.down()
  }
}

export async function benchProcesses(): Promise<readonly Row[]> {
  const [few, many] = [await countsOf(COUNTS[0]), await countsOf(COUNTS[1])]
  return (['attach', 'grow', 'detach'] as const).map((doing) => {
    const [one, ten] = [few[doing], many[doing]]
    const each = ten.processes / COUNTS[1]
    return {
      name: `processes on a blade a LUN of ${PATHS} paths: ${doing}`,
      detail: `${each.toFixed(1)} where it is one of ${COUNTS[1]} (${ten.calls} acts), ${one.processes} where it is alone (${one.calls} acts), against ${OS_BRICK[doing]} programs of os-brick by its code`,
      ratio: each / OS_BRICK[doing],
    }
  })
}
