/** Certificates for the memory of guests that move between two blades of a test, of an authority that ends with it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Side, TwoBlades } from './two-blades.ts'

/** Where a-blade.sh has told libvirt that they are; QEMU reads them when a move begins. */
const PLACE = '/etc/libvirt/tls'
/** As QEMU wants them, which looks at what each may be used for. */
const CONFIG = `[req]
distinguished_name = name
prompt = no
[name]
CN = anyblade
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[blade]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth
`

/** Each blade can show that it is who it is called; `names`: under another name than its own. */
export function certify(blades: TwoBlades, names: Partial<Record<Side, string>> = {}): void {
  const folder = mkdtempSync(join(blades.folder, 'tls-'))
  const config = join(folder, 'config')
  const fresh = (name: string, ...words: string[]) => {
    const made = ['-keyout', join(folder, `${name}-key.pem`), '-out', join(folder, `${name}-cert.pem`)]
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    execFileSync('openssl', ['req', '-x509', '-config', config, ...key, ...made, ...words], { stdio: 'pipe' })
  }
  writeFileSync(config, CONFIG)
  fresh('ca', '-subj', '/CN=authority', '-extensions', 'authority')
  const signed = ['-CA', join(folder, 'ca-cert.pem'), '-CAkey', join(folder, 'ca-key.pem'), '-extensions', 'blade']
  for (const side of ['a', 'b'] as const) {
    const name = names[side] ?? `blade-${side}`
    fresh(
      side,
      ...signed,
      '-subj',
      `/CN=${name}`,
      '-addext',
      `subjectAltName = ${/^[\d.]+$/.test(name) ? 'IP' : 'DNS'}:${name}`,
    )
    const place = blades.fileOf(side, PLACE)
    mkdirSync(place, { recursive: true })
    const put = (from: string, to: string) => writeFileSync(join(place, to), readFileSync(join(folder, from)))
    put('ca-cert.pem', 'ca-cert.pem')
    for (const kind of ['cert', 'key'] as const)
      for (const as of ['server', 'client'] as const) put(`${side}-${kind}.pem`, `${as}-${kind}.pem`)
  }
  rmSync(folder, { recursive: true })
}

/** As before any were made; on both, or on one of them. */
export function withoutCertificates(blades: TwoBlades, only?: Side): void {
  for (const side of ['a', 'b'] as const) {
    if (only !== undefined && only !== side) continue
    const place = blades.fileOf(side, PLACE)
    rmSync(place, { recursive: true })
    mkdirSync(place)
  }
}
