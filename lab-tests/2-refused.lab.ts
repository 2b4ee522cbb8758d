/**
 * What must be refused, made for real on the blades and on the array. libvirt itself would do each of these without a
 * word: it compares nothing but the path's text.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { running, type Site, site, until } from './site.ts'

let here: Site
before(async () => {
  here = await site()
  if ((await here.anyblade('volume', 'show', 'mail')).exit === 2)
    await here.done('volume', 'create', 'mail', '--size', '1G')
})
after(async () => {
  await here.lab.restore()
  // Nobody needs it to run from here on, and it runs on the one emulated processor that blade1 has.
  await here.on('blade1', 'virsh -q suspend ldap')
})

const DROP_IN = '/etc/multipath/conf.d/anyblade.conf'
/** Twice, for a map that has to be made anew comes up by the second one; each time until multipathd is idle again. */
const SETTLED = 'sleep 1; until multipathd show daemon | grep -q idle; do sleep 0.2; done'
const RECONFIGURE = `multipathd reconfigure >/dev/null; ${SETTLED}; multipathd reconfigure >/dev/null; ${SETTLED}`
const idOf = async (volume: string): Promise<string> =>
  JSON.parse((await here.anyblade('volume', 'show', volume, '-o', 'json')).stdout).wwid

/** Does what a hand or a tool may have done on blade2, and takes it back afterwards. */
async function meanwhile(does: string, takesBack: string, body: () => Promise<void>): Promise<void> {
  await here.on('blade2', does)
  try {
    await body()
  } finally {
    await here.on('blade2', takesBack)
    await until('blade2 has both maps again', 60_000, async () => {
      const maps = await here.on(
        'blade2',
        'multipathd show paths raw format "%m %t" | grep -cE "^(ldap|mail) active" || true',
      )
      return maps === '4'
    })
  }
}

/** The migration to blade2 is refused with exit 3 and this evidence; the VM stays, and nothing was started there. */
async function refusedWith(...evidence: readonly RegExp[]): Promise<void> {
  const { exit, stdout, stderr } = await here.anyblade('vm', 'migrate', 'ldap', '--to', 'blade2')
  assert.equal(exit, 3, `${stdout}\n${stderr}`)
  for (const wanted of evidence) assert.match(stdout, wanted)
  assert.deepEqual(await running(here, 'blade1'), ['ldap'])
  assert.equal(await here.on('blade2', 'virsh -q list --all --name'), '')
}

test('the VM runs on blade1', async () => {
  assert.deepEqual(await running(here, 'blade1'), ['ldap'])
})

test('the alias on the destination is another LUN', async () => {
  const [ldap, mail] = [await idOf('ldap'), await idOf('mail')]
  const swap = `cp ${DROP_IN} /root/kept.conf; sed -i -e 's/${ldap}/SWAP/; s/${mail}/${ldap}/; s/SWAP/${mail}/' ${DROP_IN}; sed -i 's/alias *"*ldap"*/alias tmp_/' ${DROP_IN}; multipathd reconfigure >/dev/null; ${SETTLED}; sed -i 's/alias *tmp_/alias ldap/' ${DROP_IN}; ${RECONFIGURE}`
  const back = `sed -i 's/alias *"*ldap"*/alias tmp_/' ${DROP_IN}; multipathd reconfigure >/dev/null; ${SETTLED}; cp /root/kept.conf ${DROP_IN}; ${RECONFIGURE}`
  await meanwhile(swap, back, async () => {
    assert.equal(
      await here.on('blade2', 'cat "/sys/block/$(basename "$(readlink /dev/mapper/ldap)")/dm/uuid"'),
      `mpath-${mail}`,
      'the alias is swapped for real',
    )
    await refusedWith(/ldap on blade2 is another LUN/, new RegExp(`recorded +${ldap}`), new RegExp(mail))
  })
})

test('the alias is missing on the destination; then a regular file lies there', async () => {
  const away = `cp ${DROP_IN} /root/kept.conf; rm ${DROP_IN}; ${RECONFIGURE}`
  const back = `rm -f /dev/mapper/ldap; cp /root/kept.conf ${DROP_IN}; ${RECONFIGURE}`
  await meanwhile(away, back, async () => {
    await refusedWith(/there is no \/dev\/mapper\/ldap on blade2/)
    await here.on('blade2', 'echo oops >/dev/mapper/ldap')
    await refusedWith(/\/dev\/mapper\/ldap on blade2 is no device/)
  })
})

