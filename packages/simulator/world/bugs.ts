/** Bugs that can be planted, so that it is seen that the promises find them. None is ever there unless a test asks. */
export type Bug =
  /** The unit goes on without taking the source's registration away. */
  | 'skip the preempt'
  /** The unit goes on without asking whether the source has run. */
  | 'skip the question'
  /** The unit goes on, whatever the source has answered. */
  | 'resume both'
  /** The kernel's remembered id is taken for an INQUIRY. */
  | 'trust the cached id'
  /** An array unmaps and deletes before the blades have flushed. */
  | 'unmap first'
  /** The way back of a carving finds nothing to delete. */
  | 'leave the LUN'
  /** Paths are removed whichever LUN they lead to. */
  | 'remove any path'
  /** A look at a blade that is stuck has no deadline. */
  | 'wait for ever'
  /** The source's copy is left where it is after the hand-over. */
  | 'leave the source'
  /** A key is registered but the volume never reserved. */
  | 'skip the reservation'
  /** A blade lets somebody act whose lease is another one's by now. */
  | 'ignore the epoch'
