import type { ClientStats, Subscription } from '../client-types.js';
import type { Client } from '../client.js';
import { openClientOn } from '../open-client.js';
import { auto, json } from '../codec/codec.js';
import { SignalboxError } from '../error.js';
import { messageOf } from '../inbound/message.js';
import type { Arrival } from '../link/packets.js';
import { Listeners } from '../listeners.js';
import type { ClientOptions } from '../options.js';
import type { Platform } from '../platform.js';
import { topicOfNative, topicToNative } from '../topic/topic.js';
import { filterOfNative } from '../topic/filter.js';
import { Applications, type ApplicationEvents } from './applications.js';
import { identityOfSender, sourceText, type Identity, type Source } from './identity.js';
import { Inbox, inboxTopic, published, withoutOurs, type BusListener, type Listening } from './inbox.js';
import { Past, type DeadMessage, type PastMessage } from './past.js';
import { GRACE_SECONDS, Presence, PRESENCE_FILTER, presenceTopic } from './presence.js';
import { Settling } from './settling.js';

export type { BusContext, BusListener } from './inbox.js';
export type BusEvents = ApplicationEvents;

export interface BusPublishOptions {
  /** For tracing. */
  readonly correlationId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the promise waits for: the server's acknowledgement (the default), or the spool alone. */
  readonly until?: 'acknowledged' | 'spooled';
}

export interface BusSubscribeOptions {
  /** Begin in the past, for late joiners: `last=50`, `1h`, `all`. */
  readonly from?: string;
}

export interface BusStats extends ClientStats {
  /** Sessions the server knows. */
  readonly clients: number;
  readonly connectedClients: number;
  /** Applications that are there, by their presence. */
  readonly applications: readonly Identity[];
  readonly broker: {
    readonly exactRoutes: number;
    readonly wildcardRoutes: number;
    readonly queuedMessages: number;
    readonly deadLetterMessages: number;
    readonly topics: number;
  };
  readonly storage: { readonly fileCount: number; readonly totalSize: number; readonly bufferedBytes: number };
}

interface Registered extends Listening {
  readonly published: Subscription;
}

/**
 * Applications that talk to each other, in the manner of OpenFin: topics are written with dots, an application has a
 * `uuid` and may have several windows with names. Made by `openInterApplicationBus`.
 */
export class InterApplicationBus {
  readonly #listeners = new Listeners<ApplicationEvents>();
  readonly #registered: Registered[] = [];
  readonly #presence: Presence;
  readonly #applications: Applications;
  readonly #settling: Settling;
  readonly #past: Past;
  readonly #inbox: Inbox;
  #inboxSubscriptions: readonly Subscription[] | undefined;

  /** @internal */
  constructor(
    /** The connection, with everything that has no word here. */
    readonly client: Client,
  ) {
    this.#presence = new Presence(client.identity, client.sender);
    this.#applications = new Applications(client.identity, this.#listeners);
    this.#settling = new Settling(this.#applications);
    this.#past = new Past(client);
    this.#inbox = new Inbox(client.identity, () => (this.#inboxSubscriptions = undefined));
    // Whoever sees that this application is there may send to it, and need not know whether anybody listens yet.
    this.#inboxSubscriptions = this.#openInbox();
    client.onLink({
      opening: ({ sessionPresent }) => {
        this.#settling.opening(sessionPresent);
      },
      opened: (link) => {
        this.#settling.opened(link.ended);
        return this.#presence.connected(link);
      },
    });
    const arrived = (arrival: Arrival): void => {
      this.#applications.arrived(arrival);
    };
    client.receiving.watch(PRESENCE_FILTER, arrived, ({ code }) => {
      this.#settling.close();
      // Who may not see the others is there all the same.
      if (code === 'CLOSED') this.#presence.end();
    });
  }

  get identity(): Identity {
    return this.client.identity;
  }

  /** To all who listen to this topic. */
  publish(topic: string, message: unknown, options: BusPublishOptions = {}): Promise<void> {
    return this.#send(topicOfNative(topic), message, options, {}).then(() => undefined);
  }

  /**
   * To one application, or one window of it.
   *
   * @throws SignalboxError NO_RESPONDERS when it, or that window, is not there
   */
  async send(destination: Source, topic: string, message: unknown, options: BusPublishOptions = {}): Promise<void> {
    const to = sourceText(destination);
    const inbox = inboxTopic(destination, topicOfNative(topic));
    const matched = await this.#send(inbox, message, options, { 'sb-to': to });
    if (!matched) throw new SignalboxError('NO_RESPONDERS', `no application '${to}' is there to receive '${topic}'`);
  }

