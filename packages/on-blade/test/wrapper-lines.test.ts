/** The wrapper killed with -9 at one in twenty of its lines, each verb under one of the shells; all of them is `npm run soak`. */
import { sweptTests } from './line-tests.ts'

sweptTests({ oneOf: 20 })
