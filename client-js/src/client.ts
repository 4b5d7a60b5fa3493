import type { ClientEvents, ClientStats, SubscribeOptions, Subscription } from './client-types.js';
import { json, type Codec } from './codec/codec.js';
import { SignalboxError } from './error.js';
import { HttpApi } from './http/http-api.js';
import type { DeadLetter, ReplayOptions, StoredMessage } from './http/stored-message.js';
import { Lane } from './inbound/lane.js';
import { LastValues } from './inbound/last-values.js';
import { messageOf, type Message } from './inbound/message.js';
import { MessageStream } from './inbound/stream.js';
import { Subscriptions } from './inbound/subscriptions.js';
import { Connector } from './link/connector.js';
import { Link } from './link/link.js';
import { linkSettings, type Will } from './link/link-settings.js';
import { PUBACK_FAILED, PUBACK_UNREADABLE, type Arrival } from './link/packets.js';
import type { Ending } from './link/translation.js';
import { Listeners } from './listeners.js';
import { Outbox } from './outbound/outbox.js';
import { RefusedMessages } from './outbound/refused-messages.js';
import { envelopeOf, type PublishOptions } from './outbound/publish-options.js';
import type { Receipt } from './outbound/receipt.js';
import type { Platform } from './platform.js';
import { Requests, type RequestOptions } from './request/requests.js';
import { respondTo } from './request/respond.js';
import type { Settings } from './settings.js';
import type { Pending, Spool } from './spool/spool.js';
import { systemTime } from './time.js';
import { checkFilter } from './topic/filter.js';

/** What else is to be put in order over a new connection, before the spool is sent. Neither throws. */
export interface LinkHook {
  /** Before anything is subscribed to. */
  readonly opening: (link: Link) => void;
  readonly opened: (link: Link) => Promise<void>;
}

/** Unclaimed messages of an earlier life's session are held so long after the first connection. */
const UNCLAIMED_MILLIS = 5_000;
const LEAVE_MILLIS_MAX = 2_000;

/** A connection to Signalbox that is there whether the network is or not. Made by `openClient`. */
export class Client {
  readonly #listeners = new Listeners<ClientEvents>();
  readonly #subscriptions: Subscriptions;
  readonly #lastValues: LastValues;
  readonly #outbox: Outbox;
  readonly #connector: Connector;
  readonly #requests: Requests;
  /** What was refused for good, until it is removed or sent again. */
  readonly refused: RefusedMessages;
  readonly #api: HttpApi;
  readonly #stopListening: () => void;
  /** That is being put in order, or is in use. */
  #opening: Link | undefined;
  #link: Link | undefined;
  #offlineSince: number | undefined = Date.now();
  #heardAt: number | undefined;
  #published = 0;
  #delivered = 0;
  #dropped = 0;
  #closed = false;
  readonly #hooks: LinkHook[] = [];

