/**
 * Starts a program of this repository on the pinned Node, after making node_modules what package-lock.json says.
 * Runs on any Node from 18 on: plain JavaScript, no dependency.
 *
 *   node scripts/run.mjs packages/cli/main.ts [argument ...]
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.setup-stamp')
const lock = join(root, '.setup.lock')
const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
const newEnough = Number(process.versions.node.split('.')[0]) >= 24
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

const textOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')
const ready = () => textOf(stamp) === wanted && (existsSync(pinned) || newEnough)

/** Runs a command to its end, whatever signal arrives meanwhile; gives its exit code as a shell would. */
const run = (command, args, options) =>
  new Promise((done, fail) => {
    const child = spawn(command, args, options)
    // A terminal's Ctrl-C reaches the child by itself; the others are passed on.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.on(signal, () => {
        if (signal !== 'SIGINT') child.kill(signal)
      })
    child.on('error', fail)
    child.on('exit', (code, signal) => done(code ?? 128 + constants.signals[signal]))
  })

/** One installer at a time; a lock whose owner is gone is taken over. */
async function acquire() {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const owner = Number(textOf(lock))
    if (owner > 0 && !alive(owner)) rmSync(lock, { force: true })
    await sleep(200)
  }
}

function alive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code !== 'ESRCH'
  }
}

async function install() {
  await acquire()
  try {
    if (ready()) return 0
    console.error('installing npm packages (first run, or package-lock.json changed) ...')
    // Engine warnings concern the Node that runs npm, not the pinned one: show errors only.
    const npm = ['ci', '--loglevel=error', '--no-audit', '--no-fund']
    const code = await run('npm', npm, { cwd: root, stdio: ['ignore', 2, 2] })
    if (code !== 0) return code
    writeFileSync(stamp, wanted)
    if (ready()) return 0
    // npm skips an optional dependency that it can't install without a word.
    const here = `${process.platform}-${process.arch}`
    console.error(`Node 24 or newer is needed; this is ${process.version}, and npm has none for ${here}.`)
    return 2
  } finally {
    rmSync(lock, { force: true })
  }
}

process.exitCode = ready() ? 0 : await install()
if (process.exitCode === 0) {
  const node = existsSync(pinned) ? pinned : process.execPath
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` }
  process.exitCode = await run(node, process.argv.slice(2), { stdio: 'inherit', env })
}
process.exit()
