/** Log-ins at other blades and credentials of the fleet's own, out of the probe's answer. */
import { CREDENTIAL_FILES, type CredentialFile, type Credentials, type Login } from '@anyblade/engine'
import { formed, textOf, word } from './fields.ts'
import { Garbled, type Section } from './sections.ts'

const PUBLIC_KEY = /^[a-z0-9@.-]{1,64} [A-Za-z0-9+/]{40,8000}={0,2}$/
const ADDRESS = /^[0-9a-f.:]{2,45}$/
const HOST = /^[A-Za-z0-9_.@:[\]%-]{1,255}$/
const LINE_BYTES = 16 * 1024

export function parseLogins(section: Section): Login[] {
  return section.rows('login').map(([host, known, how, told, key]) => ({
    host: formed(host, HOST, 'where it has logged in'),
    knownAs: formed(known, HOST, 'the name of a host key'),
    reached:
      how === 'in'
        ? {
            state: 'read',
            value: { machineId: formed(told, /^[0-9a-f]{32}$/, 'the machine-id there'), byOurs: key === 'ours' },
          }
        : { state: 'refused', because: word(told, 200) || 'ssh ends without a word' },
  }))
}

export function parseCredentials(section: Section): Credentials {
  if (section.lines.every(([kind]) => kind !== 'whole')) throw new Garbled('the credentials are not told')
  const keys = (kind: string) => section.of(kind).map((text) => formed(text, PUBLIC_KEY, 'a public key'))
  return {
    key: keys('key')[0],
    hostKeys: keys('host-key'),
    addresses: section.of('address').map((text) => formed(text, ADDRESS, 'an address')),
    lines: section.rows('line').map(([file, text]) => ({
      file: fileCalled(file),
      text: textOf(text, LINE_BYTES, 'a line of credentials'),
    })),
  }
}

function fileCalled(name: string | undefined): CredentialFile {
  const file = CREDENTIAL_FILES.find((known) => known === name)
  if (file !== undefined) return file
  throw new Garbled(`no file of credentials is ${word(name, 40)}`)
}
