/** To do something on a blade at the very moment at which libvirt tells of an event of a VM. */
import { spawn } from 'node:child_process'
import type { Site } from './site.ts'

/** Acts once, as soon as libvirt on the blade tells of this event of the VM; the act follows within a tenth of a second. */
export function atEvent(
  here: Site,
  blade: string,
  event: string,
  act: () => void,
): { readonly ready: Promise<void>; stop(): void } {
  const watch = 'exec stdbuf -oL virsh event --event lifecycle --loop --timestamp'
  const child = spawn('ssh', ['-F', here.lab.sshConfig, blade, watch], { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  let acted = false
  child.stdout.on('data', (text) => {
    told += text
    if (acted || !told.includes(event)) return
    acted = true
    act()
  })
  // virsh says nothing before the first event; it has registered long before the migration begins.
  return { ready: new Promise((resolve) => setTimeout(resolve, 5000)), stop: () => child.kill() }
}

/** A shell on a node that has everything opened and waits for its word: what it does follows within some 20 ms. */
export function poised(here: Site, node: string, script: string): () => void {
  const child = spawn('ssh', ['-F', here.lab.sshConfig, node, `read -r _; ${script}`], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  return () => child.stdin.end('\n')
}
