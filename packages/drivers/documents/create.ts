/** A new fleet: a git repository with its settings, its folders, and schemas for editors. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { check, EngineError, jsonSchema } from '@anyblade/engine'
import { commitAll, initRepository } from '../vcs/git.ts'

export type NewFleet = { readonly name: string; readonly sshConfig?: string }

/** @throws EngineError where the directory is not empty, or the name is none */
export async function createFleet(dir: string, fleet: NewFleet): Promise<{ name: string; commit: string }> {
  if (existsSync(dir) && readdirSync(dir).some((file) => file !== '.git'))
    throw new EngineError('document-exists', {
      attempted: `make a fleet in ${dir}`,
      found: existsSync(join(dir, 'fleet.yaml')) ? 'it is a fleet already' : 'the directory is not empty',
      hint: 'name a directory that is new or empty',
    })
  const id = randomBytes(2).toString('hex')
  const checked = check.fleet({ name: fleet.name, id, fabrics: ['A', 'B'] })
  if (!checked.ok)
    throw new EngineError('intent-invalid', {
      attempted: `name the fleet "${fleet.name.slice(0, 60)}"`,
      found: checked.problems.map((problem) => problem.message).join('; '),
      hint: 'give it a name with --name',
    })
  mkdirSync(dir, { recursive: true })
  const files = contents(dir, fleet, id)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(dir, file, '..'), { recursive: true })
    writeFileSync(join(dir, file), text)
  }
  await initRepository(dir)
  return { name: fleet.name, commit: await commitAll(dir, Object.keys(files), `fleet ${fleet.name}: begun`) }
}

function contents(dir: string, { name, sshConfig }: NewFleet, id: string): Record<string, string> {
  const schema = (kind: Parameters<typeof jsonSchema>[0]) => `${JSON.stringify(jsonSchema(kind), undefined, 2)}\n`
  return {
    'fleet.yaml': [
      '# yaml-language-server: $schema=schemas/fleet.json',
      `name: ${name}`,
      '# Marks what is this fleet’s own on arrays; never change it.',
      `id: "${id}"`,
      '# The two halves of the SAN. A port’s document says on which it is.',
      'fabrics: [A, B]',
      ...(sshConfig === undefined
        ? []
        : ['# For ssh -F, relative to this directory.', `ssh_config: ${JSON.stringify(relative(dir, sshConfig))}`]),
      '',
    ].join('\n'),
    'README.md': `# Fleet ${name}\n\nBlades, arrays, volumes and VMs as documents; \`anyblade fleet check\` checks them.\nrendered/ holds what is deployed on each blade, as deployed. No secrets belong here.\n`,
    'schemas/fleet.json': schema('fleet'),
    'schemas/blade.json': schema('blades'),
    'schemas/array.json': schema('arrays'),
    'schemas/volume.json': schema('volumes'),
    'schemas/vm.json': schema('vms'),
  }
}
