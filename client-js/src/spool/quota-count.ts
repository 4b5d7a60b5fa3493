import { SignalboxError } from '../error.js';
import type { Pending, Quota } from './spool.js';

/** What a spool holds, and whether more fits. */
export class QuotaCount {
  #messages = 0;
  #bytes = 0;

  constructor(private readonly quota: Quota) {}

  pending(): Pending {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** @throws SignalboxError SPOOL_FULL */
  take(bytes: number): void {
    const { messagesMax, bytesMax } = this.quota;
    if (this.#messages >= messagesMax) {
      throw full(`${String(this.#messages)} messages wait, and spool.messagesMax is ${String(messagesMax)}`);
    }
    if (this.#bytes + bytes > bytesMax) {
      throw full(`${String(this.#bytes)} bytes wait, ${String(bytes)} more exceed spool.bytesMax, ${String(bytesMax)}`);
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
}

function full(why: string): SignalboxError {
  return new SignalboxError('SPOOL_FULL', `the spool is full: ${why}; nothing was lost, publish again when fewer wait`);
}
