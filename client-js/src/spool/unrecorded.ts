import { pauseMillis, type Time } from '../time.js';

/**
 * What is done with, until the storage has it that it is: what could not be written down is written again, with whatever
 * comes next and after pauses that grow, since the next process would send it again.
 */
export class Unrecorded {
  readonly #sequences = new Set<number>();
  #failures = 0;
  #error: unknown;
  #pause: AbortController | undefined;
  #closed = false;

  constructor(
    private readonly record: (sequences: readonly number[]) => Promise<void>,
    /** Has {@link write} called, in its turn. */
    private readonly again: () => void,
    private readonly time: Time,
  ) {}

  add(sequences: readonly number[]): void {
    for (const sequence of sequences) this.#sequences.add(sequence);
  }

  /** One call at a time; never rejects. */
  async write(): Promise<void> {
    if (this.#sequences.size === 0) return;
    const sequences = [...this.#sequences];
    try {
      await this.record(sequences);
      for (const sequence of sequences) this.#sequences.delete(sequence);
      this.#failures = 0;
    } catch (error) {
      this.#error = error;
      if (!this.#pause) void this.#wait(pauseMillis(this.#failures++));
    }
  }

  /** @throws what kept one of these from being recorded */
  check(sequences: readonly number[]): void {
    if (sequences.some((sequence) => this.#sequences.has(sequence))) throw this.#error;
  }

  /** Once more, and not again. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#pause?.abort();
    await this.write();
  }

  async #wait(millis: number): Promise<void> {
    if (this.#closed) return;
    const pause = new AbortController();
    this.#pause = pause;
    await this.time.sleep(millis, pause.signal);
    this.#pause = undefined;
    if (!pause.signal.aborted) this.again();
  }
}
