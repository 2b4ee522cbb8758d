import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BladeName, Moved, Placement, RunId, Timetable, VmName } from '@anyblade/engine'
import { evacuationText, placementText } from '../render/evacuation.ts'
import { anyblade, madeFleet } from './anyblade.ts'

test('blades that give no answer: exit 5, each by name, and nothing is moved', async (t) => {
  const cwd = await madeFleet(t)
  for (const more of [['--plan'], []]) {
    const { exit, stdout, stderr } = await anyblade(['blade', 'evacuate', 'blade1', '--timeout', '20', ...more], {
      cwd,
    })
    assert.equal(exit, 5, stdout + stderr)
    assert.match(stdout, /silent {2}blade2 gave no answer/)
  }
})

test('all but one: the others are emptied, and asked for the proof', async (t) => {
  const cwd = await madeFleet(t)
  const { exit, stdout } = await anyblade(['blade', 'evacuate', '--all-but', 'blade2', '--plan', '--timeout', '20'], {
    cwd,
  })
  assert.equal(exit, 5, stdout)
  assert.match(stdout, /no VM of the fleet runs on blade1\n/)
})

test('a name that is none, itself as the destination, and no number: exit 2 before anybody is asked', async (t) => {
  const cwd = await madeFleet(t)
  for (const [words, found] of [
    [['balde1'], /blade1/],
    [['blade1', '--to', 'blade1'], /found +blade1 itself/],
    [['blade1', '--limit', '0'], /whole number/],
    [[], /neither a blade nor --all-but/],
    [['blade1', '--all-but', 'blade2'], /--all-but, and a blade/],
    [['--all-but', 'blade1,blade2'], /no other blade in service/],
  ] as const) {
    const { exit, stderr } = await anyblade(['blade', 'evacuate', ...words], { cwd })
    assert.equal(exit, 2, stderr)
    assert.match(stderr, found)
  }
})

const [BLADE, TO, LDAP, MAIL] = ['blade1' as BladeName, 'blade2' as BladeName, 'ldap' as VmName, 'mail' as VmName]
const placement: Placement = {
  blades: [BLADE],
  moves: [{ vm: LDAP, from: BLADE, to: TO, bytes: 2 * 1024 ** 3 }],
  left: [{ vm: MAIL, from: BLADE, bytes: undefined, because: ['blade2 has no bridge br7'] }],
  strangers: [{ domain: 'theirs', blade: BLADE }],
  remarks: [],
  spare: { holds: 'no', because: 'too little' },
  silent: [],
  sentOn: ['br0'],
}

const timetable: Timetable = {
  seconds: 21.4,
  moves: [{ vm: LDAP, seconds: 21.4, pauseMs: 480 }],
  never: [],
  untold: [],
  links: [{ from: BLADE, to: TO, bytesPerSecond: 100 * 1024 ** 2 }],
}

test('how long it takes where that is not foretold of all, or of none', () => {
  const text = placementText(placement, { ...timetable, never: [MAIL], untold: [] }, 2)
  assert.match(text, /about 21 s, and 1 of which it is not foretold\n/)
  assert.match(text, /^slow {4}mail will not converge/m)
  const untold = { ...timetable, moves: [], links: [], untold: [{ vm: LDAP, because: 'the link was not measured' }] }
  assert.match(
    placementText(placement, untold, 2),
    /how long is not foretold\nuntold {2}ldap: the link was not measured/,
  )
  assert.match(placementText(placement, undefined, 2), /how long is not foretold\nafter/)
})

test('the plan: who goes where, who can’t and why, what is not the fleet’s, and what may be lost afterwards', () => {
  assert.equal(
    placementText(placement, timetable, 2),
    [
      'VM     NEEDS     FROM     TO       WHY NOT',
      'ldap   2.0 GiB   blade1   blade2',
      'mail   –         blade1   –        blade2 has no bridge br7',
      '',
      'move    2.0 GiB in all, 2 at once; about 21 s',
      'link    100 MiB/s from blade1 to blade2',
      'pause   about 0.5 s at most, of ldap',
      'after   no more blade may be lost: too little',
      'left    not of the fleet: theirs on blade1',
      'sent    small broadcasts (ethertype 0x88b5) on br0 of each: to see where it is the same network',
    ].join('\n'),
  )
})

test('the account: what is still there, and the command that goes on with a move that was interrupted', () => {
  const moved: Moved = { vm: LDAP, from: BLADE, to: TO, run: 'r-1' as RunId, end: 'stuck', because: 'no answer' }
  const EMPTY = { blade: TO, empty: true, remains: [] }
  const proof = { blade: BLADE, empty: false, remains: ['mail is running'] }
  const text = evacuationText(
    { placement, moved: [moved], proof: [proof] },
    'partly',
    3,
    'anyblade blade evacuate blade1',
  )
  assert.match(text, /ldap {3}blade2 {3}r-1 {3}interrupted: no answer/)
  assert.match(text, /there {3}mail is running\nblade1 is not empty/)
  assert.match(
    evacuationText(
      { placement: { ...placement, blades: [BLADE, TO] }, moved: [], proof: [proof, EMPTY] },
      'partly',
      3,
      '',
    ),
    /there {3}blade1: mail is running\nblade2 is empty: safe to reboot; blade1 is not empty {3}3.0 s/,
  )
  assert.match(text, /\nNext: anyblade run resume r-1\nNext: anyblade blade evacuate blade1$/)
})
