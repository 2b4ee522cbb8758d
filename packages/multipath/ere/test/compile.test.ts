import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileEre } from '../index.ts'

const badPattern = 'Invalid regular expression'
const bracket = 'Unmatched [, [^, [:, [., or [='
const braceContent = 'Invalid content of \\{\\}'
const repetition = 'Invalid preceding regular expression'
const backReference = 'Invalid back reference'

/** Each message measured with glibc's regcomp(REG_EXTENDED | REG_NOSUB). */
const refused = [
  ['a star with nothing before it', '*', repetition],
  ['a star behind an anchor', '^*', repetition],
  ['a star behind a bar', 'a|*', repetition],
  ['a star behind a parenthesis', '(*a)', repetition],
  ['an interval with nothing before it', '{2}', repetition],
  ['an interval behind a word anchor', '\\<{2}', repetition],
  ['a group of another dialect', '(?:a)', repetition],
  ['a group that is never closed', '(a', 'Unmatched ( or \\('],
  ['a bracket and nothing', '[', badPattern],
  ['a bracket, a caret and nothing', '[^', badPattern],
  ['a bracket never closed', '[a', bracket],
  ['a bracket whose first ] is a member', '[]', bracket],
  ['a range never ended', '[a-', bracket],
  ['a class name never closed', '[[:alpha', bracket],
  ['a class name longer than glibc holds', `[[:${'a'.repeat(33)}:]]`, bracket],
  ['a range from high to low', '[z-a]', 'Invalid range end'],
  ['a range that begins behind a class', '[[:alpha:]-z]', 'Invalid range end'],
  ['a range that ends in a class', '[a-[:alpha:]]', 'Invalid range end'],
  ['three hyphens, of which newer grep makes one', '[a---b]', 'Invalid range end'],
  ['a hyphen that is neither first nor last', '[a-c-e]', 'Invalid range end'],
  ['an unknown class', '[[:bogus:]]', 'Invalid character class name'],
  ['a collating name of the POSIX locale', '[[.hyphen.]]', 'Invalid collation character'],
  ['an equivalence class of two characters', '[[=ab=]]', 'Invalid collation character'],
  ['an interval never closed', 'a{', 'Unmatched \\{'],
  ['an interval of a letter, never closed', 'a{x', 'Unmatched \\{'],
  ['an interval of a letter', '\\p{L}', braceContent],
  ['an empty interval', 'a{}', braceContent],
  ['an interval that falls', 'a{2,1}', braceContent],
  ['a letter before the comma of an interval', 'a{x,', braceContent],
  ['an interval of three', 'a{1,2,3}', braceContent],
  ['one repetition more than RE_DUP_MAX', 'a{32768}', 'Regular expression too big'],
  ['a last backslash', 'a\\', 'Trailing backslash'],
  ['a reference to a group that is not there', '(a)\\2', backReference],
  ['a reference into its own group', '(a\\1)', backReference],
  ['a reference to a group of another branch', '(a)|b\\1', backReference],
  ['repetitions of repetitions beyond memory', '((a{999}){999}){999}', 'Memory exhausted'],
] as const
for (const [rule, pattern, message] of refused)
  test(`refused: ${rule}`, () => assert.deepEqual(compileEre(pattern), { ok: false, message }))

