/** What the reader asks in children of its own: who hangs is given up, who only waits for a processor is not. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const children = readFileSync(new URL('../reader/children.py', import.meta.url), 'utf8')

/** The rivals take the one processor that all have; a child that is nice gets about a hundredth of it. */
const JOBS = `
SILENCE_SECONDS = 0.5
processor = min(os.sched_getaffinity(0))
os.sched_setaffinity(0, {processor})
rival = os.fork()
if not rival:
    while True:
        pass
def starved(emit):
    os.nice(19)
    end = time.process_time() + 0.03
    while time.process_time() < end:
        pass
    emit("done")
def hangs(emit):
    emit("begun")
    time.sleep(60)
try:
    told = in_children({"starved": starved, "hangs": hangs}, 50)
finally:
    os.kill(rival, SIGKILL)
for name, (lines, ended) in sorted(told.items()):
    print(name, " ".join(lines), ended)
`

test('a child that hangs is given up, and one that only waits for a processor is waited for', () => {
  const { stdout, stderr } = spawnSync('python3', ['-I', '-S', '-c', children + JOBS], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.deepEqual([stdout, stderr], ['hangs begun False\nstarved done True\n', ''])
})
