/** The driver, the wrapper and the acts keep the contract of a blade's hands, over OpenSSH; libvirt is a virsh of files. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { alias, type BladeAct, bladeName, lunNumber, runId, vmName, wwid, wwpn } from '@anyblade/engine'
import { able, type BladeHands, type BladeSubject, bladeContract } from '@anyblade/engine/contract'
import { SshBladeActor } from '../actor.ts'
import type { BladeConnections } from '../connections.ts'
import { SshBladeReader } from '../reader.ts'
import { aBlade } from './a-blade.ts'
import { noSshd, type SshServer, sshServer } from './ssh-server.ts'

function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined)
  return value
}

const VM = {
  blade: known(bladeName('blade1')),
  vm: known(vmName('ldap')),
  uuid: '6b2e0000-0000-4000-8000-000000000001',
}
const HANGING: BladeAct = { ...VM, kind: 'stop-domain', how: 'destroy' }
const FAILING: BladeAct = {
  blade: VM.blade,
  kind: 'scan-lun',
  luns: [
    {
      volume: known(alias('ldap')),
      lun: known(lunNumber(5)),
      wwid: known(wwid('3600140500000000000000000000000a1')),
    },
  ],
  targetPorts: [known(wwpn('2000525400000a01'))],
}

const VIRSH = `case "$*" in
*domstate*) cat state ;;
*destroy*) : >begun; exec sleep 600 ;;
*start*) : >begun; [ ! -e slow ] || sleep 3; echo start >>starts; echo running >state ;;
esac`

const handsOver = (connections: BladeConnections): BladeHands => ({
  reader: new SshBladeReader(connections),
  actor: new SshBladeActor(connections),
})

const came = async (file: string): Promise<void> => {
  for (let tries = 0; tries < 600 && !existsSync(file); tries += 1) await new Promise((go) => setTimeout(go, 50))
}

function subject(server: SshServer, state: string): BladeSubject {
  const directory = mkdtempSync(join(server.directory, 'blade-'))
  writeFileSync(join(server.directory, 'env'), `export ANYBLADE_ROOT=${directory}/root PATH=${directory}/bin:$PATH\n`)
  const file = (name: string) => join(directory, name)
  mkdirSync(file('bin'))
  writeFileSync(file('bin/virsh'), `#!/bin/sh\ncd ${directory}\n${VIRSH}\n`, { mode: 0o755 })
  writeFileSync(file('state'), `${state}\n`)
  writeFileSync(file('nowhere'), 'Host blade\n  HostName 127.0.0.1\n  Port 1\n')
  const mine = server.connections()
  const loseAnswer = () => {
    writeFileSync(file('slow'), '')
    void came(file('begun')).then(() => mine.close())
    return async () => {
      await came(file('starts'))
      await new Promise((go) => setTimeout(go, 3000)) // until the carrier has journaled it
    }
  }
  return {
    blade: aBlade(),
    one: handsOver(mine),
    other: handsOver(server.connections()),
    run: known(runId('r-one1')),
    otherRun: known(runId('r-other')),
    act: { ...VM, kind: 'start-domain', disks: [] },
    failing: FAILING,
    leaves: true,
    doneCount: () => (existsSync(file('starts')) ? readFileSync(file('starts'), 'utf8').trim().split('\n').length : 0),
    loseAnswer,
    unreachable: handsOver(server.connections(file('nowhere'))),
    hanging: HANGING,
  }
}

describe('the contract of a blade, kept over OpenSSH', { skip: noSshd, concurrency: 4 }, () => {
  for (const { name, needs } of bladeContract)
    test(name, async (t) => {
      const server = await sshServer('. "$(dirname "$0")/env"; run')
      t.after(() => server.stop())
      const it = subject(server, needs === 'hanging' ? 'running' : 'shut off')
      for (const behaviour of able(bladeContract, it)) if (behaviour.name === name) await behaviour.holds(it)
    })
})
