import type { SignalboxError } from '../error.js';
import { PUBACK_SUCCESS, type Arrival } from '../link/packets.js';
import type { Handled } from './seen.js';
import { Work } from './work.js';

/** Takes one message; what it throws sends the message to the dead letters. */
export type Handler = (arrival: Arrival) => void | Promise<void>;

/** Who gets the messages of a filter. */
export interface Receiver {
  /** @returns undefined: it is not for anybody here, yet */
  offer(arrival: Arrival): Handled | undefined;
  /** It left by its own wish: what waits is not handled any more. */
  leave(): void;
  /**
   * Nothing will come any more: the client was closed, or the server refuses what it had granted.
   *
   * @param answer to what waits; undefined: it has none, and stays with the session
   */
  end(error: SignalboxError, answer?: number): void;
}

export interface Subscriber {
  readonly handle: Handler;
  /** Of QoS 0, as more came than may wait. */
  readonly dropped: () => void;
  /** @returns a reason code of PUBACK; undefined: it has no answer, and stays with the session */
  readonly failed: (error: unknown) => number | undefined;
  readonly ended: (error: SignalboxError) => void;
}

interface Waiting {
  readonly arrival: Arrival;
  /** As {@link Work} counts. */
  readonly number: number;
  readonly handled: (reason: number) => void;
}

/**
 * One subscriber: its messages one after the other, the next when the one before it has been handled. Messages of QoS 1
 * are bounded by the connection's receive maximum; those of QoS 0 by `volatileMax`, beyond which the oldest goes.
 */
export class Lane implements Receiver {
  #waiting: Waiting[] = [];
  #volatile = 0;
  #running = false;
  #closed = false;

  constructor(
    private readonly subscriber: Subscriber,
    private readonly volatileMax: number,
    private readonly work = new Work(),
  ) {}

  offer(arrival: Arrival): Handled {
    if (this.#closed) return Promise.resolve(PUBACK_SUCCESS);
    if (arrival.qos === 0 && ++this.#volatile > this.volatileMax) this.#dropOldest();
    return new Promise((handled) => {
      this.#waiting.push({ arrival, number: this.work.offered(), handled });
      if (!this.#running) void this.#run();
    });
  }

  leave(): void {
    this.#close(PUBACK_SUCCESS);
  }

  end(error: SignalboxError, answer?: number): void {
    if (this.#closed) return;
    this.#close(answer);
    this.subscriber.ended(error);
  }

  #close(answer: number | undefined): void {
    this.#closed = true;
    for (const { handled } of this.#waiting.splice(0)) {
      if (answer !== undefined) handled(answer);
    }
  }

  #dropOldest(): void {
    const at = this.#waiting.findIndex(({ arrival }) => arrival.qos === 0);
    if (at < 0) return;
    this.#volatile--;
    for (const { handled } of this.#waiting.splice(at, 1)) handled(PUBACK_SUCCESS);
    this.subscriber.dropped();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let next = this.#next(); next; next = this.#next()) {
      const { arrival, number, handled } = next;
      if (arrival.qos === 0) this.#volatile--;
      let reason: number | undefined = PUBACK_SUCCESS;
      try {
        const done = this.work.call(this, number, () => this.subscriber.handle(arrival));
        if (done) await done;
      } catch (error) {
        reason = this.subscriber.failed(error);
      }
      if (reason !== undefined) handled(reason);
    }
    this.#running = false;
    this.work.left(this);
  }

  #next(): Waiting | undefined {
    const [first] = this.#waiting;
    return first && this.work.mayBegin(first.number) ? this.#waiting.shift() : undefined;
  }
}
