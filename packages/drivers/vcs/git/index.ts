/** The door of git: commits and what they stand on; knows nothing of fleets. */
export {
  type Committed,
  commitPaths,
  type Fetched,
  fetchUpstream,
  initRepository,
  type Pushed,
  pushHead,
  takeBack,
} from './commit.ts'
export { headOf, parseState, stateOf, type TreeState } from './state.ts'
