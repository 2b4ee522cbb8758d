/** The door of the operators. */
export { type Boundary, handsOf, type Strike } from './hands.ts'
export { Operator } from './operator.ts'
