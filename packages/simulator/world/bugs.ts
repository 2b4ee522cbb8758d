/** Bugs that can be planted, so that it is seen that the promises find them. None is ever there unless a test asks. */
export type Bug =
  /** The hand-over goes on without taking the source's registration away. */
  | 'skip the preempt'
  /** The unit goes on without asking whether the source has run. */
  | 'skip the question'
  /** The unit goes on, whatever the source has answered. */
  | 'resume both'
  /** What is left at the source after a take-over is neither killed nor removed. */
  | 'leave the source'
  /** A guest that was switched to post-copy goes on at its source where that breaks off. */
  | 'go back after the switch'
  /** The kernel's remembered id is taken for an INQUIRY. */
  | 'trust the cached id'
  /** The array shows a volume to nobody any more before the blades have flushed it. */
  | 'unmap first'
  /** The way back of a carving finds nothing to delete. */
  | 'leave the LUN'
  /** The way back of an adoption takes the LUN away that was there before. */
  | 'delete what was adopted'
  /** Paths are removed whichever LUN they lead to. */
  | 'remove any path'
  /** A blade makes a second map of a LUN, under another name. */
  | 'two maps of one LUN'
  /** What gets no answer is waited for without a deadline. */
  | 'wait for ever'
  /** A key is registered but the volume never reserved. */
  | 'skip the reservation'
  /** An array lets somebody act whose run has been taken over. */
  | 'the array ignores the epoch'
  /** A blade lets somebody act whose lease is another one's by now. */
  | 'ignore the epoch'
