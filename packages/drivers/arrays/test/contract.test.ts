/** The LIO driver and its script keep the contract of an array's hands, over OpenSSH. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  type Alias,
  type ArrayName,
  type Bytes,
  EngineError,
  type LunNumber,
  type StorageArray,
  type Wwid,
  type Wwpn,
  wwpn,
} from '@anyblade/engine'
import { type ArraySubject, able, arrayContract, manualContract } from '@anyblade/engine/contract'
import { noSshd, type SshServer, sshServer } from '../../blade/test/ssh-server.ts'
import type { CommandRunner } from '../../index.ts'
import { LioArray } from '../lio/lio.ts'
import { ManualArray } from '../manual/manual.ts'
import { BLADE1_A, BLADE1_B, BLADE2_A, FakeArray, TAG } from './fake-array.ts'

const wwpns = (names: readonly string[]): Wwpn[] => names.flatMap((name) => wwpn(name) ?? [])

/** A runner that does what it is told, and loses the answer once it was asked to. */
function losing(runner: CommandRunner): { runner: CommandRunner; lose: () => void } {
  let isLost = false
  const sh: CommandRunner['sh'] = async (...call) => {
    const output = await runner.sh(...call)
    if (!isLost) return output
    isLost = false
    throw new EngineError('blade-unreachable', { attempted: 'run', found: 'no answer in time', hint: '' })
  }
  return {
    runner: { sh },
    lose: () => {
      isLost = true
    },
  }
}

function subject(server: SshServer): ArraySubject {
  const fake = new FakeArray(['dash'])
  writeFileSync(
    join(server.directory, 'env'),
    `export ANYBLADE_ROOT=${fake.root} LVM=${fake.root}/lvm PATH=${fake.root}/bin:$PATH\n`,
  )
  const array: StorageArray = { name: 'san1' as ArrayName, driver: 'lio', ssh: 'blade', pool: 'san/pool', ports: [] }
  const { runner, lose } = losing(server.connections())
  const nowhere = join(server.directory, 'nowhere')
  writeFileSync(nowhere, 'Host blade\n  HostName 127.0.0.1\n  Port 1\n')
  return {
    array,
    hands: new LioArray(runner),
    volume: 'ldap' as Alias,
    tag: TAG,
    size: (1024 ** 3) as Bytes,
    lun: 5 as LunNumber,
    initiators: wwpns([BLADE1_A, BLADE1_B]),
    others: wwpns([BLADE2_A]),
    tooMuch: (6 * 1024 ** 3) as Bytes,
    foreign: () => {
      fake.put('lvm/san/lun7', `lv_size=${1024 ** 3}\nlv_tags=theirs\n`)
      fake.backstore('lun7', '/dev/mapper/san-lun7')
      return '360014051111111122223333444455555' as Wwid
    },
    loseAnswer: lose,
    unreachable: new LioArray(server.connections(nowhere)),
    standStill: () => fake.put('lvm/still', ''),
    heeding: true,
  }
}

describe('the contract of an array that nobody can tell anything', () => {
  for (const { name, holds } of manualContract)
    test(name, () =>
      holds({
        array: { name: 'san9' as ArrayName, driver: 'manual', ports: [] },
        hands: new ManualArray(),
        ...{ volume: 'ldap' as Alias, tag: TAG, size: (1024 ** 3) as Bytes, lun: 5 as LunNumber },
        ...{ initiators: wwpns([BLADE1_A]), others: wwpns([BLADE2_A]), tooMuch: (1024 ** 4) as Bytes },
      }),
    )
})

describe('the contract of an array, kept by lio', { skip: noSshd, concurrency: 1 }, () => {
  let server: SshServer
  before(async () => {
    server = await sshServer('. "$(dirname "$0")/env"; run')
  })
  after(() => server.stop())

  for (const { name } of arrayContract)
    test(name, async () => {
      const it = subject(server)
      for (const behaviour of able(arrayContract, it)) if (behaviour.name === name) await behaviour.holds(it)
    })
})
