/** Runs `anyblade multipath …`. */
import { anyblade as whole } from '../../test/anyblade.ts'

/** `words` follow `multipath`; `input` is what stands on standard input. */
export const anyblade = (
  words: readonly string[],
  options: Parameters<typeof whole>[1] = {},
): ReturnType<typeof whole> => whole(['multipath', ...words], options)
