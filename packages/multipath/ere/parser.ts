/**
 * Reads a pattern into a tree, or refuses it with glibc's words.
 * May come in: a pattern. May not: leniency; where glibc fails this fails, in the same order and with the same text.
 * Source: glibc posix/regcomp.c, parse_reg_exp() to parse_dup_op()
 */
import { bracketAt } from './bracket.ts'
import { EreSyntaxError, ereMessage } from './message.ts'
import { type EreToken, single, tokenAt } from './token.ts'
import { anyCharacter, type EreTree } from './tree.ts'

/** RE_DUP_MAX of glibc. */
const maxRepetitions = 0x7fff
/** A line of multipath.conf is read in pieces of 1023 bytes, so no real pattern nests this deep. */
const maxDepth = 1200
const empty: EreTree = { kind: 'empty' }

/** @throws EreSyntaxError what regcomp() would say */
export function parseEre(pattern: string): EreTree {
  return new Parser(pattern).parse()
}

/** One pass over one pattern: the place, the token there, and the groups that are complete. */
class Parser {
  readonly #pattern: string
  #next = 0
  #token: EreToken = { kind: 'end' }
  #groupCount = 0
  #depth = 0
  /** Groups that a back reference may name here: those closed before it in the same branch. */
  #complete: ReadonlySet<number> = new Set()

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  parse(): EreTree {
    this.#advance()
    return this.#choice('outside')
  }

  #advance(): void {
    const { token, length } = tokenAt(this.#pattern, this.#next)
    this.#token = token
    this.#next += length
  }

  #choice(place: 'outside' | 'inside'): EreTree {
    const before = this.#complete
    const branches = [this.#branch(place)]
    while (this.#token.kind === 'bar') {
      this.#advance()
      const sofar = this.#complete
      this.#complete = before
      branches.push(this.#endsBranch(place) ? empty : this.#branch(place))
      this.#complete = new Set([...sofar, ...this.#complete])
    }
    return branches.length === 1 ? (branches[0] ?? empty) : { kind: 'choice', branches }
  }

  #branch(place: 'outside' | 'inside'): EreTree {
    const parts: EreTree[] = []
    while (!this.#endsBranch(place)) parts.push(this.#expression())
    return parts.length === 1 ? (parts[0] ?? empty) : { kind: 'sequence', parts }
  }

  /** A `)` without its `(` is an ordinary character (RE_UNMATCHED_RIGHT_PAREN_ORD). */
  #endsBranch(place: 'outside' | 'inside'): boolean {
    const { kind } = this.#token
    return kind === 'bar' || kind === 'end' || (kind === 'close-group' && place === 'inside')
  }

