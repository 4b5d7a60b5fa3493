import type { ClientEvents, ClientStats, SubscribeOptions, Subscription } from './client-types.js';
import { json, type Codec } from './codec/codec.js';
import { Connection } from './connection.js';
import { SignalboxError } from './error.js';
import { HttpApi } from './http/http-api.js';
import { inTurn } from './in-turn.js';
import type { DeadLetter, ReplayOptions, StoredMessage } from './http/stored-message.js';
import type { Message } from './inbound/message.js';
import { Receiving } from './inbound/receiving.js';
import type { MessageStream } from './inbound/stream.js';
import { Link } from './link/link.js';
import type { LinkHook } from './link/link-hook.js';
import { linkSettings, type Will } from './link/link-settings.js';
import type { Arrival } from './link/packets.js';
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
import { atMost, systemTime } from './time.js';
import { checkFilter } from './topic/filter.js';

/** So long an answer waits for a connection: as long as a question does for its answer. */
const ANSWER_MILLIS_MAX = 10_000;

/** A connection to Signalbox that is there whether the network is or not. Made by `openClient`. */
export class Client {
  readonly #listeners = new Listeners<ClientEvents>();
  /** @internal */
  readonly receiving: Receiving;
  readonly #outbox: Outbox;
  readonly #connection: Connection;
  readonly #requests: Requests;
  /** What was refused for good, until it is removed or sent again. */
  readonly refused: RefusedMessages;
  readonly #api: HttpApi;
  readonly #stopListening: () => void;
  #closing: Promise<void> | undefined;
  /** Handlers that a closing client waits for may publish and ask still. */
  #isClosed = false;

