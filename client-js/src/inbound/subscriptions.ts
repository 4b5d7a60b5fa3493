import type { SignalboxError } from '../error.js';
import { PUBACK_SUCCESS, type Arrival, type SubscribeRequest } from '../link/packets.js';
import { systemTime } from '../time.js';
import { matches } from '../topic/filter.js';
import { FilterEntry, type FilterOptions } from './filter-entry.js';
import type { Receiver } from './lane.js';
import { firstOf } from './message.js';
import { Seen, type Handled } from './seen.js';
import { Unclaimed } from './unclaimed.js';

/** A connection, as far as subscribing goes. Both reject when it ends before the answer. */
export interface Subscribing {
  /** @returns the reason code of SUBACK */
  subscribe(request: SubscribeRequest): Promise<number>;
  unsubscribe(filter: string): Promise<void>;
}

const REFUSED = 0x80;

/**
 * What this client is subscribed to, over all its connections. Each filter has a subscription identifier (MQTT 5,
 * 3.8.2.1.2), which says for whom a message came.
 */
export class Subscriptions {
  readonly #entries = new Map<string, FilterEntry>();
  readonly #byId = new Map<number, FilterEntry>();
  /** Filters that nobody wants any more and the server has not answered to; what comes of them has been dealt with. */
  readonly #leaving = new Set<string>();
  readonly #seen: Seen;
  #link: Subscribing | undefined;
  #lastId = 0;
  #closed: SignalboxError | undefined;

  constructor(
    keysMax: number,
    /** Of the session, should it be older than this process, or of its inbox. */
    readonly unclaimed = new Unclaimed(systemTime, () => undefined),
    /** What was granted once is refused now. */
    private readonly refused: (error: SignalboxError) => void = () => undefined,
  ) {
    this.#seen = new Seen(keysMax);
  }

  /**
   * @returns resolves when the server has granted it, which takes a connection
   * @throws SignalboxError OPTION_INVALID: it contradicts those who have subscribed to the same filter; CLOSED
   */
  add(filter: string, options: FilterOptions, receiver: Receiver): Promise<void> {
    if (this.#closed) throw this.#closed;
    let entry = this.#entries.get(filter);
    if (entry) entry.join(options);
    else entry = this.#create(filter, options);
    const granted = entry.add(receiver);
    this.#leaving.delete(filter);
    this.offerAgain();
    if (entry.isUnsent) void this.#ask(entry, undefined);
    return granted;
  }

  async remove(filter: string, receiver: Receiver): Promise<void> {
    receiver.leave();
    const entry = this.#entries.get(filter);
    if (!entry?.remove(receiver)) return;
    this.#forget(entry);
    if (entry.wasSent) await this.#leave(filter);
  }

  /** What nobody wanted may be wanted now. */
  offerAgain(): void {
    for (const { arrival, handled } of this.unclaimed.take()) {
      this.#deliver(this.#concerned(arrival), arrival, handled);
    }
  }

  /** @param awayMillis since something was last heard from the server */
  async start(link: Subscribing, sessionPresent: boolean, awayMillis: number | undefined): Promise<void> {
    this.#link = link;
    const missed = awayMillis === undefined ? undefined : `${String(Math.ceil(awayMillis / 1_000) + 1)}s`;
    this.unclaimed.connected(sessionPresent);
    if (!sessionPresent) {
      this.#leaving.clear();
      for (const entry of this.#entries.values()) entry.lost();
      this.offerAgain();
    }
    await Promise.all([
      ...[...this.#leaving].map((filter) => this.#leave(filter)),
      ...[...this.#entries.values()].filter((entry) => entry.isDue).map((entry) => this.#ask(entry, missed)),
    ]);
  }

  stop(): void {
    this.#link = undefined;
    this.unclaimed.disconnected();
  }

  close(error: SignalboxError): void {
    this.#closed = error;
    this.stop();
    this.unclaimed.close();
    for (const entry of this.#entries.values()) entry.end(error);
    this.#entries.clear();
    this.#byId.clear();
  }

  /** @param handled is told a reason code of PUBACK when all whom it concerns have handled it */
  deliver(arrival: Arrival, handled: (reason: number) => void): void {
    const entries = this.#concerned(arrival);
    for (const entry of entries) entry.arrived(arrival);
    this.#deliver(entries, arrival, handled);
  }

  #deliver(entries: readonly FilterEntry[], arrival: Arrival, handled: (reason: number) => void): void {
    const taken = entries.flatMap((entry) => this.#offer(entry, arrival) ?? []);
    if (taken.length > 0) {
      void Promise.all(taken).then((reasons) => {
        handled(Math.max(...reasons));
      });
    } else if ([...this.#leaving].some((filter) => matches(filter, arrival.topic))) handled(PUBACK_SUCCESS);
    else this.unclaimed.hold({ arrival, handled });
  }

  /** What is retained comes under its old key whenever it is asked for, and is news to whoever asks. */
  #offer(entry: FilterEntry, arrival: Arrival): Handled | undefined {
    const key = arrival.retained ? undefined : firstOf(arrival.headers['sb-idempotency-key']);
    return this.#seen.once(key === undefined ? undefined : `${String(entry.id)} ${key}`, () => entry.offer(arrival));
  }

  /**
   * By identifier, which a session of an earlier process may have given to another filter; a server without them leaves
   * it to the filters.
   */
  #concerned(arrival: Arrival): FilterEntry[] {
    const fits = (entry: FilterEntry | undefined): entry is FilterEntry =>
      !!entry && matches(entry.filter, arrival.topic);
    const named = arrival.subscriptionIds.map((id) => this.#byId.get(id)).filter(fits);
    return named.length > 0 ? named : [...this.#entries.values()].filter(fits);
  }

  #create(filter: string, options: FilterOptions): FilterEntry {
    const entry = new FilterEntry(filter, ++this.#lastId, options);
    this.#entries.set(filter, entry);
    this.#byId.set(entry.id, entry);
    return entry;
  }

  #forget(entry: FilterEntry): void {
    this.#entries.delete(entry.filter);
    this.#byId.delete(entry.id);
  }

  /** Until it is answered: a session that is kept would go on bringing its messages. */
  async #leave(filter: string): Promise<void> {
    this.#leaving.add(filter);
    const link = this.#link;
    try {
      await link?.unsubscribe(filter);
      if (link) this.#leaving.delete(filter);
    } catch {
      // The connection is over; the next one asks again.
    }
  }

  async #ask(entry: FilterEntry, missed: string | undefined): Promise<void> {
    const link = this.#link;
    if (!link) return;
    const { number, ...request } = entry.request(missed, Date.now());
    let code: number;
    try {
      code = await link.subscribe(request);
    } catch {
      // The connection is over; the next one asks again.
      return;
    }
    if (code < REFUSED) entry.granted(number);
    // Unless all who wanted it have left meanwhile.
    else if (this.#byId.get(entry.id) === entry) {
      this.#forget(entry);
      const error = entry.refused(code);
      if (error) this.refused(error);
      // Of a SUBSCRIBE before this one the server may have it still.
      if (number > 1) await this.#leave(entry.filter);
    }
  }
}