test('the LUN is missing on the destination', async () => {
  const lun = await here.on(
    'array',
    'ls -d /sys/kernel/config/target/fc/*/tpgt_1/lun/lun_*/ldap | head -1 | grep -o "lun_[0-9]*" | tail -1',
  )
  const acls = 'for a in /sys/kernel/config/target/fc/*/tpgt_1/acls/*:0c'
  await here.on(
    'array',
    `${acls}; do rm "$a/$1"/* 2>/dev/null; find "$a/$1" -maxdepth 1 -type l -delete; rmdir "$a/$1"; done`,
    lun,
  )
  try {
    const gone = `multipath -f ldap; for d in /sys/class/scsi_device/*:"$1"/device; do :; done; for s in /sys/class/scsi_device/*; do n=\${s##*:}; [ "$n" = ${lun.slice(4)} ] && [ "$(cat $s/device/vendor)" = "LIO-ORG " ] && echo 1 >$s/device/delete; done; sleep 1`
    await here.on('blade2', gone)
    await refusedWith(/there is no \/dev\/mapper\/ldap on blade2/, /no path on blade2 leads to/)
  } finally {
    await here.on('array', `${acls}; do mkdir -p "$a/$1"; ln -s "\${a%/acls/*}/lun/$1" "$a/$1/map"; done`, lun)
    await here.on(
      'blade2',
      `for h in /sys/class/fc_host/host*; do echo "- - ${lun.slice(4)}" >/sys/class/scsi_host/\${h##*/}/scan; done`,
    )
    await until(
      'blade2 has ldap again',
      60_000,
      async () =>
        (await here.on('blade2', 'multipathd show paths raw format "%m %t" | grep -c "^ldap active" || true')) === '2',
    )
  }
})

test('two paths, but both on one fabric: no redundancy', async () => {
  const file = join(here.fleet, 'blades', 'blade2.yaml')
  const kept = readFileSync(file, 'utf8')
  const git = (...args: string[]) => execFileSync('git', ['-C', here.fleet, ...args], { encoding: 'utf8' })
  writeFileSync(file, kept.replace('fabric: B', 'fabric: A'))
  git('commit', '-qam', 'blade2: both HBAs are plugged into fabric A')
  try {
    await refusedWith(
      /what is documented as two fabrics is one for ldap/,
      /from a port documented on A to one documented on B/,
    )
  } finally {
    git('revert', '--no-edit', 'HEAD')
  }
})

test('one path is cut: refused, and told which', async () => {
  await here.lab.cut({ network: 'fabB', node: 'blade2' })
  try {
    await until(
      'blade2 notices',
      60_000,
      async () =>
        (await here.on('blade2', 'multipathd show paths raw format "%m %t" | grep -c "^ldap active" || true')) === '1',
    )
    await refusedWith(/redundancy/, /failed/)
  } finally {
    await here.lab.restore()
    await until(
      'both paths are back',
      60_000,
      async () =>
        (await here.on('blade2', 'multipathd show paths raw format "%m %t" | grep -c "^ldap active" || true')) === '2',
    )
  }
})

test('the array gave the LUN number to another volume; every path is green, sysfs and multipathd say the old id', async () => {
  const lun = await here.on(
    'array',
    'ls -d /sys/kernel/config/target/fc/*/tpgt_1/lun/lun_*/mail | head -1 | grep -o "lun_[0-9]*" | tail -1',
  )
  const make = `
    T=/sys/kernel/config/target; lvcreate -qqy -V 512M -T san/pool -n reused
    H=$(dirname "$(ls -d $T/core/iblock_*/mail | head -1)"); mkdir "$H/reused"
    echo udev_path=/dev/san/reused >"$H/reused/control"; cat /proc/sys/kernel/random/uuid >"$H/reused/wwn/vpd_unit_serial"; echo 1 >"$H/reused/enable"
    for t in $T/fc/*/tpgt_1; do
      mkdir -p "$t/lun/lun_99"; ln -s "$H/reused" "$t/lun/lun_99/reused"
      a=$(ls -d "$t"/acls/*:0c); find "$a/$1" -maxdepth 1 -type l -delete; rmdir "$a/$1"; mkdir "$a/$1"; ln -s "$t/lun/lun_99" "$a/$1/map"
    done`
  const takeBack = `
    T=/sys/kernel/config/target
    for t in $T/fc/*/tpgt_1; do
      a=$(ls -d "$t"/acls/*:0c); find "$a/$1" -maxdepth 1 -type l -delete; rmdir "$a/$1"; mkdir "$a/$1"; ln -s "$t/lun/$1" "$a/$1/map"
      find "$t/lun/lun_99" -maxdepth 1 -type l -delete; rmdir "$t/lun/lun_99"
    done
    rmdir $T/core/iblock_*/reused; lvremove -qqy san/reused`
  await here.on('array', make, lun)
  try {
    assert.equal(
      await here.on('blade2', 'multipathd show paths raw format "%m %T" | grep -c "^mail.*ready" || true'),
      '2',
      'all green',
    )
    const { exit, stdout } = await here.anyblade('volume', 'show', 'mail')
    assert.equal(exit, 3, stdout)
    assert.match(stdout, /mail on blade2 is another LUN/)
    const survey = await here.done('survey')
    assert.match(survey.stdout, /is in the map mail/)
    const verified = await here.anyblade('volume', 'verify', 'mail')
    assert.equal(verified.exit, 3, verified.stdout)
    assert.match(verified.stdout, /blade2: 2 of \d+ devices became another LUN/)
    assert.match(
      verified.stdout,
      /in the map mail {2}known as 36001405\w+ \(mail\), is 36001405\w+ \(no volume of this fleet\)/,
    )
  } finally {
    await here.on('array', takeBack, lun)
  }
  const { exit, stdout } = await here.anyblade('volume', 'show', 'mail')
  assert.equal(exit, 0, stdout)
})

test('the lab was sound all the time, and the local disks were never touched', async () => {
  assert.deepEqual((await here.lab.health()).because, [])
})