  /** @internal */
  constructor(
    platform: Platform,
    private readonly settings: Settings,
    private readonly spool: Spool,
    will?: Will,
  ) {
    this.#subscriptions = new Subscriptions(settings.keysMax);
    this.#lastValues = new LastValues(settings.lastValues);
    this.#api = new HttpApi(settings.api, settings.credentials);
    this.#outbox = new Outbox(
      spool,
      {
        inFlightMax: settings.inFlightMax,
        refused: (error, envelope) => {
          this.#listeners.tell('refused', error, envelope);
        },
        failed: (error) => {
          this.#listeners.tell('failed', error);
        },
      },
      systemTime,
    );
    this.refused = new RefusedMessages(spool, (envelope) => {
      this.#checkOpen();
      return this.#outbox.publish(envelope);
    });
    this.#requests = new Requests({
      link: () => this.#link,
      connected: (signal) => this.#connectedUntil(signal),
      listen: (filter, handler) => this.#subscribe(filter, { qos: 1, catchUp: false }, handler).granted,
    });
    this.#connector = new Connector(
      {
        open: async (closing) => {
          const arrived = (arrival: Arrival, acknowledge: (reason: number) => void): void => {
            this.#arrived(arrival, acknowledge);
          };
          return Link.open(await linkSettings(settings, will, arrived), closing);
        },
        connected: (link) => this.#connected(link),
        disconnected: (ending) => {
          this.#disconnected(ending);
        },
      },
      settings.backoff,
      systemTime,
    );
    this.#stopListening = platform.onNetwork(() => {
      this.#connector.wake();
    });
  }

  /** @internal */
  start(): void {
    this.#connector.start();
  }

  /** @internal Every message as it came, without a codec. */
  watch(filter: string, handler: (arrival: Arrival) => void): void {
    this.#subscribe(filter, { qos: 1, catchUp: false }, handler);
  }

  /** @internal */
  onLink(hook: LinkHook): void {
    this.#hooks.push(hook);
  }

  /** Who this is. */
  get identity(): Settings['identity'] {
    return this.settings.identity;
  }

  /** How this is written in `sb-from`. */
  get sender(): string {
    return this.settings.sender;
  }

  get connected(): boolean {
    return this.#offlineSince === undefined;
  }

  /** Epoch milliseconds since when there has been no connection; undefined while there is one. */
  offlineSince(): number | undefined {
    return this.#offlineSince;
  }

  /** What the server has not acknowledged yet. */
  pending(): Pending {
    return this.spool.pending();
  }

  stats(): ClientStats {
    return {
      published: this.#published,
      delivered: this.#delivered,
      dropped: this.#dropped,
      pending: this.pending(),
      refused: this.refused.count,
      damagedBytes: this.spool.damagedBytes,
      reconnects: this.#connector.reconnects,
    };
  }

  /** @returns takes the listener away again */
  on<Name extends keyof ClientEvents>(name: Name, listener: (...told: ClientEvents[Name]) => void): () => void {
    return this.#listeners.on(name, listener);
  }

  /** Resolves when there is a connection; at once, if there is. */
  async whenConnected(): Promise<void> {
    await this.#connectedUntil(undefined);
  }

  /**
   * Puts a message into the spool, to be sent when there is a connection, in the order of the calls.
   *
   * @param topic in MQTT's form, `market/AAPL`
   * @throws SignalboxError SPOOL_FULL, TOPIC_INVALID, CLOSED: nothing was taken
   */
  publish<T>(topic: string, value: T, options: PublishOptions<T> = {}): Receipt {
    this.#checkOpen();
    const receipt = this.#outbox.publish(envelopeOf(topic, value, options, this.sender, Date.now()));
    this.#published++;
    return receipt;
  }

  /**
   * @param filter in MQTT's form, `market/+`
   * @param handler gets one message after the other, and is waited for; what it throws sends the message to the dead
   *     letters
   */
  subscribe<T = unknown>(
    filter: string,
    handler: (message: Message<T>) => void | Promise<void>,
    options: SubscribeOptions<T> = {},
  ): Subscription {
    this.#checkOpen();
    const codec = options.codec ?? json<T>();
    return this.#subscribe(filter, { qos: 1, catchUp: false, ...options }, (arrival) => {
      this.#delivered++;
      return handler(messageOf(arrival, codec, Date.now()));
    });
  }

  /** The same for `for await`: a message is acknowledged when the loop asks for the next one. */
  messages<T = unknown>(filter: string, options: SubscribeOptions<T> = {}): MessageStream<Message<T>> {
    const stream = new MessageStream<Message<T>>(() => subscription.unsubscribe());
    const subscription: Subscription = this.subscribe<T>(filter, (message) => stream.push(message), options);
    subscription.granted.catch((error: unknown) => {
      stream.fail(error);
    });
    return stream;
  }

  /** The newest message that came on this topic, within the bounds of `lastValues`. */
  lastValue<T = unknown>(topic: string, codec: Codec<T> = json<T>()): Message<T> | undefined {
    const arrival = this.#lastValues.get(topic);
    return arrival && messageOf(arrival, codec, Date.now());
  }

  /**
   * Asks, and resolves with the first answer. Needs a connection within its time; nothing is spooled.
   *
   * @throws SignalboxError NO_RESPONDERS at once when nobody is subscribed, TIMEOUT, REPLY_FAILED
   */
  request<Q, A>(topic: string, question: Q, options: RequestOptions<Q, A> = {}): Promise<Message<A>> {
    this.#checkOpen();
    return this.#requests.ask(
      envelopeOf(topic, question, options.codec ? { codec: options.codec } : {}, this.sender, Date.now()),
      options,
    );
  }

  /** Answers requests; what the handler throws is the answer as well, and rejects the request with REPLY_FAILED. */
  respond<Q = unknown, A = unknown>(
    filter: string,
    handler: (question: Message<Q>) => A | Promise<A>,
    options: { readonly codec?: Codec<Q>; readonly answer?: Codec<A> } = {},
  ): Subscription {
    return this.subscribe<Q>(filter, respondTo(this, handler, options.answer ?? json<A>()), options);
  }

  /** The last messages of a topic or filter, oldest first, from the server's history. */
  history<T = unknown>(filter: string, last = 10, codec?: Codec<T>): Promise<StoredMessage<T>[]> {
    return this.#api.history(checkFilter(filter), last, codec);
  }

  /** The past from the server's log, message by message. */
  replay<T = unknown>(filter: string, options: ReplayOptions<T> = {}): AsyncGenerator<StoredMessage<T>> {
    return this.#api.replay(checkFilter(filter), options);
  }

  /** What could not be delivered, and why. Takes the right to operate. */
  deadLetters<T = unknown>(last = 100, codec?: Codec<T>): Promise<DeadLetter<T>[]> {
    return this.#api.deadLetters(last, codec);
  }

  /** Figures of the server. Takes the right to operate. */
  serverStats(): Promise<Readonly<Record<string, number>>> {
    return this.#api.stats();
  }

  /** Leaves the server and lets the spool go. What is pending stays in the spool, if that is durable. */
  async close(leaving: (link: Link) => Promise<void> = () => Promise.resolve()): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening();
    if (this.#link) await Promise.race([leaving(this.#link), systemTime.sleep(LEAVE_MILLIS_MAX)]);
    this.#outbox.close();
    const error = new SignalboxError('CLOSED', 'the client was closed');
    this.#requests.close(error);
    this.#subscriptions.close(error);
    await this.#connector.close();
    await this.spool.close();
  }

  /** @internal For publishing what is about the moment, beside the spool. */
  #subscribe(
    filter: string,
    options: { qos: 0 | 1; catchUp: boolean; from?: string; speed?: number },
    handler: (arrival: Arrival) => void | Promise<void>,
  ): Subscription {
    checkFilter(filter);
    const dropped = (): void => {
      this.#dropped++;
    };
    const lane = new Lane(handler, this.settings.volatileMax, dropped, (error) => this.#handlerFailed(error));
    const granted = this.#subscriptions.add(filter, options, lane);
    return { granted, unsubscribe: () => this.#subscriptions.remove(filter, lane) };
  }

  #handlerFailed(error: unknown): number {
    this.#listeners.tell('failed', error);
    const unreadable = error instanceof SignalboxError && error.code === 'PAYLOAD_UNREADABLE';
    return unreadable ? PUBACK_UNREADABLE : PUBACK_FAILED;
  }

  #arrived(arrival: Arrival, acknowledge: (reason: number) => void): void {
    this.#lastValues.put(arrival);
    this.#subscriptions.deliver(arrival, acknowledge);
  }

  async #connected(link: Link): Promise<void> {
    this.#opening = link;
    const away = this.#heardAt === undefined ? undefined : Date.now() - this.#heardAt;
    if (away === undefined) {
      void systemTime.sleep(UNCLAIMED_MILLIS).then(() => (this.#dropped += this.#subscriptions.unclaimed.end()));
    }
    for (const hook of this.#hooks) hook.opening(link);
    await this.#subscriptions.start(link, link.sessionPresent, away);
    await Promise.all(this.#hooks.map((hook) => hook.opened(link)));
    // It may have ended meanwhile.
    if (this.#opening !== link) return;
    this.#link = link;
    this.#offlineSince = undefined;
    this.#outbox.start(link);
    this.#listeners.tell('connected');
  }

  #disconnected({ text, reasonCode }: Ending): void {
    if (this.#link) this.#heardAt = this.#link.heardAt;
    this.#opening = undefined;
    this.#link = undefined;
    this.#offlineSince ??= Date.now();
    this.#subscriptions.stop();
    this.#outbox.stop();
    this.#listeners.tell('disconnected', text, reasonCode);
  }

  #connectedUntil(signal: AbortSignal | undefined): Promise<void> {
    if (this.connected) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const off = this.on('connected', () => {
        off();
        resolve();
      });
      signal?.addEventListener('abort', () => {
        off();
        reject(signal.reason as Error);
      });
    });
  }

  #checkOpen(): void {
    if (this.#closed) throw new SignalboxError('CLOSED', 'the client is closed; open another one');
  }
}
