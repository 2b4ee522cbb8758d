/**
 * A real puppetserver of a test's own, on 127.0.0.1, below one directory: its certificates, its environment (a checkout that
 * every push to a bare repository renews), and agents that know it. Needs root and Debian's puppetserver.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

const JAR = '/usr/share/puppetserver/puppetserver.jar'
export const noPuppetServer =
  process.getuid?.() === 0 ? (existsSync(JAR) ? false : 'needs Debian package puppetserver') : 'needs root'

const STARTS_MS = 300_000
const SETTINGS = '/etc/puppet/puppetserver'

export class PuppetServer {
  readonly #dir: string
  #port = 0
  #process: ChildProcess | undefined

  constructor(dir: string) {
    this.#dir = dir
  }

  /** Where a control repository is pushed to. */
  get upstream(): string {
    return join(this.#dir, 'control.git')
  }

  /** What the server compiles from. */
  get environment(): string {
    return join(this.#dir, 'code/environments/production')
  }

  /** @returns how long it took, and what it holds in memory */
  async start(): Promise<{ readonly seconds: number; readonly mib: number }> {
    const began = performance.now()
    this.#port = await freePort()
    this.#prepare()
    const { JAVA_ARGS = '-Xms256m -Xmx768m' } = process.env
    const log = openSync(join(this.#dir, 'server.log'), 'a')
    const flags = [...JAVA_ARGS.split(' '), '-XX:TieredStopAtLevel=1', '-Djruby.lib=/usr/share/jruby/lib']
    const of = ['--config', join(this.#dir, 'conf.d'), '--bootstrap-config', `${SETTINGS}/services.d`]
    this.#process = spawn('java', [...flags, '-Dlogappender=STDOUT', '-jar', JAR, ...of], {
      stdio: ['ignore', log, log],
    })
    for (const until = began + STARTS_MS; ; await new Promise((go) => setTimeout(go, 500))) {
      if (this.#answers()) break
      if (this.#process.exitCode !== null || performance.now() > until)
        throw new Error(
          `puppetserver did not start: ${readFileSync(join(this.#dir, 'server.log'), 'utf8').slice(-2000)}`,
        )
    }
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8')
    return {
      seconds: (performance.now() - began) / 1000,
      mib: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024,
    }
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#process?.once('exit', resolve))
    if (this.#process === undefined || !this.#process.kill('SIGKILL')) return
    await gone
  }

  /** An agent's settings in the /etc that `dir` has, and all that it keeps, below `dir`. */
  agent(dir: string, certname: string): void {
    const folder = join(dir, 'etc/puppet')
    mkdirSync(folder, { recursive: true })
    const kept = ['vardir', 'statedir', 'ssldir', 'rundir', 'logdir', 'publicdir'].map(
      (name) => `${name} = ${dir}/${name}`,
    )
    const lines = [`certname = ${certname}`, 'server = localhost', `serverport = ${this.#port}`, ...kept]
    writeFileSync(join(folder, 'puppet.conf'), ['[main]', ...lines, ''].join('\n'))
  }

  #answers(): boolean {
    try {
      const url = `https://127.0.0.1:${this.#port}/status/v1/simple`
      return execFileSync('curl', ['-sk', '--max-time', '5', url], { encoding: 'utf8' }) === 'running'
    } catch {
      return false
    }
  }

  #prepare(): void {
    const at = (...path: string[]) => join(this.#dir, ...path)
    for (const folder of ['conf.d', 'puppet', 'var', 'run', 'log', 'gems', 'code/environments/production'])
      mkdirSync(at(folder), { recursive: true })
    const main = ['[main]', `confdir = ${at('puppet')}`, `codedir = ${at('code')}`, `vardir = ${at('var')}`]
    const own = [`ssldir = ${at('ssl')}`, 'certname = localhost', 'dns_alt_names = localhost']
    const server = ['[server]', `cadir = ${at('ca')}`, 'autosign = true', `serverport = ${this.#port}`]
    writeFileSync(at('puppet/puppet.conf'), [...main, ...own, ...server, ''].join('\n'))
    for (const name of ['auth', 'web-routes', 'metrics', 'ca'])
      writeFileSync(at(`conf.d/${name}.conf`), readFileSync(`${SETTINGS}/conf.d/${name}.conf`))
    writeFileSync(at('logback.xml'), LOGGING)
    writeFileSync(at('conf.d/global.conf'), `global: { logging-config: "${at('logback.xml')}" }\n`)
    writeFileSync(at('conf.d/product.conf'), 'product: { check-for-updates: false }\n')
    writeFileSync(
      at('conf.d/webserver.conf'),
      `webserver: { client-auth: want, ssl-host: 127.0.0.1, ssl-port: ${this.#port} }\n`,
    )
    const folders = { conf: 'puppet', code: 'code', var: 'var', run: 'run', log: 'log' }
    const jruby = [
      'ruby-load-path: [/usr/lib/puppetserver/ruby/vendor_ruby]',
      `gem-home: ${at('gems')}`,
      `gem-path: ["${at('gems')}", "/usr/lib/puppetserver/vendored-jruby-gems"]`,
      ...Object.entries(folders).map(([name, folder]) => `server-${name}-dir: ${at(folder)}`),
      'max-active-instances: 1',
    ]
    writeFileSync(at('conf.d/puppetserver.conf'), `jruby-puppet: {\n${jruby.join('\n')}\n}\n`)
    execFileSync('puppetserver', ['ca', 'setup', '--config', at('puppet/puppet.conf')], { stdio: 'pipe' })
    execFileSync('git', ['init', '-q', '--bare', '-b', 'production', this.upstream])
    const hook = `#!/bin/sh\nexec git --work-tree=${this.environment} checkout -q -f production\n`
    writeFileSync(join(this.upstream, 'hooks/post-receive'), hook, { mode: 0o755 })
  }
}

const LOGGING = `<configuration><appender name="STDOUT" class="ch.qos.logback.core.ConsoleAppender">
<encoder><pattern>%d %-5p [%c{2}] %m%n</pattern></encoder></appender>
<root level="info"><appender-ref ref="STDOUT"/></root></configuration>
`

function freePort(): Promise<number> {
  const probe = createServer()
  return new Promise((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
