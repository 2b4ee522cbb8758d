/** A blade's power, cut from outside of it. Taken back by hand only: what it had in memory is gone. */
import type { BladeName } from '#documents'

export type PowerOff = { readonly kind: 'power-off'; readonly powerOf: BladeName }

export const sentenceOfPower = ({ powerOf }: PowerOff): string => `cut the power of ${powerOf} and read that it is off`
