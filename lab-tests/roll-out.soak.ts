/** A change of the configuration that comes to nothing at the first blade leaves the others' files as they are. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { carve, carveBack, scan } from './by-hand.ts'
import { multipathFiles, namedEverywhere, type Site, site, wwidOf } from './site.ts'

const NAME = 'rolled'
let here: Site
let id = ''
before(async () => {
  here = await site()
  await here.done('volume', 'create', NAME, '--size', '64M')
  id = await wwidOf(here, NAME)
})
after(async () => {
  await here.lab.restore()
})

test('a roll-out that loses a map at the first blade ends there: its files come back, and no file of the other was touched', async () => {
  const [stranger, lun] = ['byhand3', 79]
  const wwid = await carve(here, stranger, '64M', lun)
  await scan(here, lun, wwid)
  const drop =
    'rm /etc/multipath/conf.d/anyblade.conf; multipathd reconfigure >/dev/null; sleep 2; until multipathd show daemon | grep -q idle; do sleep 0.2; done'
  for (const blade of here.lab.blades) await here.on(blade, drop)
  // What an administrator has written there and not put in effect yet: with the next reconfigure another LUN loses its map.
  const late =
    'cp -p /etc/multipath.conf /root/kept.conf; printf "blacklist {\\n\\twwid \\"%s\\"\\n}\\n" "$1" >>/etc/multipath.conf'
  await here.on('blade1', late, wwid)
  const before = await multipathFiles(here)
  const { exit, stdout, stderr } = await here.anyblade('config', 'roll-out')
  assert.equal(exit, 1, `${stdout}\n${stderr}`)
  assert.match(stdout, new RegExp(`map ${wwid} of ${wwid} is gone`))
  const [first = '', second] = await multipathFiles(here)
  assert.equal(second, before[1], 'hash and mtime of every file')
  const hashes = (files: string) => files.replaceAll(/ \d{4}-\d\d-\d\d .*$/gm, '')
  assert.equal(hashes(first), hashes(before[0] ?? ''), 'what it was')
  await here.on(
    'blade1',
    'cp -p /root/kept.conf /etc/multipath.conf; rm /root/kept.conf; multipathd reconfigure >/dev/null',
  )
  await scan(here, lun, wwid)
  await here.done('config', 'roll-out')
  await namedEverywhere(here, { [NAME]: id, [wwid]: wwid })
  const gone =
    'multipath -f "$1"; for s in /sys/class/scsi_device/*:"$2"/device; do [ "$(cat "$s/vendor")" = "LIO-ORG " ] && echo 1 >"$s/delete"; done; multipath -w "$1"'
  for (const blade of here.lab.blades) await here.on(blade, gone, wwid, String(lun))
  await carveBack(here, stranger, lun)
})
