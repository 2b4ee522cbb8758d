/** The wrapper killed with -9 at every line of every verb, under every shell, with and without a boot. */
import { sweptTests } from './line-tests.ts'

sweptTests({ oneOf: 1 })
