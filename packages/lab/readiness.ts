/**
 * When a node is ready for use, asked of the node itself.
 * May come in: the node's role. May not: a fixed pause instead of a question.
 */
import { LabError } from './errors.ts'
import { kernelReport, kernelScript } from './kernel-log.ts'
import type { Role } from './nodes.ts'
import { runScript, type Where } from './ssh.ts'
import type { Baseline } from './state.ts'
import { waitFor } from './wait.ts'

const bootMs = 240_000
/** One try; the script waits on the node, so that the round trips are few. */
const askMs = 30_000

/** The first domcapabilities makes libvirt ask its emulators, which takes seconds: better now than in a test. */
const readyScripts: Readonly<Record<Role, string>> = {
  array: 'until systemctl -q is-active lab-array lio-autosave; do sleep 0.3; done',
  blade: `
    until [ "$(cat /sys/class/fc_host/*/port_state 2>/dev/null | grep -c Online)" = 2 ] &&
      systemctl -q is-active multipathd libvirtd; do sleep 0.3; done
    multipathd show daemon >/dev/null && virsh -q domcapabilities --virttype kvm >/dev/null`,
}

/** Waits until a node that is booting is ready. @throws LabError `deadline` */
export async function nodeReady(where: Where, role: Role): Promise<void> {
  const hint = `lab console ${where.node} shows how far it came`
  await waitFor({ until: `${where.node} is ready`, deadlineMs: bootMs, everyMs: 500, hint }, async () => {
    const { exit } = await runScript(where, readyScripts[role], [], { deadlineMs: askMs }).catch((error: unknown) => {
      if (error instanceof LabError && error.code === 'deadline') return { exit: 255 } // booting: ask again
      throw error
    })
    return exit === 0 ? true : undefined
  })
}

/** What the node must be from now on. @throws LabError `node-failed` when it has already stumbled */
export async function baselineOf(where: Where): Promise<Baseline> {
  const output = await runScript(where, kernelScript, ['-1'])
  const report = kernelReport(output.stdout)
  if (report.troubles.length === 0) return { bootId: report.bootId, logSequence: report.lastSequence }
  throw new LabError('node-failed', {
    attempted: `boot ${where.node}`,
    found: `INCONCLUSIVE: its kernel stumbled: ${report.troubles[0]}`,
    hint: 'lab up --fresh; nothing that ran meanwhile counts',
  })
}
