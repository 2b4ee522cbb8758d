/** The programs of python3 are sent in parts: each has all that what it is asked for comes to. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { acts, inquirer, jobReader, reader, readerFor, stateReader, writer } from '../index.ts'

/** Follows the names of functions from those that are asked for; what only the whole program has is printed. */
const FOLLOW = `
import dis, json, sys, types
def defined(text):
    scope = {"__name__": "program"}
    exec(compile(text.rsplit("\\n", 2)[0].replace("\\nsys.exit(main(*sys.argv[1:]))", "").replace("\\nmain(*sys.argv[1:])", ""), "program", "exec"), scope)
    return scope
def codes(thing):
    if isinstance(thing, types.FunctionType):
        return [thing.__code__]
    return [c for v in vars(thing).values() for c in codes(v)] if isinstance(thing, type) and thing.__module__ == "program" else []
def names(code):
    for one in dis.get_instructions(code):
        if one.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield one.argval
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from names(inner)
def lacking(whole, part, asked):
    due, seen = list(asked), set()
    while due:
        name = due.pop()
        if name in seen or name not in whole:
            continue
        seen.add(name)
        if name not in part:
            yield name
        due += [n for c in codes(whole[name]) for n in names(c)]
        if isinstance(whole[name], type):
            due += [base.__name__ for base in whole[name].__bases__]
told = json.load(sys.stdin)
whole, parts = defined(told["whole"]), {}
for text, asked in told["asked"]:
    if text not in parts:
        parts[text] = defined(text)
    print(" ".join(lacking(whole, parts[text], asked)))
`

type Asked = readonly [part: string, names: readonly string[]]

/** Of each part, the names that it lacks. */
function missing(whole: string, asked: readonly Asked[]): string[] {
  const { stdout, stderr } = spawnSync('python3', ['-c', FOLLOW], {
    input: JSON.stringify({ whole, asked }),
    encoding: 'utf8',
  })
  assert.equal(stderr, '')
  return stdout.split('\n').slice(0, -1)
}

/** What each survey begins with, and what one with all words comes to besides. */
const SURVEY = [
  'in_children',
  'section',
  'version',
  'domains',
  'capabilities',
  'emit_ports',
  'fc_devices',
  'inquire_all',
]
const ALL = ['reservation=ldap', 'timers', 'initramfs', 'host-disks', 'machine=kvm:x86_64:pc', 'state=x', 'lan=br0::']
const ALSO = [
  'reservation_answers',
  'registering',
  'timers',
  'initramfs',
  'emit_host_disks',
  'own_disks',
  'machines',
  'states',
  'lan',
]

test('a reader in parts lacks nothing of what it is asked for', () => {
  const lacks = missing(reader, [
    [inquirer, ['inquiry_mode']],
    [jobReader, ['job_mode']],
    [stateReader, ['give_state']],
    [readerFor([]), SURVEY],
    [readerFor(ALL), [...SURVEY, ...ALSO]],
    [readerFor([]), ['own_disks']],
  ])
  assert.deepEqual(lacks.slice(0, -1), ['', '', '', '', ''])
  assert.match(lacks.at(-1) ?? '', /own_disks/)
})

for (const [name, text] of [
  ['reader', reader],
  ['writer', writer.text],
] as const)
  test(`the parts of the ${name} are one program: no name is given twice`, () => {
    const names = [...text.matchAll(/^(?:def|class) (\w+)|^(\w+) = /gm)].map(([, code, value]) => code ?? value)
    assert.deepEqual(
      names.filter((one, at) => names.indexOf(one) !== at),
      [],
    )
  })

const FUNCTIONS: Readonly<Record<string, string>> = { source: 'at_source' }

test('what is sent with an act has all that its role comes to', () => {
  const asked: Asked[] = Object.entries(acts).flatMap(([kind, act]): Asked[] => {
    const [, quoted, role = 'prove-disks'] =
      /^(?:exec python3 -I -S -c |writer=)'((?:[^']|'\\'')*)'(?: (\S+) "\$@"$)?/.exec(act) ?? []
    if (quoted === undefined) return []
    const names = kind === 'await-landing' ? ['dismiss', 'at_destination'] : [role]
    return [[quoted.replaceAll("'\\''", "'"), names.map((name) => FUNCTIONS[name] ?? name.replaceAll('-', '_'))]]
  })
  assert.equal(asked.length, 21)
  assert.deepEqual(
    missing(writer.text, asked),
    asked.map(() => ''),
  )
})
