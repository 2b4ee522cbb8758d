/** `anyblade completion …`: what makes a shell complete commands, flags and the fleet's names. */
import { buildCommand, buildRouteMap } from '@stricli/core'
import type { Context } from '../context.ts'
import { docs } from '../docs.ts'

type Shell = 'bash' | 'zsh' | 'fish'

const forShell = (shell: Shell, where: string) =>
  buildCommand<Record<never, never>, [], Context>({
    loader: async () => {
      const { script } = await import('./script.ts')
      return function (this: Context) {
        this.process.stdout.write(script(shell, this.program))
      }
    },
    parameters: {},
    docs: docs(
      `Print what makes ${shell} complete commands, flags and the fleet’s names; ${where}`,
      `completion ${shell}`,
    ),
  })

export const completionRoutes = buildRouteMap({
  routes: {
    bash: forShell('bash', 'in ~/.bashrc: source <(anyblade completion bash)'),
    zsh: forShell('zsh', 'in ~/.zshrc, after compinit: source <(anyblade completion zsh)'),
    fish: forShell('fish', 'in ~/.config/fish/config.fish: anyblade completion fish | source'),
  },
  docs: { brief: 'Let bash, zsh or fish complete commands, flags and names' },
})

/** What the shells' functions call: the words before the cursor, the last one being typed. */
export const completeCommand = buildCommand<Record<never, never>, string[], Context>({
  loader: async () => (await import('./complete.ts')).complete,
  parameters: {
    positional: { kind: 'array', parameter: { parse: String, brief: 'Words typed so far', placeholder: 'word' } },
  },
  docs: docs('Propose what may come next; for the shells', 'complete -- vm st'),
})
