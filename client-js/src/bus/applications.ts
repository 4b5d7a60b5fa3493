import type { Arrival } from '../link/packets.js';
import type { Listeners } from '../listeners.js';
import { filterToNative } from '../topic/filter.js';
import type { Identity } from './identity.js';
import { sourceIncludes } from './identity.js';
import { presenceTopic, type Announced, type PresenceDocument } from './presence.js';

export interface ApplicationEvents {
  /** Others; of itself nobody is told. */
  connected: readonly [identity: Identity];
  disconnected: readonly [identity: Identity];
  /** Another application has subscribed to a topic of this one. */
  subscribed: readonly [uuid: string, topic: string, name: string];
  unsubscribed: readonly [uuid: string, topic: string, name: string];
}

/** Beyond it others are not known one by one; their messages come all the same. */
const APPLICATIONS_MAX = 10_000;

/** Who is there, by the presence documents; tells what changes. */
export class Applications {
  readonly #documents = new Map<string, PresenceDocument>();
  /** Known from before the session was lost, and not heard of since. */
  readonly #stale = new Set<string>();

  constructor(
    private readonly self: Identity,
    private readonly listeners: Listeners<ApplicationEvents>,
  ) {}

  list(): Identity[] {
    return [...this.#documents.values()].map(({ uuid, name }) => ({ uuid, name }));
  }

  arrived(arrival: Arrival): void {
    this.#stale.delete(arrival.topic);
    const before = this.#documents.get(arrival.topic);
    const now = arrival.payload.length === 0 ? undefined : read(arrival);
    if (now && (before || this.#documents.size < APPLICATIONS_MAX)) this.#documents.set(arrival.topic, now);
    else this.#documents.delete(arrival.topic);
    this.#tell(before, now);
  }

  /** The server forgot us: whom it does not tell of again has left meanwhile. */
  doubt(): void {
    for (const topic of this.#documents.keys()) this.#stale.add(topic);
  }

  /** Those still in doubt are gone. */
  settle(): void {
    for (const topic of this.#stale) {
      const before = this.#documents.get(topic);
      this.#documents.delete(topic);
      this.#tell(before, undefined);
    }
    this.#stale.clear();
  }

  /** What changed with another one; of itself nobody needs to be told. */
  #tell(before: PresenceDocument | undefined, now: PresenceDocument | undefined): void {
    const who = now ?? before;
    if (!who || (who.uuid === this.self.uuid && who.name === this.self.name)) return;
    const { uuid, name } = who;
    const [earlier, later] = [this.#ours(before), this.#ours(now)];
    if (!before) this.listeners.tell('connected', { uuid, name });
    for (const topic of later) {
      if (!earlier.has(topic)) this.listeners.tell('subscribed', uuid, filterToNative(topic), name);
    }
    for (const topic of earlier) {
      if (!later.has(topic)) this.listeners.tell('unsubscribed', uuid, filterToNative(topic), name);
    }
    if (!now) this.listeners.tell('disconnected', { uuid, name });
  }

  /** Filters of subscriptions to us by name; whoever listens to everybody is not told of. */
  #ours(document: PresenceDocument | undefined): Set<string> {
    const ours = ({ source }: Announced): boolean => source !== '*' && sourceIncludes(source, this.self);
    return new Set((document?.subscriptions ?? []).filter(ours).map(({ topic }) => topic));
  }
}

/** @returns undefined: it is not what such a document must be, and counts for nothing */
function read({ topic, payload }: Arrival): PresenceDocument | undefined {
  let document: Partial<PresenceDocument> | null;
  try {
    document = JSON.parse(new TextDecoder().decode(payload)) as Partial<PresenceDocument> | null;
  } catch {
    return undefined;
  }
  const { uuid, name, connectedAt = 0, subscriptions = [] } = document ?? {};
  if (typeof uuid !== 'string' || typeof name !== 'string') return undefined;
  // Nobody speaks for others: the topic, to which permissions apply, says who it is.
  if (presenceTopic({ uuid, name }) !== topic) return undefined;
  const sound = Array.isArray(subscriptions)
    ? subscriptions.filter(
        (one: Partial<Announced> | null) => typeof one?.source === 'string' && typeof one.topic === 'string',
      )
    : [];
  return { uuid, name, connectedAt, subscriptions: sound };
}
