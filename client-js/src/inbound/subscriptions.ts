import { SignalboxError, shorten } from '../error.js';
import type { Arrival, SubscribeRequest } from '../link/packets.js';
import { matches } from '../topic/filter.js';
import type { Lane } from './lane.js';
import { firstOf } from './message.js';
import { Seen } from './seen.js';
import { Unclaimed } from './unclaimed.js';

export interface FilterOptions {
  readonly qos: 0 | 1;
  /** `sb-from`: where to begin in the past. */
  readonly from?: string;
  readonly speed?: number;
  /** After the server has lost the session, ask for what was missed. */
  readonly catchUp: boolean;
}

/** A connection, as far as subscribing goes. */
export interface Subscribing {
  subscribe(request: SubscribeRequest): Promise<number>;
  unsubscribe(filter: string): Promise<void>;
}

/** One SUBSCRIBE of the session, for all who asked for that filter. */
interface Entry {
  readonly filter: string;
  readonly id: number;
  readonly options: FilterOptions;
  readonly lanes: Set<Lane>;
  granted: boolean;
  settled: { resolve: () => void; reject: (error: SignalboxError) => void };
  ready: Promise<void>;
}

const REFUSED = 0x80;

/**
 * What this client is subscribed to, over all its connections. Each filter has a subscription identifier (MQTT 5,
 * 3.8.2.1.2), which says for whom a message came.
 */
export class Subscriptions {
  readonly #entries = new Map<string, Entry>();
  readonly #byId = new Map<number, Entry>();
  readonly #seen: Seen;
  /** Of the session, should it be older than this process. */
  readonly unclaimed = new Unclaimed();
  #link: Subscribing | undefined;
  #lastId = 0;

  constructor(keysMax: number) {
    this.#seen = new Seen(keysMax);
  }

  /**
   * @returns resolves when the server has granted it, which takes a connection
   * @throws SignalboxError OPTION_INVALID: the past would come to the others of the same filter as well
   */
  add(filter: string, options: FilterOptions, lane: Lane): Promise<void> {
    let entry = this.#entries.get(filter);
    if (entry && options.from !== undefined) {
      throw new SignalboxError(
        'OPTION_INVALID',
        `'${shorten(filter)}' is subscribed to already, and 'from' would bring its past to all who are; ` +
          'unsubscribe first, or read the past with replay()',
      );
    }
    if (!entry) {
      entry = this.#create(filter, options);
      entry.lanes.add(lane);
      for (const { arrival, handled } of this.unclaimed.claim(filter)) void lane.offer(arrival).then(handled);
      void this.#ask(entry, options.from);
    }
    entry.lanes.add(lane);
    return entry.ready;
  }

  async remove(filter: string, lane: Lane): Promise<void> {
    lane.close();
    const entry = this.#entries.get(filter);
    if (!entry?.lanes.delete(lane) || entry.lanes.size > 0) return;
    this.#forget(entry);
    await this.#link?.unsubscribe(filter).catch(() => undefined);
  }

  /** @param awayMillis since something was last heard from the server */
  async start(link: Subscribing, sessionPresent: boolean, awayMillis: number | undefined): Promise<void> {
    this.#link = link;
    const lost = sessionPresent ? [] : [...this.#entries.values()].filter((entry) => entry.granted);
    const fresh = [...this.#entries.values()].filter((entry) => !entry.granted);
    const missed = awayMillis === undefined ? undefined : `${String(Math.ceil(awayMillis / 1_000) + 1)}s`;
    for (const entry of lost) entry.granted = false;
    await Promise.all([
      ...lost.map((entry) => this.#ask(entry, entry.options.catchUp ? missed : undefined)),
      ...fresh.map((entry) => this.#ask(entry, entry.options.from)),
    ]);
  }

  stop(): void {
    this.#link = undefined;
  }

  close(error: SignalboxError): void {
    this.stop();
    for (const entry of this.#entries.values()) {
      for (const lane of entry.lanes) lane.close();
      entry.settled.reject(error);
    }
    this.#entries.clear();
    this.#byId.clear();
  }

  /** @param handled is told a reason code of PUBACK when all whom it concerns have handled it */
  deliver(arrival: Arrival, handled: (reason: number) => void): void {
    const concerned = this.#concerned(arrival);
    if (concerned.length === 0) {
      this.unclaimed.hold({ arrival, handled });
      return;
    }
    const key = firstOf(arrival.headers['sb-idempotency-key']);
    const all = concerned.map((entry) =>
      this.#seen.once(key === undefined ? undefined : `${String(entry.id)} ${key}`, async () => {
        const reasons = await Promise.all([...entry.lanes].map((lane) => lane.offer(arrival)));
        return Math.max(0, ...reasons);
      }),
    );
    void Promise.all(all).then((reasons) => {
      handled(Math.max(0, ...reasons));
    });
  }

  /**
   * By identifier, which a session of an earlier process may have given to another filter; a server without them leaves
   * it to the filters.
   */
  #concerned(arrival: Arrival): Entry[] {
    const fits = (entry: Entry | undefined): entry is Entry => !!entry && matches(entry.filter, arrival.topic);
    const named = arrival.subscriptionIds.map((id) => this.#byId.get(id)).filter(fits);
    return named.length > 0 ? named : [...this.#entries.values()].filter(fits);
  }

  #create(filter: string, options: FilterOptions): Entry {
    let settled!: Entry['settled'];
    const ready = new Promise<void>((resolve, reject) => {
      settled = { resolve, reject };
    });
    ready.catch(() => undefined);
    const entry = { filter, id: ++this.#lastId, options, lanes: new Set<Lane>(), granted: false, settled, ready };
    this.#entries.set(filter, entry);
    this.#byId.set(entry.id, entry);
    return entry;
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.filter);
    this.#byId.delete(entry.id);
  }

  async #ask(entry: Entry, from: string | undefined): Promise<void> {
    const link = this.#link;
    if (!link) return;
    const { speed } = entry.options;
    const userProperties = {
      ...(from !== undefined && { 'sb-from': from }),
      ...(speed !== undefined && { 'sb-speed': String(speed) }),
    };
    const { filter, options, id } = entry;
    let code: number;
    try {
      code = await link.subscribe({ filter, qos: options.qos, subscriptionId: id, userProperties });
    } catch {
      // The connection is over; the next one asks again.
      return;
    }
    if (code >= REFUSED) {
      this.#forget(entry);
      for (const lane of entry.lanes) lane.close();
      entry.settled.reject(
        new SignalboxError(
          'SUBSCRIBE_REFUSED',
          `the server refused '${shorten(filter)}' with 0x${code.toString(16)}`,
          code,
        ),
      );
    } else {
      entry.granted = true;
      entry.settled.resolve();
    }
  }
}
