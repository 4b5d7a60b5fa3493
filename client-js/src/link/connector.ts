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

/** Keeps a connection: one attempt at a time, with pauses as {@link Backoff} says, until it is closed. */
export class Connector {
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  #wake = new AbortController();
  #link: Link | undefined;
  #done: Promise<void> = Promise.resolve();
  /** Connections after the first. */
  reconnects = 0;

  constructor(
    private readonly hooks: ConnectorHooks,
    options: BackoffOptions,
    private readonly time: Time,
  ) {
    this.#backoff = new Backoff(options, () => time.random());
  }

  start(): void {
    this.#done = this.#run();
  }

  /** There may be a network again: the pause under way is over. */
  wake(): void {
    this.#wake.abort();
  }

  /** Leaves the server, with DISCONNECT. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake.abort();
    await this.#link?.leave();
    await this.#done;
  }

  async #run(): Promise<void> {
    let first = true;
    while (!this.#isClosed()) {
      const ending = await this.#once(first);
      if (ending.connected) first = false;
      if (this.#isClosed()) return;
      await this.#pause(ending.retryAfterMillis);
    }
  }

  async #once(first: boolean): Promise<Ending & { connected: boolean }> {
    let link: Link;
    try {
      link = await this.hooks.open(this.#closing.signal);
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
      await link.leave();
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

  async #pause(suggestedMillis: number | undefined): Promise<void> {
    this.#wake = new AbortController();
    await this.time.sleep(
      this.#backoff.next(suggestedMillis),
      AbortSignal.any([this.#wake.signal, this.#closing.signal]),
    );
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }
}
