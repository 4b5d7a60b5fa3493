import type { Segment } from './segment.js';

/** Where a message is. */
export interface Place {
  /** Undefined until it is written. */
  segment: Segment | undefined;
  offset: number;
  /** Of the record, and of the message in it. */
  readonly bytes: number;
  readonly bodyBytes: number;
}
