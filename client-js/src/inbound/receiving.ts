import type { SubscribeOptions, Subscription } from '../client-types.js';
import { json, type Codec } from '../codec/codec.js';
import { SignalboxError } from '../error.js';
import { PUBACK_FAILED, PUBACK_UNREADABLE, type Arrival } from '../link/packets.js';
import { systemTime } from '../time.js';
import { checkFilter } from '../topic/filter.js';
import type { FilterOptions } from './filter-entry.js';
import { Lane, type Handler, type Receiver } from './lane.js';
import { LastValues, type LastValuesOptions } from './last-values.js';
import { messageOf, type Message } from './message.js';
import { MessageStream } from './stream.js';
import { Subscriptions } from './subscriptions.js';
import { Unclaimed } from './unclaimed.js';
import { Work } from './work.js';

export interface ReceivingSettings {
  readonly keysMax: number;
  readonly volatileMax: number;
  readonly lastValues: LastValuesOptions;
}

type Ended = (error: SignalboxError) => void;

/** Everything that comes: for whom it is, as what, and how much it was. */
export class Receiving {
  readonly subscriptions: Subscriptions;
  readonly #lastValues: LastValues;
  readonly #work = new Work();
  readonly #streams = new Set<{ finish(error: SignalboxError): void }>();
  #isFinishing = false;
  /** Messages that handlers got, and those that nobody did. */
  delivered = 0;
  dropped = 0;

  constructor(
    private readonly settings: ReceivingSettings,
    private readonly failed: (error: unknown) => void,
  ) {
    const unclaimed = new Unclaimed(systemTime, () => this.dropped++);
    this.subscriptions = new Subscriptions(settings.keysMax, unclaimed, failed);
    this.#lastValues = new LastValues(settings.lastValues);
  }

  arrived(arrival: Arrival, acknowledge: (reason: number) => void): void {
    this.#lastValues.put(arrival);
    this.subscriptions.deliver(arrival, acknowledge);
  }

  /** @throws SignalboxError CLOSED, FILTER_INVALID, OPTION_INVALID */
  receive(filter: string, options: FilterOptions, receiver: Receiver): Subscription {
    const granted = this.subscriptions.add(checkFilter(filter), options, receiver);
    return { granted, unsubscribe: () => this.subscriptions.remove(filter, receiver) };
  }

  /** For {@link receive}: one after the other, counted as delivered. */
  lane(handler: Handler, ended: Ended): Lane {
    const counting: Handler = (arrival) => {
      this.delivered++;
      return handler(arrival);
    };
    return this.#lane(counting, ended, this.#work);
  }

  /** Every message as it came: for this package itself, not counted, and not waited for. */
  watch(filter: string, handler: Handler, ended: Ended): Subscription {
    return this.receive(filter, {}, this.#lane(handler, ended, new Work()));
  }

  subscribe<T>(
    filter: string,
    handler: (message: Message<T>) => void | Promise<void>,
    { codec = json<T>(), ...options }: SubscribeOptions<T>,
    ended: Ended = () => undefined,
  ): Subscription {
    const decoding: Handler = (arrival) => handler(messageOf(arrival, codec, Date.now()));
    return this.receive(filter, options, this.lane(decoding, ended));
  }

  messages<T>(filter: string, options: SubscribeOptions<T>): MessageStream<Message<T>> {
    const stream = new MessageStream<Message<T>>(() => {
      this.#streams.delete(stream);
      return subscription.unsubscribe();
    });
    const ended: Ended = (error) => {
      this.#streams.delete(stream);
      if (error.code === 'CLOSED') stream.end();
      else stream.fail(error);
    };
    const subscription: Subscription = this.subscribe<T>(filter, (message) => stream.push(message), options, ended);
    this.#streams.add(stream);
    return stream;
  }

  /**
   * No further message is begun. What has no answer by then stays with the session.
   *
   * @returns resolves when handlers and loops are through with what they have; undefined: they have nothing
   */
  finish(error: SignalboxError): Promise<void> | undefined {
    this.#isFinishing = true;
    for (const stream of this.#streams) stream.finish(error);
    return this.#work.finish();
  }

  lastValue<T>(topic: string, codec: Codec<T>): Message<T> | undefined {
    const arrival = this.#lastValues.get(topic);
    return arrival && messageOf(arrival, codec, Date.now());
  }

  #lane(handle: Handler, ended: Ended, work: Work): Lane {
    const dropped = (): void => {
      this.dropped++;
    };
    const failed = (error: unknown): number | undefined => {
      // What it could not do as the client was closed, it can do with the next one.
      if (this.#isFinishing && error instanceof SignalboxError && error.code === 'CLOSED') return undefined;
      this.failed(error);
      const unreadable = error instanceof SignalboxError && error.code === 'PAYLOAD_UNREADABLE';
      return unreadable ? PUBACK_UNREADABLE : PUBACK_FAILED;
    };
    return new Lane({ handle, dropped, failed, ended }, this.settings.volatileMax, work);
  }
}
