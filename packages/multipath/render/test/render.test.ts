/** What is rendered explains to its values; what would hurt a host is never rendered. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aliasesInEffect, explain, type FileValues, MultipathError, render, renderAliases } from '../../index.ts'

const RELEASES = ['0.4.9', '0.5.0', '0.6.4', '0.7.9', '0.8.4', '0.8.9', '0.9.4', '0.9.9', '0.14.3']
const utf8 = new TextEncoder()

const text = fc.string({ unit: fc.constantFrom(...'abAB09 .:_-"#!{}é\\'), minLength: 1, maxLength: 20 })
const wwid = fc.oneof(fc.stringMatching(/^3[0-9a-f]{32}$/), fc.stringMatching(/^[A-Za-z0-9 ]{1,20}[A-Za-z]$/))
const values: fc.Arbitrary<FileValues> = fc.record(
  {
    defaults: fc.record(
      {
        polling_interval: fc.integer({ min: 1, max: 600 }),
        no_path_retry: fc.oneof(fc.constantFrom('fail', 'queue'), fc.integer({ min: 1, max: 1000 })),
        user_friendly_names: fc.constantFrom('yes', 'no'),
        prio: text,
        rr_min_io: fc.integer({ min: 1, max: 5000 }),
      },
      { requiredKeys: [] },
    ),
    devices: fc.uniqueArray(
      fc.record({ vendor: text, product: text, failback: fc.constantFrom('manual', 'immediate', 7) }),
      {
        maxLength: 3,
        selector: ({ vendor, product }) => `${vendor}\n${product}`,
      },
    ),
    multipaths: fc.uniqueArray(fc.record({ wwid, alias: fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/) }), {
      maxLength: 5,
      selector: (entry) => entry.wwid,
    }),
  },
  { requiredKeys: [] },
)

for (const release of RELEASES)
  test(`rendered files explain to their values under ${release}`, () => {
    let written = 0
    fc.assert(
      fc.property(values, (given) => {
        const file = rendered(release, given)
        if (file === undefined) return
        written += 1
        const explanation = explain({ release, main: { path: 'F', bytes: utf8.encode(file) } })
        assert.deepEqual(explanation.messages, [])
        const { configuration } = explanation
        assert.ok(configuration !== undefined)
        for (const [keyword, value] of Object.entries(given.defaults ?? {})) {
          assert.equal(unicode(configuration.defaults.get(keyword)?.value), String(value))
        }
        const names = new Map((given.multipaths ?? []).map((entry) => [String(entry.wwid), String(entry.alias)]))
        assert.deepEqual(new Map(aliasesInEffect(explanation)), names)
      }),
      { numRuns: 150 },
    )
    assert.ok(written > 10, `only ${written} files were written`)
  })

/** The text, or undefined for values the release cannot hold. */
function rendered(release: string, given: FileValues): string | undefined {
  try {
    return render(release, given)
  } catch (error) {
    assert.ok(error instanceof MultipathError)
    return undefined
  }
}

function unicode(value: string | number | undefined): string {
  return typeof value === 'string'
    ? new TextDecoder().decode(Uint8Array.from(value, (character) => character.charCodeAt(0)))
    : String(value)
}

/** Values that are refused: release, values, code. */
const refused: readonly (readonly [string, FileValues, string])[] = [
  ['0.14.3', { defaults: { polling_interval: 0 } }, 'render-refused'],
  ['0.9.4', { defaults: { polling_interval: 'junk' } }, 'render-refused'],
  ['0.7.9', { defaults: { partition_delimiter: 'a/b' } }, 'render-refused'],
  ['0.4.9', { multipaths: [{ alias: 'a' }] }, 'render-refused'],
  ['0.9.4', { devices: [{ vendor: 'X' }] }, 'render-refused'],
  ['0.9.4', { blacklist: { wwid: ['*'] } }, 'render-refused'],
  ['0.7.9', { blacklist: { devnode: ['!^sd'] } }, 'render-refused'],
  ['0.9.4', { defaults: { prio: 'a\nb' } }, 'render-refused'],
  ['0.9.4', { defaults: { prio: 'x'.repeat(1100) } }, 'render-refused'],
  ['0.9.4', { defaults: { failback: 0 }, devices: [{ vendor: 'X', product: 'Y', failback: 0 }] }, 'render-refused'],
  ['0.9.4', { defaults: { getuid_callout: 'x' } }, 'keyword-unknown'],
  ['0.9.4', { defaults: { alias: 'x' } }, 'keyword-unknown'],
]
for (const [release, given, code] of refused)
  test(`refused under ${release}: ${JSON.stringify(given).slice(0, 80)}`, () => {
    assert.throws(
      () => render(release, given),
      (error) => error instanceof MultipathError && error.code === code,
    )
  })

test('aliases as a drop-in, and the ones that are not taken', () => {
  const vm1 = { wwid: '3600a098038303045762b4f4a6a5a3734', alias: 'vm1' }
  const file = renderAliases({ release: '0.9.4', aliases: [vm1, { wwid: '1DEC     321816758474', alias: 'vm2' }] })
  assert.match(file, /^# anyblade: aliases of the fleet/)
  assert.match(file, /wwid "1DEC {5}321816758474"/)
  const fails = (aliases: readonly { wwid: string; alias: string }[], release = '0.9.4') =>
    assert.throws(() => renderAliases({ release, aliases }), MultipathError)
  fails([vm1, { ...vm1, wwid: 'B' }])
  fails([vm1, { ...vm1, alias: 'b' }])
  fails([{ wwid: 'A', alias: 'a/b' }])
  fails([{ wwid: 'A', alias: 'a b' }])
  fails([{ wwid: 'A'.repeat(128), alias: 'a' }])
  fails([vm1], '0.4.9')
})
