/** Types commands of the product: each is shown as typed, with its real output as it comes. */
import { spawn } from 'node:child_process'
import { styleText } from 'node:util'

const MAIN = 'packages/cli/main.ts'

export type Typed = { readonly exit: number; readonly stdout: string }

export class Typist {
  readonly fleet: string

  constructor(fleet: string) {
    this.fleet = fleet
  }

  /** A sentence on what comes next. */
  say(text: string): void {
    console.log(`\n${styleText('bold', text)}`)
  }

  /** A command of the lab, which is done by its functions. */
  lab(words: string): void {
    console.log(`\n$ lab ${words}`)
  }

  anyblade(words: readonly string[]): Promise<Typed> {
    console.log(`\n$ anyblade ${words.map(quoted).join(' ')}`)
    return this.#run(words, (text) => process.stdout.write(text))
  }

  async quiet(words: readonly string[]): Promise<string> {
    return (await this.#run(words, () => {})).stdout
  }

  #run(words: readonly string[], show: (text: string) => void): Promise<Typed> {
    const env = { ...process.env, ANYBLADE_FLEET: this.fleet }
    const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'inherit'], env })
    let stdout = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text: string) => {
      stdout += text
      show(text)
    })
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve({ exit: code ?? 1, stdout }))
    })
  }
}

/** As one would type it in a shell. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
