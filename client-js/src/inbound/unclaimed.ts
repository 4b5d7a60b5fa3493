import { PUBACK_FAILED, PUBACK_SUCCESS, type Arrival } from '../link/packets.js';
import type { Time } from '../time.js';

export interface Claimed {
  readonly arrival: Arrival;
  readonly handled: (reason: number) => void;
}

/** So long an application may take to subscribe to what is brought to it. */
export const PATIENCE_MILLIS = 30_000;

/**
 * What came before anybody subscribed to it: of a session of an earlier life of this application, or sent to it alone.
 * It is held unanswered while the application may be about to subscribe, and then refused, so that it is among the dead
 * letters; what comes later is refused at once, since a message that is held holds up the answers to those behind it
 * (MQTT 5, 4.6). The connection's receive maximum bounds how many are held; of QoS 0 none is.
 */
export class Unclaimed {
  #held: Claimed[] = [];
  /** Of connections that are over. */
  #earlier: Claimed[] = [];
  #isOver = false;
  #isClosed = false;
  #patience: AbortController | undefined;

  constructor(
    private readonly time: Time,
    /** Of a message of QoS 0. */
    private readonly dropped: () => void,
  ) {}

  /** Patience, which at first has no end, has one from now on. */
  begin(): void {
    this.#patience?.abort();
    if (this.#isClosed) return;
    const patience = new AbortController();
    this.#patience = patience;
    this.#isOver = false;
    void this.time.sleep(PATIENCE_MILLIS, patience.signal).then(() => {
      if (!patience.signal.aborted) this.#end();
    });
  }

  hold(claimed: Claimed): void {
    if (claimed.arrival.qos === 0) {
      claimed.handled(PUBACK_SUCCESS);
      this.dropped();
    } else if (this.#isOver) claimed.handled(PUBACK_FAILED);
    else this.#held.push(claimed);
  }

  /** To be offered again, in their order. */
  take(): Claimed[] {
    return this.#held.splice(0);
  }

  disconnected(): void {
    this.#earlier = this.#earlier.concat(this.#held.splice(0));
  }

  /** @param sessionPresent the server brings again what was not answered; otherwise only this side has it still */
  connected(sessionPresent: boolean): void {
    const earlier = this.#earlier.splice(0);
    // Of several sessions that were lost there may be more than a call takes arguments.
    if (!sessionPresent) this.#held = earlier.concat(this.#held);
  }

  close(): void {
    this.#isClosed = true;
    this.#patience?.abort();
    this.#held = [];
    this.#earlier = [];
  }

  #end(): void {
    this.#isOver = true;
    this.#earlier = [];
    for (const { handled } of this.#held.splice(0)) handled(PUBACK_FAILED);
  }
}
