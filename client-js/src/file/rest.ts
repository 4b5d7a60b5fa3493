import { textOf } from '../error.js';
import { pauseMillis, type Time } from '../time.js';

/**
 * A disk that has failed once is tried again with the next message, in another file; one that fails again and again is
 * left alone for a while each time, or each message would make a file.
 */
export class Rest {
  #failures = 0;
  #until = 0;
  #error: unknown;

  constructor(private readonly time: Time) {}

  failed(error: unknown): void {
    this.#error = error;
    this.#until = this.#failures === 0 ? 0 : this.time.now() + pauseMillis(this.#failures - 1);
    this.#failures++;
  }

  over(): void {
    this.#failures = 0;
  }

  /** @returns why nothing is written for now; undefined: it may be tried */
  reason(): Error | undefined {
    const left = this.#until - this.time.now();
    if (left <= 0) return undefined;
    const often = `its disk has failed ${String(this.#failures)} times in a row, with: ${textOf(this.#error)}`;
    return new Error(`${often}; it is tried again in ${String(Math.ceil(left / 1_000))} s`, { cause: this.#error });
  }
}
