import { Append } from './operation.js';
import { QuotaCount } from './quota-count.js';
import {
  newSpoolId,
  type Appended,
  type Pending,
  type Quota,
  type Refusal,
  type RefusedEntry,
  type Spool,
  type SpoolEntry,
  type Told,
} from './spool.js';

/** Ends with the process. For who wants the order and the retries, and no disk. */
export class MemorySpool implements Spool {
  readonly id = newSpoolId();
  readonly durable = false;
  readonly damagedBytes = 0;
  readonly #bodies = new Map<number, Uint8Array>();
  readonly #refused = new Map<number, RefusedEntry>();
  readonly #count: QuotaCount;
  #last = 0;

  constructor(quota: Quota) {
    this.#count = new QuotaCount(quota);
  }

  pending(): Pending {
    return this.#count.pending();
  }

  append(body: Uint8Array, told?: Told): Appended {
    this.#count.take(body.length);
    this.#bodies.set(++this.#last, body);
    const append = new Append(this.#last, body, told);
    // In a later turn, as with every other spool.
    queueMicrotask(() => {
      append.settled();
    });
    return append;
  }

  read(after: number, messagesMax: number, bytesMax: number): Promise<readonly SpoolEntry[]> {
    const entries: SpoolEntry[] = [];
    let bytes = 0;
    for (const [sequence, body] of this.#bodies) {
      if (sequence <= after) continue;
      bytes += body.length;
      if (entries.length === messagesMax || (entries.length > 0 && bytes > bytesMax)) break;
      entries.push({ sequence, body, spoolId: this.id });
    }
    return Promise.resolve(entries);
  }

  remove(sequences: readonly number[]): Promise<void> {
    for (const sequence of sequences) {
      const body = this.#bodies.get(sequence);
      if (body && this.#bodies.delete(sequence)) this.#count.give(body.length);
    }
    return Promise.resolve();
  }

  async shelve(entry: SpoolEntry, refusal: Refusal): Promise<void> {
    if (!this.#bodies.has(entry.sequence)) return;
    await this.remove([entry.sequence]);
    this.#refused.set(entry.sequence, { sequence: entry.sequence, body: entry.body, refusal });
    this.#count.addRefused(entry.body?.length ?? 0);
  }

  refusedCount(): number {
    return this.#count.refused;
  }

  refused(messagesMax: number, from = 0): Promise<readonly RefusedEntry[]> {
    const all = [...this.#refused.values()].filter(({ sequence }) => sequence >= from);
    all.sort((one, other) => one.sequence - other.sequence);
    return Promise.resolve(all.slice(0, messagesMax));
  }

  removeRefused(sequence: number): Promise<boolean> {
    const entry = this.#refused.get(sequence);
    if (entry) this.#count.giveRefused(entry.body?.length ?? 0);
    return Promise.resolve(this.#refused.delete(sequence));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
