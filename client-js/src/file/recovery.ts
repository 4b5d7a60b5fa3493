import { HEADER_BYTES } from './record.js';
import type { RefusedFiles } from './refused-files.js';
import type { Inspected } from './segment.js';

interface FoundPlace {
  readonly at: number;
  readonly offset: number;
  readonly bytes: number;
  readonly bodyBytes: number;
}

/** What the files of a spool say together. */
export interface Recovered {
  /** What waits, by sequence, ascending: the number of its file, and where it is in that. */
  readonly places: ReadonlyMap<number, FoundPlace>;
  readonly last: number;
  /** Something that was written may be gone: a torn write cannot be told from damage to the last record. */
  readonly isDamaged: boolean;
  readonly damagedBytes: number;
}

export function readAll(inspected: readonly Inspected[], refused: RefusedFiles): Recovered {
  const places = new Map<number, FoundPlace>();
  let [last, damagedBytes, isDamaged] = [0, 0, false];
  for (const [at, { header, found }] of inspected.entries()) {
    // Without its header nobody knows what a file's end was.
    damagedBytes += found.damagedBytes + (header ? 0 : HEADER_BYTES + found.cutBytes);
    isDamaged ||= !header || found.damagedBytes + found.cutBytes > 0;
    for (const { record, offset } of found.records) {
      if (record.type === 'message') {
        last = Math.max(last, record.sequence);
        places.set(record.sequence, { at, offset, bytes: record.bytes, bodyBytes: record.body.length });
      } else {
        for (const sequence of record.sequences) places.delete(sequence);
      }
    }
  }
  // The process ended after it had put them aside, and before it had said that they wait no longer.
  for (const [sequence] of refused.entries()) places.delete(sequence);
  return { places, last, isDamaged, damagedBytes };
}
