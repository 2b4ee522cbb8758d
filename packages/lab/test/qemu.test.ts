import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodesOf } from '../nodes.ts'
import { type Accelerator, qemuArguments, quoted } from '../qemu.ts'

const machine = (index: number, accelerator: Accelerator = 'tcg') => {
  const node = nodesOf(4)[index]
  assert.ok(node)
  const paths = { kernel: '/i/vmlinuz', initrd: '/i/initrd.gz', folder: '/l', runtime: '/l/run' }
  return qemuArguments({ node, sshPort: 2201, accelerator, ...paths })
}

for (const index of [0, 1, 2, 3, 4])
  test(`node ${index} reaches nothing but unix sockets and 127.0.0.1`, () => {
    const args = machine(index)
    const networks = args.flatMap((word, at) => (word === '-netdev' ? [args[at + 1] ?? ''] : []))
    const [user, ...cables] = networks
    assert.equal(user, 'user,id=mgmt,restrict=on,hostfwd=tcp:127.0.0.1:2201-:22')
    for (const cable of cables) assert.match(cable, /^stream,.*addr\.type=unix,/)
    assert.doesNotMatch(args.join(' '), /0\.0\.0\.0|tcp::|telnet|vnc|spice/)
  })

test('MACs, and so WWPNs, tell fabric and node', () => {
  const text = machine(2).join(' ')
  assert.match(text, /id=nic-fabA,netdev=fabA,mac=52:54:00:0a:00:0c,host_mtu=2500/)
  assert.match(text, /id=nic-fabB,netdev=fabB,mac=52:54:00:0b:00:0c,host_mtu=2500/)
})

test('only blades have a local SCSI disk and a guests’ LAN; only the array has the pool', () => {
  assert.doesNotMatch(machine(0).join(' '), /LOCAL|nic-lan/)
  assert.match(machine(0).join(' '), /pool\.raw/)
  assert.match(machine(1).join(' '), /serial=LOCAL1/)
  assert.match(machine(1).join(' '), /nic-lan/)
})

test('a word for /bin/sh stays one word', () => {
  assert.equal(quoted("it's $HOME"), `'it'\\''s $HOME'`)
})
