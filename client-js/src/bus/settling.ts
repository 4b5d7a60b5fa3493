import { systemTime, type Time } from '../time.js';

/** How long after a lost session the applications that are there have to be told of again. */
const SETTLE_MILLIS = 5_000;

interface Doubting {
  doubt(): void;
  settle(): void;
}

/**
 * A server that has forgotten us tells anew who is there. Whom it has not told of within a connection that lasted for a
 * while has gone; a connection that ends before leaves the doubt to the next one.
 */
export class Settling {
  #isDoubtful = false;
  #waiting: AbortController | undefined;

  constructor(
    private readonly applications: Doubting,
    private readonly time: Time = systemTime,
  ) {}

  /** A connection begins; nothing has been subscribed to over it. */
  opening(sessionPresent: boolean): void {
    this.#waiting?.abort();
    if (sessionPresent) return;
    this.applications.doubt();
    this.#isDoubtful = true;
  }

  /** @param ended resolves when the connection does */
  opened(ended: Promise<unknown>): void {
    if (!this.#isDoubtful) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    void ended.then(() => {
      waiting.abort();
    });
    void this.time.sleep(SETTLE_MILLIS, waiting.signal).then(() => {
      if (waiting.signal.aborted) return;
      this.#isDoubtful = false;
      this.applications.settle();
    });
  }

  /** It cannot be known any more who is there. */
  close(): void {
    this.#isDoubtful = false;
    this.#waiting?.abort();
  }
}