  /**
   * @param source whom to listen to; `{uuid: '*'}` is everybody
   * @param topic with dots; `*` is one level, a last `#` any number
   * @returns resolves when the server has granted it, which takes a connection
   */
  async subscribe(
    source: Source,
    topic: string,
    listener: BusListener,
    options: BusSubscribeOptions = {},
  ): Promise<void> {
    const [from, filter] = [sourceText(source), filterOfNative(topic)];
    const lane = this.client.receiving.lane(
      (arrival) => tell(listener, arrival),
      () => {
        this.#forget(registered);
      },
    );
    const subscription = this.client.receiving.receive(filter, options, published(from, lane));
    const registered: Registered = { source: from, filter, listener, lane, published: subscription };
    this.#registered.push(registered);
    this.#presence.add({ source: from, topic: filter });
    this.#inbox.add(registered);
    this.#inboxSubscriptions ??= this.#openInbox();
    const { subscriptions } = this.client.receiving;
    // Who sends knows of the first listener, and may be quicker than the next ones are there.
    if (this.#registered.length === 1 && this.client.connected) subscriptions.unclaimed.begin();
    subscriptions.offerAgain();
    try {
      await Promise.all([subscription, ...this.#inboxSubscriptions].map(({ granted }) => granted));
    } catch (error) {
      this.#forget(registered);
      await subscription.unsubscribe();
      throw error;
    }
  }

  async unsubscribe(source: Source, topic: string, listener: BusListener): Promise<void> {
    const [wanted, filter] = [sourceText(source), filterOfNative(topic)];
    const registered = this.#registered.find(
      (one) => one.source === wanted && one.filter === filter && one.listener === listener,
    );
    if (!registered) return;
    this.#forget(registered);
    await registered.published.unsubscribe();
  }

  /** Another application has subscribed to a topic of this one, by its `uuid`. */
  addSubscribeListener(listener: (uuid: string, topic: string, name: string) => void): void {
    this.#listeners.on('subscribed', listener);
  }

  removeSubscribeListener(listener: (uuid: string, topic: string, name: string) => void): void {
    this.#listeners.off('subscribed', listener);
  }

  /** It does so no longer, or is gone. */
  addUnsubscribeListener(listener: (uuid: string, topic: string, name: string) => void): void {
    this.#listeners.on('unsubscribed', listener);
  }

  removeUnsubscribeListener(listener: (uuid: string, topic: string, name: string) => void): void {
    this.#listeners.off('unsubscribed', listener);
  }

  /** @returns takes the listener away again */
  on<Name extends keyof ApplicationEvents>(
    name: Name,
    listener: (...told: ApplicationEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  /** Who is there. */
  applications(): Identity[] {
    return this.#applications.list();
  }

  /** The last messages of a topic, oldest first. */
  getHistory(topic: string, last = 100): Promise<PastMessage[]> {
    return this.#past.history(topic, last);
  }

  /** The past from a time on (epoch milliseconds), or as `from` of `subscribe` says. */
  replay(topic: string, from: string | number | Date): AsyncGenerator<PastMessage> {
    return this.#past.replay(topic, from);
  }

  /** What could not be delivered, and why. */
  getDeadLetterQueue(last = 100): Promise<DeadMessage[]> {
    return this.#past.deadLetters(last);
  }

  /** Own figures, who is there, and the server's. */
  async getStats(): Promise<BusStats> {
    const server = await this.client.serverStats();
    const figure = (name: string): number => server[name] ?? 0;
    return {
      ...this.client.stats(),
      clients: figure('sessions'),
      connectedClients: figure('connected'),
      applications: this.applications(),
      broker: {
        exactRoutes: figure('exactRoutes'),
        wildcardRoutes: figure('wildcardRoutes'),
        queuedMessages: figure('queued'),
        deadLetterMessages: figure('deadLetters'),
        topics: figure('topics'),
      },
      storage: {
        fileCount: figure('storageFiles'),
        totalSize: figure('storageBytes'),
        bufferedBytes: figure('bufferedBytes'),
      },
    };
  }

  /** Tells the others, and leaves. */
  close(): Promise<void> {
    this.#settling.close();
    this.#presence.end();
    return this.client.close((link) => this.#presence.leave(link));
  }

  /** Once for all listeners. */
  #openInbox(): readonly Subscription[] {
    return this.#inbox.filters.map((filter) => this.client.receiving.receive(filter, {}, this.#inbox));
  }

  #forget(registered: Registered): void {
    const at = this.#registered.indexOf(registered);
    if (at < 0) return;
    this.#registered.splice(at, 1);
    this.#inbox.remove(registered);
    this.#presence.remove({ source: registered.source, topic: registered.filter });
  }

  async #send(
    topic: string,
    message: unknown,
    { correlationId, headers, until }: BusPublishOptions,
    own: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    const receipt = this.client.publish(topic, message, {
      codec: json(),
      id: crypto.randomUUID(),
      headers: { ...headers, ...own },
      ...(correlationId !== undefined && { correlationId }),
    });
    await receipt.spooled;
    return until === 'spooled' || (await receipt.acknowledged).matched;
  }
}

async function tell(listener: BusListener, arrival: Arrival): Promise<void> {
  const { value, from, id, idempotencyKey, topic, receivedAt, correlationId, headers } = messageOf(
    arrival,
    auto,
    Date.now(),
  );
  await listener(value, identityOfSender(from), {
    id: id ?? idempotencyKey,
    time: receivedAt,
    topic: topicToNative(topic),
    correlationId,
    headers: withoutOurs(headers),
  });
}

/** @internal */
export async function openInterApplicationBusOn(
  platform: Platform,
  options: ClientOptions,
): Promise<InterApplicationBus> {
  const client = await openClientOn(platform, options, ({ identity }) => ({
    topic: presenceTopic(identity),
    delaySeconds: GRACE_SECONDS,
  }));
  const bus = new InterApplicationBus(client);
  client.start();
  return bus;
}
