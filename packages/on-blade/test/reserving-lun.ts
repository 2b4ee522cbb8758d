/**
 * A LUN with persistent reservations as two paths of a blade reach it: a stand-in for Python's ioctl that keeps who is
 * registered in a file, and an mpathpersist that speaks to the same file. Both come in from outside (sitecustomize.py,
 * PATH), so that the shipped programs have no door for tests.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { FixtureBlade } from './fixture.ts'
import { multipathdServer } from './multipathd-server.ts'
import { start } from './shells.ts'

/** `back`: keys that somebody registers again, one at each further reading of the keys. */
export type Lun = {
  readonly nexuses: Readonly<Record<string, string>>
  readonly type: number
  readonly back?: readonly string[]
}

/** For python3, beside `lun.json` in the blade's root. */
export const RESERVING = `
import ctypes as c, fcntl as f, json as j, os as o, struct as s
FORMAT = s.Struct("@iiBBHIPPPIIiPBBBBHHiII")
ROOT = o.environ.get("ANYBLADE_ROOT", "")
LUN = ROOT + "/lun.json"
def load(): return j.load(open(LUN))
def save(lun): j.dump(lun, open(LUN, "w"))
def note(text): open(ROOT + "/calls", "a").write(text + "\\n")
def read(lun, action):
    if action == 0:
        keys = b"".join(bytes.fromhex(k) for k in lun["nexuses"].values())
        if lun.get("back"):
            lun["nexuses"]["other"] = lun["back"].pop(0)
            save(lun)
        return s.pack(">II", 1, len(keys)) + keys
    return s.pack(">II", 1, 16) + bytes(13) + bytes([lun["type"]]) + bytes(2) if lun["type"] else s.pack(">II", 1, 0)
def write(lun, name, action, kind, key, other):
    note("%d %s %s" % (action, key, other))
    if action == 6:
        lun["nexuses"][name] = other
        save(lun)
        return True
    if lun["nexuses"].get(name) != key: return False
    if action == 1 and lun["type"] in (0, kind):
        lun["type"] = kind
        save(lun)
        return True
    if action in (4, 5):
        gone = [n for n, k in lun["nexuses"].items() if k == other]
        for n in gone: del lun["nexuses"][n]
        save(lun)
        return bool(gone)
    return False
def ioctl(fd, request, header, mutate=True):
    h = list(FORMAT.unpack(header))
    name = o.readlink("/proc/self/fd/%d" % fd).rsplit("/", 1)[1]
    cdb, lun = c.string_at(h[7], h[2]), load()
    if cdb[0] == 0x5E:
        data = read(lun, cdb[1])[: h[5]]
        c.memmove(h[6], data, len(data))
        h[19] = h[5] - len(data)
    else:
        body = c.string_at(h[6], h[5])
        if not write(lun, name, cdb[1], cdb[2] & 15, body[:8].hex(), body[8:16].hex()): h[13] = 0x18
    header[:] = FORMAT.pack(*h)
if o.path.exists(LUN): f.ioctl = ioctl
`

/** Takes a registration back through all paths, as the real one does; what it was told is a line of `calls`. */
const MPATHPERSIST = `#!/usr/bin/python3
import json, os, sys
path = os.environ["ANYBLADE_ROOT"] + "/lun.json"
open(os.environ["ANYBLADE_ROOT"] + "/calls", "a").write("mpathpersist %s\\n" % " ".join(sys.argv[1:]))
lun = json.load(open(path))
key = [w[11:].rjust(16, "0") for w in sys.argv if w.startswith("--param-rk=")][0]
lun["nexuses"] = {n: k for n, k in lun["nexuses"].items() if k != key}
json.dump(lun, open(path, "w"))
`

/** What comes in from outside is kept out where python3 starts isolated. */
const PYTHON = '#!/bin/sh\nwhile [ "$1" = -I ] || [ "$1" = -S ]; do shift; done\nexec /usr/bin/python3 "$@"\n'

export const WWID = '3600140500000000000000000000000a1'
const DISK = { naa: WWID.slice(1), gib: 1 } as const

/** A blade whose map `ldap` has the paths sda and sdb. `shell`: the directory of the sh to use. */
export async function reservingBlade(base: string, shell: string, lun: Lun) {
  const it = new FixtureBlade(mkdtempSync(join(base, 'b-')))
  it.port({ host: 2, target: 1, wwpn: '2000525400000001' })
  const disks = [it.device('2:0:1:1', DISK), it.device('2:0:2:1', DISK)]
  it.map('dm-0', 'ldap', `mpath-${WWID}`, disks)
  for (const disk of disks) it.write(`dev/${disk}`, '')
  const python = join(it.root, 'python')
  for (const folder of [python, join(it.root, 'bin'), join(it.root, 'run')]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(python, 'sitecustomize.py'), RESERVING)
  writeFileSync(join(it.root, 'bin/mpathpersist'), MPATHPERSIST, { mode: 0o755 })
  writeFileSync(join(it.root, 'bin/python3'), PYTHON, { mode: 0o755 })
  it.write('lun.json', JSON.stringify(lun))
  const server: Server = await multipathdServer(join(it.root, 'run/multipathd.socket'), {})
  const env = {
    ANYBLADE_ROOT: it.root,
    PYTHONPATH: python,
    PATH: `${join(it.root, 'bin')}:${shell}:${process.env.PATH}`,
  }
  return {
    run: (act: string, ...args: readonly string[]) => start(act, args, env).ended,
    lun: (): Lun => JSON.parse(readFileSync(join(it.root, 'lun.json'), 'utf8')),
    calls: (): string[] => readFileSync(join(it.root, 'calls'), 'utf8').trim().split('\n'),
    close: () => server.close(),
  }
}