  /** @internal */
  constructor(
    platform: Platform,
    private readonly settings: Settings,
    private readonly spool: Spool,
    will?: Will,
  ) {
    const failed = (error: unknown): void => {
      this.#failed(error);
    };
    this.receiving = new Receiving(settings, failed);
    this.#api = new HttpApi(settings.api, settings.credentials);
    this.#outbox = new Outbox(
      spool,
      {
        inFlightMax: settings.inFlightMax,
        refused: (error, envelope) => {
          this.#listeners.tell('refused', error, envelope);
        },
        failed,
      },
      systemTime,
    );
    this.refused = new RefusedMessages(spool, (envelope) => {
      this.#checkOpen();
      return this.#outbox.publish(envelope);
    });
    const arrived = (arrival: Arrival, acknowledge: (reason: number) => void): void => {
      this.receiving.arrived(arrival, acknowledge);
    };
    this.#connection = new Connection(
      {
        open: async (closing) => Link.open(await linkSettings(settings, will, arrived), closing),
        subscriptions: this.receiving.subscriptions,
        outbox: this.#outbox,
        connected: () => this.#listeners.tell('connected'),
        disconnected: ({ text, reasonCode }) => this.#listeners.tell('disconnected', text, reasonCode),
      },
      settings.backoff,
      will !== undefined,
    );
    this.#requests = new Requests({
      link: () => this.#connection.link,
      connected: (signal) => this.#connection.until(signal),
      listen: (filter, handler, ended) => this.receiving.watch(filter, handler, ended).granted,
    });
    this.#stopListening = platform.onNetwork(() => {
      this.#connection.wake();
    });
  }

  /** @internal */
  start(): void {
    this.#connection.start();
  }

  /** @internal */
  onLink(hook: LinkHook): void {
    this.#connection.onLink(hook);
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
    return this.#connection.link !== undefined;
  }

  /** Epoch milliseconds since when there has been no connection; undefined while there is one. */
  offlineSince(): number | undefined {
    return this.#connection.offlineSince;
  }

  /** What the server has not acknowledged yet. */
  pending(): Pending {
    return this.spool.pending();
  }

  stats(): ClientStats {
    return {
      published: this.#outbox.taken,
      delivered: this.receiving.delivered,
      dropped: this.receiving.dropped,
      pending: this.pending(),
      refused: this.refused.count,
      damagedBytes: this.spool.damagedBytes,
      reconnects: this.#connection.reconnects,
    };
  }

  /** @returns takes the listener away again */
  on<Name extends keyof ClientEvents>(name: Name, listener: (...told: ClientEvents[Name]) => void): () => void {
    return this.#listeners.on(name, listener);
  }

  /**
   * Resolves when there is a connection; at once, if there is.
   *
   * @throws SignalboxError CLOSED: there will be none any more
   */
  async whenConnected(): Promise<void> {
    this.#checkOpen();
    await this.#connection.until();
  }

  /**
   * Puts a message into the spool, to be sent when there is a connection, in the order of the calls.
   *
   * @param topic in MQTT's form, `market/AAPL`
   * @throws SignalboxError SPOOL_FULL, TOPIC_INVALID, CLOSED: nothing was taken
   */
  publish<T>(topic: string, value: T, options: PublishOptions<T> = {}): Receipt {
    this.#checkOpen();
    return this.#outbox.publish(envelopeOf(topic, value, options, this.sender, Date.now()));
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
    return this.receiving.subscribe(filter, handler, options);
  }

  /** The same for `for await`: a message is acknowledged when the loop asks for the next one. `close` ends the loop. */
  messages<T = unknown>(filter: string, options: SubscribeOptions<T> = {}): MessageStream<Message<T>> {
    return this.receiving.messages(filter, options);
  }

  /** The newest message that came on this topic, within the bounds of `lastValues`. */
  lastValue<T = unknown>(topic: string, codec: Codec<T> = json<T>()): Message<T> | undefined {
    return this.receiving.lastValue(topic, codec);
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

  /**
   * Answers requests; what the handler throws is the answer as well, and rejects the request with REPLY_FAILED. An answer
   * is not spooled.
   */
  respond<Q = unknown, A = unknown>(
    filter: string,
    handler: (question: Message<Q>) => A | Promise<A>,
    options: { readonly codec?: Codec<Q>; readonly answer?: Codec<A> } = {},
  ): Subscription {
    const answering = {
      link: async () => {
        await atMost(ANSWER_MILLIS_MAX, this.#connection.until()).catch(() => undefined);
        return this.#connection.link;
      },
      envelope: <T>(topic: string, value: T, more: PublishOptions<T>) =>
        envelopeOf(topic, value, more, this.sender, Date.now()),
    };
    return this.subscribe<Q>(filter, respondTo(answering, handler, options.answer ?? json<A>()), options);
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

  /**
   * Leaves the server and lets the spool go. Handlers and loops get no further message; it waits until they are through
   * with what they have, and until the server has what is pending in a spool that is not durable, `closeTimeoutMillis` at
   * most for both. A handler that closes its client at once is not waited for; one that does so after it has awaited
   * something, or a loop, must not await this, or it waits for itself.
   *
   * @param goodbye what is to be said before; resolves with whether it was heard
   */
  close(goodbye: (link: Link) => Promise<boolean> = () => Promise.resolve(true)): Promise<void> {
    this.#closing ??= this.#close(goodbye);
    return this.#closing;
  }

  async #close(goodbye: (link: Link) => Promise<boolean>): Promise<void> {
    const error = new SignalboxError('CLOSED', 'the client was closed');
    const until = Date.now() + this.settings.closeTimeoutMillis;
    const finished = this.receiving.finish(error);
    this.#isClosed = finished === undefined;
    await inTurn([
      this.#stopListening,
      () => finished && atMost(until - Date.now(), finished),
      // An answer leaves a few turns after its handler.
      () => systemTime.sleep(0),
      () => {
        this.#isClosed = true;
      },
      () => this.#emptied(until),
      () => this.#connection.leave(goodbye),
      () => {
        this.#outbox.close();
      },
      () => {
        this.#requests.close(error);
      },
      () => {
        this.receiving.subscriptions.close(error);
      },
      () => this.#connection.close(error),
      () => this.spool.close(),
    ]);
  }

  /** A spool in memory is empty, the connection is lost, or the time is over. */
  async #emptied(until: number): Promise<void> {
    if (this.spool.durable || !this.connected || this.pending().messages === 0) return;
    const over = new Promise<void>((resolve) => {
      this.#outbox.emptied = resolve;
      this.on('disconnected', () => {
        resolve();
      });
    });
    await atMost(until - Date.now(), over);
  }

  /** What nobody listens to is not to go unheard. */
  #failed(error: unknown): void {
    if (!this.#listeners.tell('failed', error)) console.error('signalbox: nobody listens to `failed`:', error);
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new SignalboxError('CLOSED', 'the client is closed; open another one');
  }
}
