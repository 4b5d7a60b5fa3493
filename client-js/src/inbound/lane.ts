import { PUBACK_FAILED, PUBACK_SUCCESS, type Arrival } from '../link/packets.js';
import type { Handled } from './seen.js';

/** Takes one message; what it throws sends the message to the dead letters. */
export type Handler = (arrival: Arrival) => void | Promise<void>;

/**
 * One subscriber: its messages one after the other, the next when the one before it has been handled. Messages of QoS 1
 * are bounded by the connection's receive maximum; those of QoS 0 by `volatileMax`, beyond which the oldest goes.
 */
export class Lane {
  #waiting: { readonly arrival: Arrival; readonly handled: (reason: number) => void }[] = [];
  #volatile = 0;
  #running = false;
  #closed = false;

  constructor(
    private readonly handler: Handler,
    private readonly volatileMax: number,
    private readonly dropped: () => void,
    private readonly failed: (error: unknown, arrival: Arrival) => number,
  ) {}

  offer(arrival: Arrival): Handled {
    if (this.#closed) return Promise.resolve(PUBACK_SUCCESS);
    if (arrival.qos === 0 && ++this.#volatile > this.volatileMax) this.#dropOldest();
    return new Promise((handled) => {
      this.#waiting.push({ arrival, handled });
      if (!this.#running) void this.#run();
    });
  }

  /** What waits is not handled any more: its subscriber has left. */
  close(): void {
    this.#closed = true;
    for (const { handled } of this.#waiting.splice(0)) handled(PUBACK_SUCCESS);
  }

  #dropOldest(): void {
    const at = this.#waiting.findIndex(({ arrival }) => arrival.qos === 0);
    if (at < 0) return;
    this.#volatile--;
    for (const { handled } of this.#waiting.splice(at, 1)) handled(PUBACK_SUCCESS);
    this.dropped();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const { arrival, handled } = next;
      if (arrival.qos === 0) this.#volatile--;
      let reason = PUBACK_SUCCESS;
      try {
        const done = this.handler(arrival);
        if (done) await done;
      } catch (error) {
        reason = this.failed(error, arrival) || PUBACK_FAILED;
      }
      handled(reason);
    }
    this.#running = false;
  }
}
