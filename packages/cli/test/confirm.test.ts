import assert from 'node:assert/strict'
import { PassThrough, Writable } from 'node:stream'
import { test } from 'node:test'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'

/** A terminal at which `typed` is answered; `undefined`: there is no terminal, and nobody ever answers. */
function world(typed: string | undefined): { context: Context; said: () => string } {
  const told: string[] = []
  const stdin = Object.assign(Object.create(process.stdin), { isTTY: false })
  const answers = Object.assign(new PassThrough(), { isTTY: true, fd: 0 })
  answers.end(typed)
  const stderr = new Writable({
    write(text, _encoding, done) {
      told.push(String(text))
      done()
    },
  })
  const context = Object.assign(Object.create(null), {
    process: { stdin: typed === undefined ? stdin : answers, stderr },
    env: {},
    cwd: '/',
    program: [],
  })
  return { context, said: () => told.join('') }
}

const asked = (answer: string) => ({ attempted: 'destroy ldap', consequence: 'its data is gone', answer })

const answers = [
  ['y', 'y\n', true],
  ['y', 'YES\n', true],
  ['y', '\n', false],
  ['y', 'no\n', false],
  ['y', '', false],
  ['ldap', 'ldap\n', true],
  ['ldap', 'y\n', false],
  ['ldap', 'ldap2\n', false],
] as const
for (const [answer, typed, isMeant] of answers)
  test(`asked for ${answer}, ${JSON.stringify(typed)} is ${isMeant ? 'yes' : 'no'}`, async () => {
    const { context, said } = world(typed)
    const confirmed = confirm(context, {}, asked(answer))
    await (isMeant ? confirmed : assert.rejects(confirmed, { code: 'intent-invalid' }))
    assert.match(said(), /^its data is gone\n/)
  })

test('without a terminal it is refused at once, and --yes is enough', async () => {
  await assert.rejects(confirm(world(undefined).context, {}, asked('ldap')), /standard input is no terminal/)
  const { context, said } = world(undefined)
  await confirm(context, { yes: true }, asked('ldap'))
  assert.equal(said(), '')
})
