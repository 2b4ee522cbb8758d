/** The door of the convergence ladder: what a move will be like, told before it. */
export { type Forecast, forecast, type Measured, speedOf } from './forecast.ts'
export { type Foreseen, foreseen } from './foreseen.ts'
export { ladderLines } from './ladder.ts'
export { mibText, secondsText } from './words.ts'