  #expression(): EreTree {
    const token = this.#token
    // An anchor takes no repetition: `^*` is refused for its star, which then stands first.
    if (token.kind === 'boundary') {
      this.#advance()
      return { kind: 'boundary', at: token.at }
    }
    let tree = this.#atom(token)
    for (let levels = 1; this.#atRepetition(); levels++) {
      if (levels > maxDepth) throw new EreSyntaxError(ereMessage.memory)
      tree = this.#repetition(tree)
    }
    return tree
  }

  #atom(token: Exclude<EreToken, { kind: 'boundary' }>): EreTree {
    switch (token.kind) {
      case 'open-group':
        return this.#group()
      case 'open-bracket':
        return this.#bracket()
      case 'back-reference':
        return this.#backReference(token.group)
      case 'star':
      case 'plus':
      case 'question':
      case 'open-brace':
        throw new EreSyntaxError(ereMessage.repetition)
      case 'trailing-backslash':
        throw new EreSyntaxError(ereMessage.trailingBackslash)
      case 'any':
        return this.#leaf({ kind: 'character', set: anyCharacter })
      case 'set':
        return this.#leaf({ kind: 'character', set: token.set })
      case 'character':
        return this.#leaf({ kind: 'character', set: single(token.code) })
      case 'close-group':
        return this.#leaf({ kind: 'character', set: single(0x29) })
      case 'close-brace':
        return this.#leaf({ kind: 'character', set: single(0x7d) })
      case 'bar':
      case 'end':
        return empty
      default:
        throw new TypeError(`no atom for ${JSON.stringify(token satisfies never)}`)
    }
  }

  #leaf(tree: EreTree): EreTree {
    this.#advance()
    return tree
  }

  #group(): EreTree {
    if (++this.#depth > maxDepth) throw new EreSyntaxError(ereMessage.memory)
    const group = ++this.#groupCount
    this.#advance()
    const body = this.#token.kind === 'close-group' ? empty : this.#choice('inside')
    if (this.#token.kind !== 'close-group') throw new EreSyntaxError(ereMessage.parenthesis)
    this.#depth--
    this.#complete = new Set([...this.#complete, group])
    this.#advance()
    return { kind: 'group', group, body }
  }

  #bracket(): EreTree {
    const { set, end } = bracketAt(this.#pattern, this.#next)
    this.#next = end
    return this.#leaf({ kind: 'character', set })
  }

  #backReference(group: number): EreTree {
    if (!this.#complete.has(group)) throw new EreSyntaxError(ereMessage.backReference)
    return this.#leaf({ kind: 'back-reference', group })
  }

  #atRepetition(): boolean {
    const { kind } = this.#token
    return kind === 'star' || kind === 'plus' || kind === 'question' || kind === 'open-brace'
  }

  #repetition(body: EreTree): EreTree {
    const { min, max } = this.#bounds()
    this.#advance()
    return max === 0 ? empty : { kind: 'repeat', body, min, max }
  }

  #bounds(): { readonly min: number; readonly max: number | undefined } {
    switch (this.#token.kind) {
      case 'star':
        return { min: 0, max: undefined }
      case 'plus':
        return { min: 1, max: undefined }
      case 'question':
        return { min: 0, max: 1 }
      default:
        return this.#interval()
    }
  }

  /** `{n}`, `{n,}`, `{,m}`, `{n,m}`; leaves the closing brace as the token. */
  #interval(): { readonly min: number; readonly max: number | undefined } {
    const first = this.#number()
    const comma = this.#atComma()
    if (first === 'none' && !comma) throw new EreSyntaxError(ereMessage.braceContent)
    const min = first === 'none' ? 0 : first
    const max = this.#token.kind === 'close-brace' ? min : comma && min !== 'wrong' ? this.#number() : 'wrong'
    if (min === 'wrong' || max === 'wrong')
      throw new EreSyntaxError(this.#token.kind === 'end' ? ereMessage.brace : ereMessage.braceContent)
    if ((max !== 'none' && min > max) || this.#token.kind !== 'close-brace')
      throw new EreSyntaxError(ereMessage.braceContent)
    if ((max === 'none' ? min : max) > maxRepetitions) throw new EreSyntaxError(ereMessage.tooBig)
    return { min, max: max === 'none' ? undefined : max }
  }

  /** The number up to the next `,` or `}`, which becomes the token. */
  #number(): number | 'none' | 'wrong' {
    let number: number | 'none' | 'wrong' = 'none'
    for (;;) {
      this.#advance()
      if (this.#token.kind === 'end') return 'wrong'
      if (this.#token.kind === 'close-brace' || this.#atComma()) return number
      number = withDigit(number, this.#token)
    }
  }

  #atComma(): boolean {
    return this.#token.kind === 'character' && this.#token.code === 0x2c
  }
}

function withDigit(number: number | 'none' | 'wrong', token: EreToken): number | 'wrong' {
  if (number === 'wrong' || token.kind !== 'character' || token.code < 0x30 || token.code > 0x39) return 'wrong'
  const digit = token.code - 0x30
  return number === 'none' ? digit : Math.min(maxRepetitions + 1, number * 10 + digit)
}
