import type { Time } from '../time.js';
import { Backoff, type BackoffOptions } from './backoff.js';
import { ConnectError, type Link } from './link.js';
import type { Ending } from './translation.js';

export interface ConnectorHooks {
  /** @param closing gives the attempt up */
  readonly open: (closing: AbortSignal) => Promise<Link>;
  /** Puts everything in order over this connection; never rejects. */
  readonly connected: (link: Link) => Promise<void>;
  readonly disconnected: (ending: Ending) => void;
}

/** MQTT 5, 3.14.2.1: another one has the same client id. Coming back at once would throw that one out, and so forth. */
const SESSION_TAKEN_OVER = 0x8e;

/** Keeps a connection: one attempt at a time, with pauses as {@link Backoff} says, until it is closed. */
export class Connector {
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  #wake = new AbortController();
  #link: Link | undefined;
  #withWill = false;
  #done: Promise<void> = Promise.resolve();
  /** Connections after the first. */
  reconnects = 0;

  constructor(
    private readonly hooks: ConnectorHooks,
    private readonly options: BackoffOptions,
    private readonly time: Time,
  ) {
    this.#backoff = new Backoff(options, () => time.random());
  }

  start(): void {
    this.#done = this.#run();
  }

  /** There may be a network again: the pause under way is a short one, unless the server has asked for it. */
  wake(): void {
    this.#wake.abort();
  }

  /**
   * Leaves the server, with DISCONNECT.
   *
   * @param withWill it is to publish the will all the same
   */
  async close(withWill = false): Promise<void> {
    this.#withWill = withWill;
    this.#closing.abort();
    this.#wake.abort();
    await this.#link?.leave(withWill);
    await this.#done;
  }

  async #run(): Promise<void> {
    let first = true;
    while (!this.#isClosed()) {
      const ending = await this.#once(first);
      if (ending.connected) first = false;
      if (this.#isClosed()) return;
      const takenOver = ending.reasonCode === SESSION_TAKEN_OVER ? this.options.delayMillisMax : undefined;
      await this.#pause(ending.retryAfterMillis ?? takenOver);
    }
  }

  async #once(first: boolean): Promise<Ending & { connected: boolean }> {
    let link: Link;
    try {
      link = await this.#open();
    } catch (error) {
      const ending =
        error instanceof ConnectError
          ? error.ending
          : { text: String(error), reasonCode: undefined, retryAfterMillis: undefined };
      this.hooks.disconnected(ending);
      return { ...ending, connected: false };
    }
    const began = this.time.now();
    this.#link = link;
    if (this.#isClosed()) {
      await link.leave(this.#withWill);
    } else {
      if (!first) this.reconnects++;
      await Promise.race([this.hooks.connected(link), link.ended]);
    }
    const ending = await link.ended;
    this.#link = undefined;
    this.#backoff.lasted(this.time.now() - began);
    this.hooks.disconnected(ending);
    return { ...ending, connected: true };
  }

  /** What the attempt waits for may never come, credentials for one. */
  async #open(): Promise<Link> {
    const { signal } = this.#closing;
    let giveUp = (): void => undefined;
    const closed = new Promise<never>((_, reject) => {
      giveUp = () => {
        reject(new Error('the client was closed'));
      };
    });
    signal.addEventListener('abort', giveUp);
    const opening = this.hooks.open(signal);
    try {
      return await Promise.race([opening, closed]);
    } catch (error) {
      // Should it be there after all.
      opening.then(
        (link) => link.leave(false),
        () => undefined,
      );
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  async #pause(suggestedMillis: number | undefined): Promise<void> {
    const closing = this.#closing.signal;
    const pause = this.#backoff.next(suggestedMillis);
    if (suggestedMillis !== undefined) return this.time.sleep(pause, closing);
    const until = this.time.now() + pause;
    this.#wake = new AbortController();
    await this.time.sleep(pause, AbortSignal.any([this.#wake.signal, closing]));
    if (!this.#wake.signal.aborted || this.#isClosed()) return;
    // A network that is back is back for all who were on it, and they are told in the same moment.
    const left = Math.min(until - this.time.now(), this.#backoff.afterNews());
    if (left > 0) await this.time.sleep(left, closing);
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }
}