const answers = [
  ['it is searched for anywhere', 'b', 'abc', true],
  ['the empty pattern fits everything', '', 'abc', true],
  ['an empty group fits everything', '()', '', true],
  ['a lone ) is a character', 'a)', 'a)', true],
  ['a lone } is a character', 'a}', 'a}', true],
  ['a first ] is a member', '[]a]', ']', true],
  ['a backslash in a bracket is a member', '[\\d]', '\\', true],
  ['a backslash in a bracket does not escape', '[\\]]', '\\]', true],
  ['[:alpha:] without its bracket is a list', '^[:alpha:]$', 'z', false],
  ['\\d is a letter', '\\d', '7', false],
  ['\\. is a point', '^a\\.b$', 'a.b', true],
  ['\\. is only a point', '^a\\.b$', 'axb', false],
  ['{,n} begins at none', '^a{,2}$', 'aaa', false],
  ['{n,} has no end', '^a{2,}$', 'aaaa', true],
  ['{0} is nothing', '^a{0}b$', 'b', true],
  ['{,} is a star', '^(ab){,}$', 'ababab', true],
  ['repetitions of repetitions', '^(a{2}){2}$', 'aaaa', true],
  ['repetitions of repetitions are exact', '^(a{2}){2}$', 'aaa', false],
  ['an anchor in the middle never fits', 'a^b', 'a^b', false],
  ['an anchor in a group', '(^a)', 'ba', false],
  ['\\< and \\> hold a word', '\\<sda\\>', 'dev sda', true],
  ['\\< and \\> hold no part of a word', '\\<sda\\>', 'sdaa', false],
  ['\\B between two letters', 'a\\Bb', 'ab', true],
  ["\\` and \\' are the ends", "\\`ab\\'", 'ab', true],
  ['\\W and \\S', '^\\W\\S$', '-x', true],
  ['a hyphen may end a range', '^[+--]$', ',', true],
  ['a negated bracket fits a byte beyond ASCII', '^[^a]$', '\u00e9', true],
  ['a byte beyond ASCII is no letter', '[[:alpha:]]', '\u00e9', false],
  ['a back reference', '^(a|b)\\1$', 'bb', true],
  ['a back reference to something else', '^(a|b)\\1$', 'ab', false],
  ['a back reference that needs a shorter group', '^(a*)b\\1$', 'aabaa', true],
  ['a point takes every byte but NUL', '^.$', '\0', false],
] as const
for (const [rule, pattern, text, found] of answers)
  test(`${rule}: ${pattern} in ${JSON.stringify(text)} is ${found}`, () => {
    const ere = compileEre(pattern)
    assert.equal(ere.ok && ere.test(text), found)
  })

test('no pattern makes the search explode', () => {
  const hard = [`^(${'(a|a)*'.repeat(30)})*$`, '(a*)*b', `${'(a?)'.repeat(200)}${'a'.repeat(200)}c`, '(x+x+)+y']
  const start = process.cpuUsage()
  for (const pattern of hard) {
    const ere = compileEre(pattern)
    assert.ok(ere.ok)
    ere.test(`${'a'.repeat(4000)}!`)
  }
  assert.ok(process.cpuUsage(start).user < 5_000_000)
})

test('any text compiles or is refused, and deep ones too', () => {
  const patterns = fc.string({ unit: fc.constantFrom(...'ab*+?{}()[]^$\\|.,-:=12'), maxLength: 40 })
  fc.assert(fc.property(patterns, (pattern) => typeof compileEre(pattern).ok === 'boolean'))
  assert.equal(compileEre('('.repeat(100_000)).ok, false)
  assert.equal(compileEre(`a${'*'.repeat(1000)}`).ok, true)
})

const vectors = new URL('../../../../../shared/multipath/ere-vectors.tsv', import.meta.url)
test('every measured vector', { skip: existsSync(vectors) ? false : 'left out: no ere-vectors.tsv beside' }, () => {
  const raw = (text: string): string =>
    text.replace(/\\(\\|x([0-9a-f]{2}))/g, (_, whole: string, hex?: string) =>
      hex === undefined ? whole : String.fromCharCode(Number.parseInt(hex, 16)),
    )
  const rows = readFileSync(vectors, 'latin1').trimEnd().split('\n').slice(1)
  const cells = rows.map((row) => row.split('\t'))
  const everything = cells.find(([pattern]) => pattern === '.*')?.[3] ?? ''
  const samples = everything.split(' | ').map((sample) => (sample === '<empty>' ? '' : raw(sample)))
  for (const [pattern = '', verdict, message, matching = ''] of cells) {
    const ere = compileEre(raw(pattern))
    if (!ere.ok) assert.deepEqual(['FAIL', raw(message ?? '')], [verdict, ere.message], pattern)
    else {
      const found = samples.filter((sample) => ere.test(sample))
      const wanted = matching === '' ? [] : matching.split(' | ').map((s) => (s === '<empty>' ? '' : raw(s)))
      assert.deepEqual(found, wanted, pattern)
    }
  }
})
