import { SignalboxError } from '../error.js';
import type { Pending, Quota } from './spool.js';

/** What a spool holds, and whether more fits. */
export class QuotaCount {
  #messages = 0;
  #bytes = 0;
  #refused = 0;
  #refusedBytes = 0;

  constructor(private readonly quota: Quota) {}

  pending(): Pending {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  get refused(): number {
    return this.#refused;
  }

  /** @throws SignalboxError SPOOL_FULL */
  take(bytes: number): void {
    const { messagesMax, bytesMax } = this.quota;
    const messages = this.#messages + this.#refused;
    const there = this.#bytes + this.#refusedBytes;
    if (messages >= messagesMax) {
      throw full(
        `${String(messages)} messages wait${this.#orAreRefused()}, and spool.messagesMax is ${String(messagesMax)}`,
      );
    }
    if (there + bytes > bytesMax) {
      const wait = `${String(there)} bytes wait${this.#orAreRefused()}`;
      throw full(`${wait}, ${String(bytes)} more exceed spool.bytesMax, ${String(bytesMax)}`);
    }
    this.add(bytes);
  }

  /** What is there already counts, even beyond the bounds. */
  add(bytes: number): void {
    this.#messages++;
    this.#bytes += bytes;
  }

  give(bytes: number): void {
    this.#messages--;
    this.#bytes -= bytes;
  }

  /** What is refused waits no longer, and needs its room all the same. */
  addRefused(bytes: number): void {
    this.#refused++;
    this.#refusedBytes += bytes;
  }

  giveRefused(bytes: number): void {
    this.#refused--;
    this.#refusedBytes -= bytes;
  }

  #orAreRefused(): string {
    return this.#refused === 0 ? '' : ' or are refused';
  }
}

function full(why: string): SignalboxError {
  return new SignalboxError('SPOOL_FULL', `the spool is full: ${why}; nothing was lost, publish again when fewer wait`);
}
