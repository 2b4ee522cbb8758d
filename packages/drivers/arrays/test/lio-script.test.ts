/** lio.sh against a tree of files in place of the kernel's configfs; see fake-array.ts. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Answer,
  BLADE1_A,
  BLADE1_B,
  BLADE2_A,
  colons,
  FakeArray,
  GIB,
  PORT_A,
  PORT_B,
  SCRIPT,
  TAG,
} from './fake-array.ts'

const refused = ({ exit, stdout, stderr }: Answer, why: RegExp): void => {
  assert.equal(exit, 1, stderr)
  assert.match(stderr, why)
  assert.equal(stdout, '')
}

// busybox's sh may take its own mkdir and rmdir before those in PATH, so that the tree would not behave as configfs.
for (const shell of [['dash'], ['bash', '--posix']]) {
  const on = shell.join(' ')
  const carved = (): FakeArray => {
    const array = new FakeArray(shell)
    assert.equal(array.carve().stdout, 'wwid\t36001405a8282f8725c072d0f9742ae77\n')
    return array
  }

  test(`${on}: carved, shown, hidden, deleted: twice each, and nothing is left`, () => {
    const array = carved()
    for (const _ of [1, 2]) assert.match(array.carve().stdout, /^wwid\t36001405a8282f87/)
    for (const _ of [1, 2]) assert.equal(array.map(BLADE1_A, BLADE1_B).stdout, 'mapped\t5\n')
    assert.ok(existsSync(join(array.mapping(PORT_A, BLADE1_A, 5), 'map')))
    assert.ok(!existsSync(array.mapping(PORT_A, BLADE2_A, 5)) && !existsSync(array.mapping(PORT_B, BLADE1_A, 5)))
    mkdirSync(join(array.root, 'var/target/pr'), { recursive: true })
    array.put('var/target/pr/aptpl_a8282f87-25c0-72d0-f974-2ae778942970', 'PR_REG_START')
    refused(array.remove(), /still shown as fc/)
    for (const _ of [1, 2]) assert.equal(array.unmap(BLADE1_A, BLADE1_B).stdout, 'unmapped\t5\n')
    for (const _ of [1, 2]) assert.equal(array.remove().stdout, 'deleted\tldap\n')
    assert.deepEqual(array.lvs(), ['pool'])
    assert.ok(!existsSync(join(array.target, 'core/iblock_0/ldap')) && !existsSync(array.lun(PORT_A, 5)))
    assert.deepEqual(readdirSync(join(array.root, 'var/target/pr')), [])
  })

  test(`${on}: a run acts by its newest epoch, and by no older one; nothing is changed by nobody`, () => {
    const array = new FakeArray(shell)
    const carve = ['carve', 'san/pool', 'ldap', TAG, GIB] as const
    refused(array.by([], ...carve), /no such verb without a run: carve/)
    refused(array.by(['as', 'r-../x', '1'], ...carve), /not a run/)
    refused(array.by(['as', 'r-one1', 'x'], ...carve), /not an epoch/)
    assert.equal(array.by(['as', 'r-one1', '3'], ...carve).exit, 0)
    assert.equal(array.by(['as', 'r-one1', '4'], 'delete', 'san/pool', 'ldap', TAG).exit, 0)
    refused(array.by(['as', 'r-one1', '3'], ...carve), /r-one1 was taken over: epoch 4 has acted here, this is 3/)
    assert.deepEqual(array.lvs(), ['pool'])
    assert.equal(array.by(['as', 'r-two2', '1'], ...carve).exit, 0)
  })

  test(`${on}: a newer epoch waits for what an older one has begun`, async () => {
    const array = new FakeArray(shell)
    array.put('lvm/still', '')
    const env = { PATH: `${array.root}/bin:${process.env.PATH}`, ANYBLADE_ROOT: array.root, LVM: `${array.root}/lvm` }
    const words = (epoch: string, verb: string, ...more: string[]) =>
      [...shell.slice(1), SCRIPT, 'as', 'r-one1', epoch, verb, 'san/pool', 'ldap', TAG, ...more] as const
    const older = spawn(shell[0] ?? '', words('3', 'carve', GIB), { env, detached: true, stdio: 'ignore' })
    const epochs = join(array.root, 'var/lib/anyblade/epochs/r-one1')
    while (!existsSync(epochs) || readFileSync(epochs, 'utf8') !== '3\n') await sleep(10)
    const newer = spawn(shell[0] ?? '', words('4', 'delete'), { env, stdio: 'ignore' })
    await sleep(300)
    assert.equal(readFileSync(epochs, 'utf8'), '3\n', 'it waits')
    rmSync(join(array.root, 'lvm/still'))
    process.kill(-(older.pid ?? 0), 'SIGKILL')
    const exit = await new Promise((resolve) => newer.on('exit', resolve))
    assert.deepEqual([exit, readFileSync(epochs, 'utf8')], [0, '3\n4\n'])
  })

  test(`${on}: it grows by its tag, twice as good as once, and is never made smaller`, () => {
    const array = carved()
    const grow = (bytes: number, tag = TAG) => array.run('grow', 'san/pool', 'ldap', tag, String(bytes))
    const big = 2 * 1024 ** 3
    for (const _ of [1, 2]) assert.deepEqual(grow(big), { exit: 0, stdout: `size\t${big}\n`, stderr: '' })
    refused(grow(1024 ** 3), /has 2147483648 bytes: it is never made smaller/)
    refused(grow(2 * big, 'anyblade.ffff.ldap'), /not tagged/)
    refused(array.run('grow', 'san/pool', 'www', `${TAG}x`, String(big)), /there is no san\/www/)
    refused(grow(1024 * 1024 ** 3), /bytes free/)
    assert.equal(grow(big).exit, 0)
  })

  test(`${on}: a pool that would run full is refused before anything is made`, () => {
    for (const [pool, why] of [
      ['1073741824 10.00 5.00', /bytes free/],
      ['6442450944 91.00 5.00', /at most 90 %/],
      ['6442450944 10.00 95.00', /at most 90 %/],
      ['6442450944', /does not say/],
    ] as const) {
      const array = new FakeArray(shell)
      array.put('lvm/pool', `  ${pool}\n`)
      refused(array.carve(), why)
      assert.deepEqual(array.lvs(), ['pool'])
    }
  })

  test(`${on}: a namesake of somebody else is refused, and outlives our undo`, () => {
    const array = new FakeArray(shell)
    array.put('lvm/san/ldap', `lv_size=${GIB}\nlv_tags=theirs\n`)
    refused(array.carve(), /not tagged/)
    refused(array.remove(), /not tagged/)
    const other = new FakeArray(shell)
    const theirs = other.backstore('ldap', '/dev/other/ldap')
    refused(other.carve(), /backstore ldap already, on \/dev\/other\/ldap/)
    assert.deepEqual(other.lvs(), ['pool'])
    assert.equal(other.remove().stdout, 'deleted\tldap\n')
    assert.ok(existsSync(theirs))
  })

  test(`${on}: links that targetcli has named are found all the same`, () => {
    const array = carved()
    const backstore = join(array.target, 'core/iblock_0/ldap')
    array.link(array.lun(PORT_A, 5), backstore)
    array.link(array.mapping(PORT_A, BLADE1_A, 5), array.lun(PORT_A, 5))
    assert.equal(array.map(BLADE1_A).stdout, 'mapped\t5\n')
    assert.deepEqual(readdirSync(array.lun(PORT_A, 5)), ['f00dfeed'])
    assert.equal(array.unmap(BLADE1_A).stdout, 'unmapped\t5\n')
    assert.ok(!existsSync(array.lun(PORT_A, 5)))
  })

  test(`${on}: nobody's access is taken who was not named, under whatever number`, () => {
    const array = carved()
    array.map(BLADE1_A, BLADE1_B)
    array.link(array.mapping(PORT_A, BLADE2_A, 9), array.lun(PORT_A, 5))
    refused(array.unmap(BLADE1_A, BLADE1_B), new RegExp(`shown to ${colons(BLADE2_A)} too`))
    assert.ok(existsSync(array.mapping(PORT_A, BLADE1_A, 5)) && existsSync(array.mapping(PORT_B, BLADE1_B, 5)))
  })

  test(`${on}: hidden from one blade alone, twice as good as once, under whatever number; and shown to it again`, () => {
    const array = carved()
    array.map(BLADE1_A, BLADE1_B, BLADE2_A)
    const theirs = array.backstore('theirs', '/dev/san/theirs')
    array.link(array.lun(PORT_A, 7), theirs)
    array.link(array.mapping(PORT_A, BLADE1_A, 7), array.lun(PORT_A, 7))
    array.link(array.mapping(PORT_A, BLADE1_A, 9), array.lun(PORT_A, 5))
    for (const _ of [1, 2]) assert.equal(array.hide(BLADE1_A, BLADE1_B).stdout, 'hidden\t2\n')
    for (const gone of [array.mapping(PORT_A, BLADE1_A, 5), array.mapping(PORT_A, BLADE1_A, 9)])
      assert.ok(!existsSync(gone), gone)
    assert.ok(!existsSync(array.mapping(PORT_B, BLADE1_B, 5)))
    assert.ok(existsSync(join(array.mapping(PORT_A, BLADE2_A, 5), 'map')), 'the other blade keeps it')
    assert.ok(existsSync(array.mapping(PORT_A, BLADE1_A, 7)), 'another volume of the blade stays')
    assert.ok(existsSync(array.lun(PORT_A, 5)))
    assert.equal(array.map(BLADE1_A, BLADE1_B).stdout, 'mapped\t5\n')
    assert.ok(existsSync(join(array.mapping(PORT_A, BLADE1_A, 5), 'map')))
  })

  test(`${on}: what is not this fleet’s is not hidden, and a volume that is not there is no success`, () => {
    const array = carved()
    array.map(BLADE1_A)
    refused(array.run('hide', 'ldap', 'anyblade.ffff.ldap', BLADE1_A), /not tagged/)
    assert.ok(existsSync(array.mapping(PORT_A, BLADE1_A, 5)))
    refused(array.run('hide', 'mail', `${TAG}x`, BLADE1_A), /no backstore mail/)
  })

  test(`${on}: another volume at the same number, on the port or at the initiator, is left alone`, () => {
    const array = carved()
    const theirs = array.backstore('theirs', '/dev/san/theirs')
    array.link(array.lun(PORT_A, 7), theirs)
    array.link(array.mapping(PORT_A, BLADE1_A, 5), array.lun(PORT_A, 7))
    refused(array.map(BLADE1_A), /another LUN 5/)
    assert.equal(array.unmap(BLADE1_A).stdout, 'unmapped\t5\n')
    assert.ok(existsSync(array.mapping(PORT_A, BLADE1_A, 5)))
    const other = carved()
    other.link(other.lun(PORT_A, 5), other.backstore('theirs', '/dev/san/theirs'))
    refused(other.map(BLADE1_A), /LUN 5 at .* is theirs's/)
    refused(other.run('map', 'ldap', TAG, '0', BLADE1_A), /LUN 0 is never given/)
  })

  test(`${on}: one volume never gets two numbers`, () => {
    const array = carved()
    array.map(BLADE1_A)
    refused(array.run('map', 'ldap', TAG, '6', BLADE1_A), /shown as LUN 5 already/)
    refused(array.run('unmap', 'ldap', TAG, '6', BLADE1_A), /still shown/)
  })

  test(`${on}: an LVM that does not answer is never taken for a volume that is gone`, () => {
    const array = carved()
    array.put('lvm/fault', '')
    for (const answer of [array.remove(), array.carve()]) refused(answer, /lvs/)
    assert.match(readFileSync(join(array.root, 'lvm/san/ldap'), 'utf8'), /anyblade/)
    assert.ok(existsSync(join(array.target, 'core/iblock_0/ldap')))
  })
}
