import type { SignalboxError } from './error.js';
import type { Subscriptions } from './inbound/subscriptions.js';
import type { BackoffOptions } from './link/backoff.js';
import { Connector } from './link/connector.js';
import type { LinkHook } from './link/link-hook.js';
import type { Link } from './link/link.js';
import type { Ending } from './link/translation.js';
import type { Outbox } from './outbound/outbox.js';
import { atMost, systemTime } from './time.js';

export interface ConnectionParts {
  readonly open: (closing: AbortSignal) => Promise<Link>;
  readonly subscriptions: Subscriptions;
  readonly outbox: Outbox;
  readonly connected: () => void;
  readonly disconnected: (ending: Ending) => void;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const GOODBYE_MILLIS_MAX = 2_000;

/** Whether there is a connection, and what happens in which order when one begins, ends, or is left. */
export class Connection {
  readonly #connector: Connector;
  readonly #hooks: LinkHook[] = [];
  readonly #waiting = new Set<Waiting>();
  /** That is being put in order, or is in use. */
  #opening: Link | undefined;
  #link: Link | undefined;
  #offlineSince: number | undefined = Date.now();
  #heardAt: number | undefined;
  #isLeaving = false;
  #willIsToStay: boolean;
  #closed: SignalboxError | undefined;

  /** @param hasWill that is to be forgotten only when the goodbye has been heard */
  constructor(
    private readonly parts: ConnectionParts,
    backoff: BackoffOptions,
    hasWill: boolean,
  ) {
    this.#willIsToStay = hasWill;
    const hooks = {
      open: parts.open,
      connected: (link: Link) => this.#connected(link),
      disconnected: (ending: Ending) => {
        this.#disconnected(ending);
      },
    };
    this.#connector = new Connector(hooks, backoff, systemTime);
  }

  start(): void {
    this.#connector.start();
  }

  /** There may be a network again. */
  wake(): void {
    this.#connector.wake();
  }

  onLink(hook: LinkHook): void {
    this.#hooks.push(hook);
  }

  /** Undefined until everything is in order over it. */
  get link(): Link | undefined {
    return this.#link;
  }

  get offlineSince(): number | undefined {
    return this.#offlineSince;
  }

  get reconnects(): number {
    return this.#connector.reconnects;
  }

  /** Resolves when there is one; rejects with the signal's reason, or when this is closed. */
  until(signal?: AbortSignal): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closed);
    if (this.#link) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiting = { resolve, reject };
      this.#waiting.add(waiting);
      signal?.addEventListener('abort', () => {
        this.#waiting.delete(waiting);
        reject(signal.reason as Error);
      });
    });
  }

  /** @param goodbye what is to be said over the connection that there is; resolves with whether that was heard */
  async leave(goodbye: (link: Link) => Promise<boolean>): Promise<void> {
    this.#isLeaving = true;
    const link = this.#opening;
    // It may end meanwhile, which the will is for.
    const heard = link && (await atMost(GOODBYE_MILLIS_MAX, goodbye(link)).catch(() => false));
    if (heard) this.#willIsToStay = false;
  }

  async close(error: SignalboxError): Promise<void> {
    this.#closed = error;
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting.clear();
    await this.#connector.close(this.#willIsToStay);
  }

  async #connected(link: Link): Promise<void> {
    this.#opening = link;
    const { subscriptions, outbox } = this.parts;
    const away = this.#heardAt === undefined ? undefined : Date.now() - this.#heardAt;
    if (away === undefined) subscriptions.unclaimed.begin();
    for (const hook of this.#hooks) hook.opening(link);
    await subscriptions.start(link, link.sessionPresent, away);
    await Promise.all(this.#hooks.map((hook) => hook.opened(link)));
    // It may have ended meanwhile.
    if (this.#opening !== link || this.#isLeaving) return;
    this.#link = link;
    this.#offlineSince = undefined;
    outbox.start(link);
    this.parts.connected();
    for (const { resolve } of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #disconnected(ending: Ending): void {
    if (this.#link) this.#heardAt = this.#link.heardAt;
    this.#opening = undefined;
    this.#link = undefined;
    this.#offlineSince ??= Date.now();
    this.parts.subscriptions.stop();
    this.parts.outbox.stop();
    this.parts.disconnected(ending);
  }
}
