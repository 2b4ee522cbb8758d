/**
 * An operator killed with -9 at a boundary of a run, and another one who has nothing but a clone of the fleet and takes it
 * up: for the tests of crashes. What is so afterwards is asked of the array, of device-mapper, of libvirt and of the guest.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answersPing, running, type Site, siteOf, start, until } from './site.ts'

type Run = { readonly run: string; readonly title: string; readonly state: string }

/** Operators who share a fleet by way of a repository, each with a clone of his own and nothing else. */
export class Operators {
  readonly #here: Site
  readonly #folder = mkdtempSync(join(tmpdir(), 'anyblade-crash-'))
  #count = 0

  constructor(here: Site) {
    this.#here = here
    git('clone', '-q', '--bare', here.fleet, this.#origin)
  }

  get #origin(): string {
    return join(this.#folder, 'origin.git')
  }

  another(): Site {
    this.#count += 1
    const clone = join(this.#folder, `operator${this.#count}`)
    git('clone', '-q', this.#origin, clone)
    return siteOf(this.#here.lab, clone)
  }

  /** What they have recorded becomes the fleet of the other tests. */
  handBack(): void {
    git('-C', this.#here.fleet, 'pull', '-q', '--ff-only', this.#origin, 'HEAD')
  }
}

const git = (...words: readonly string[]): void => {
  execFileSync('git', [...words], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Runs the command and kills it right after its `boundary`th word of a step; false where it had ended before. */
export async function killed(by: Site, words: readonly string[], boundary: number): Promise<boolean> {
  const child = start([...words, '--verbose'], { ANYBLADE_FLEET: by.fleet })
  let told = ''
  let isKilled = false
  child.stdout.resume()
  child.stderr.on('data', (text: string) => {
    told += text
    // A step's beginning and its end are a line each: `3 of 11  blade1: …`, `done     3 of 11  blade1: …`.
    if (isKilled || (told.match(/^(\w+ +)?\d+ of \d+ {2}/gm) ?? []).length < boundary) return
    isKilled = true
    child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.on('close', resolve))
  return isKilled
}

/** The youngest run of this title, as the blades tell it. */
async function runOf(by: Site, title: string): Promise<Run | undefined> {
  const { runs } = JSON.parse((await by.done('run', 'list', '--output', 'json')).stdout)
  return runs.find((run: Run) => run.title.startsWith(title))
}

/** Another operator brings it to its end; the run's own state at the end, undefined where nothing of it was begun. */
async function takenUp(by: Site, title: string, wish: 'resume' | 'undo'): Promise<string | undefined> {
  await until('nobody carries it out any more', 240_000, async () => (await runOf(by, title))?.state !== 'running')
  const found = await runOf(by, title)
  if (found === undefined || found.state === 'not begun') return undefined
  let told = ''
  if (found.state === 'killed' || found.state === 'stuck') {
    const { exit, stdout, stderr } = await by.anyblade('run', wish, found.run)
    told = `run ${wish} ${found.run}: ${exit}\n${stdout}\n${stderr}`
    assert.ok(exit === 0 || exit === 1, told)
  }
  const state = (await runOf(by, title))?.state
  assert.ok(state === 'done' || state === 'undone', `${title} is ${state}\n${told}`)
  return state
}

/** A volume is there once and whole on every blade, or nowhere. @returns whether its operator was killed */
export async function createKilled(
  here: Site,
  operators: Operators,
  name: string,
  boundary: number,
  wish: 'resume' | 'undo',
): Promise<boolean> {
  const isKilled = await killed(operators.another(), ['volume', 'create', name, '--size', '64M'], boundary)
  const state = await takenUp(operators.another(), `create volume ${name}`, wish)
  const serials = await here.on(
    'array',
    'cat /sys/kernel/config/target/core/iblock_*/"$1"/wwn/vpd_unit_serial || :',
    name,
  )
  const found = serials === '' ? [] : serials.split('\n')
  assert.equal(found.length, state === 'done' ? 1 : 0, `${name} is ${state}, and the array has ${found.length} of it`)
  for (const blade of here.lab.blades) {
    const uuid = 'd=$(readlink "/dev/mapper/$1") && cat "/sys/block/$(basename "$d")/dm/uuid" || :'
    const digits = found[0]?.replace(/^.*: /, '').replaceAll('-', '').slice(0, 25)
    const wanted = digits === undefined ? '' : `mpath-36001405${digits}`
    assert.equal(await here.on(blade, uuid, name), wanted, `${name} on ${blade}, at boundary ${boundary}`)
  }
  const { exit } = await operators.another().anyblade('volume', 'show', name)
  assert.equal(exit, state === 'done' ? 0 : 2, `the documents have ${name}`)
  return isKilled
}

/** The VM runs on exactly one blade and is defined on no other, and its guest has noticed nothing. */
export async function moveKilled(
  here: Site,
  operators: Operators,
  vm: string,
  mac: string,
  boundary: number,
  ...flags: readonly string[]
): Promise<boolean> {
  const home = async () => {
    const where = await Promise.all(
      here.lab.blades.map(async (blade) => ((await running(here, blade)).includes(vm) ? [blade] : [])),
    )
    return where.flat()
  }
  const [from, ...others] = await home()
  assert.deepEqual(others, [])
  const to = here.lab.blades.find((blade) => blade !== from)
  assert.ok(from !== undefined && to !== undefined)
  const isKilled = await killed(operators.another(), ['vm', 'migrate', vm, '--to', to, ...flags], boundary)
  await takenUp(operators.another(), `migrate ${vm} from ${from}`, 'resume')
  const places = await home()
  assert.equal(places.length, 1, `${vm} runs on ${places.join(' and ') || 'no blade'}, at boundary ${boundary}`)
  for (const blade of here.lab.blades.filter((one) => !places.includes(one)))
    assert.doesNotMatch(await here.on(blade, 'virsh -q list --all --name'), new RegExp(`^${vm}$`, 'm'), blade)
  const document = JSON.parse((await operators.another().done('vm', 'show', vm, '--output', 'json')).stdout)
  assert.equal(document.home, places[0], 'the documents say where it runs')
  await until(`${vm} answers`, 60_000, () => answersPing(here, mac))
  const { boots, holes, rollbacks, foreignWrites } = await here.lab.verify(vm)
  assert.deepEqual([boots.length, holes, rollbacks, foreignWrites], [1, [], 0, 0], `at boundary ${boundary}`)
  return isKilled
}
