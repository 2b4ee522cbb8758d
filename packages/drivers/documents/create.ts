/** A new fleet: a git repository, or a directory of a working copy of subversion, with its settings, its folders, and schemas for editors. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { check, type DocumentKind, EngineError, jsonSchema, type Limits } from '@anyblade/engine'
import { initRepository } from '../vcs/git/index.ts'
import { vcsAt } from '../vcs/open.ts'
import { FLEET_FILE, FOLDERS } from './layout.ts'
import { HEADS, SCHEMA_FILES } from './remarks.ts'

/** `fabrics`: A and B where they are left out. */
export type NewFleet = {
  readonly name: string
  readonly fabrics?: readonly string[]
  readonly sshConfig?: string
}

const LIMITS: Limits = { deadlineMs: 30_000, signal: new AbortController().signal }

/**
 * Git keeps it where no other version control does already.
 * @throws EngineError where the directory is not empty, the name is none, or the version control does not do its part
 */
export async function createFleet(dir: string, fleet: NewFleet): Promise<{ name: string; commit: string }> {
  const { name, fabrics = ['A', 'B'] } = fleet
  const id = randomBytes(2).toString('hex')
  refuseOccupied(dir)
  refuseInvalid(name, check.fleet({ name, id, fabrics }))
  makeDirectory(dir)
  // Before the first file: without a history there is no fleet, and no half of one.
  if (vcsAt(dir).name === 'git') await initRepository(dir, LIMITS)
  const files = contents(dir, { ...fleet, fabrics }, id)
  for (const folder of FOLDERS) mkdirSync(join(dir, folder), { recursive: true })
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true })
    writeFileSync(join(dir, file), text)
  }
  const vcs = vcsAt(dir)
  const committed = await vcs.commit(Object.keys(files), `fleet ${name}: begun`, LIMITS)
  if (committed.state === 'committed' || committed.state === 'unchanged') return { name, commit: await vcs.basis() }
  throw new EngineError('record-failed', {
    attempted: `commit the new fleet in ${dir}`,
    found: committed.because,
    hint: `its files are there: cd ${dir} && ${vcs.name} add . && ${vcs.name} commit`,
  })
}

/** With those above it. One by one: where nothing can be made, such as in /proc, Node's own way never ends. */
function makeDirectory(dir: string): void {
  if (existsSync(dir)) return
  makeDirectory(dirname(dir))
  mkdirSync(dir)
}

function refuseOccupied(dir: string): void {
  if (!existsSync(dir)) return
  if (!statSync(dir).isDirectory())
    throw new EngineError('document-exists', {
      attempted: `make a fleet in ${dir}`,
      found: 'it is a file',
      hint: 'name a directory that is new or empty',
    })
  if (readdirSync(dir).every((file) => file === '.git' || file === '.svn')) return
  const isFleet = existsSync(join(dir, FLEET_FILE))
  throw new EngineError('document-exists', {
    attempted: `make a fleet in ${dir}`,
    found: isFleet ? 'it is a fleet already' : 'the directory is not empty',
    hint: isFleet ? `cd ${dir} && anyblade fleet show` : 'name a directory that is new or empty',
  })
}

function refuseInvalid(name: string, checked: ReturnType<typeof check.fleet>): void {
  if (checked.ok) return
  throw new EngineError('intent-invalid', {
    attempted: `name the fleet "${name.slice(0, 60)}"`,
    found: checked.problems.map((problem) => problem.message).join('; '),
    hint: 'give it a name with --name',
  })
}

function contents(dir: string, fleet: NewFleet & { fabrics: readonly string[] }, id: string): Record<string, string> {
  const kinds: readonly DocumentKind[] = ['fleet', ...FOLDERS]
  return {
    [FLEET_FILE]: fleetText(dir, fleet, id),
    'README.md': readme(fleet.name),
    '.gitignore': IGNORED,
    '.gitattributes': '# As deployed means byte for byte.\nrendered/** -text\n',
    ...Object.fromEntries(kinds.map((kind) => [SCHEMA_FILES[kind], schemaText(kind)])),
  }
}

const fleetText = (
  dir: string,
  { name, fabrics, sshConfig }: NewFleet & { fabrics: readonly string[] },
  id: string,
): string =>
  [
    HEADS.fleet.trimEnd(),
    `name: "${name}"`,
    '# Marks what is this fleet’s own on arrays and in reservation keys; never change it.',
    `id: "${id}"`,
    '# The independent halves of the SAN. A port’s document says on which it is.',
    `fabrics: [${fabrics.map((fabric) => `"${fabric}"`).join(', ')}]`,
    ...(sshConfig === undefined
      ? []
      : ['# For ssh -F, relative to this directory.', `ssh_config: ${JSON.stringify(relative(dir, sshConfig))}`]),
    '# policies:',
    '#   fabrics: 2   # through how many a volume must be reached before anything runs on it; all where it is left out',
    '',
  ].join('\n')

const readme = (name: string): string =>
  `# Fleet ${name}\n\nBlades, arrays, volumes and VMs as documents; \`anyblade fleet check\` checks them.\n` +
  'rendered/ holds what is deployed on each blade, as deployed. No secrets belong here.\n'

const IGNORED = `# Secrets never belong into a fleet; these are names under which they are kept by accident.
*.key
*.pem
*.p12
.env
id_*
secrets*
# Documents are documents whatever they are called.
!*.yaml
!*.xml
`

/**
 * Editors read a plain \`true\` or \`5\` as no text; the fleet reads every value as text, and takes both. Only a WWID
 * that looks like a number to an editor should be marked: other programs would lose its digits.
 */
function schemaText(kind: DocumentKind): string {
  const schema = JSON.stringify(
    jsonSchema(kind),
    (key, value) =>
      key !== 'wwid' && isTextSchema(value) ? { ...value, type: ['string', 'number', 'boolean'] } : value,
    2,
  )
  return `${schema}\n`
}

const isTextSchema = (value: unknown): value is { readonly type: 'string' } =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'string' && !('enum' in value)
