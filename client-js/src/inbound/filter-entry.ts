import { SignalboxError, shorten } from '../error.js';
import { PUBACK_FAILED, type Arrival, type SubscribeRequest } from '../link/packets.js';
import type { Receiver } from './lane.js';
import { Progress } from './progress.js';
import type { Handled } from './seen.js';

export interface FilterOptions {
  /** 1 by default. */
  readonly qos?: 0 | 1;
  /** `sb-from`: where to begin in the past. */
  readonly from?: string;
  readonly speed?: number;
  /** After the server has lost the session, ask for what was missed. False by default. */
  readonly catchUp?: boolean;
}

/** Who waits for which SUBSCRIBE to be granted. */
interface Waiting {
  readonly needed: number;
  readonly resolve: () => void;
  readonly reject: (error: SignalboxError) => void;
}

/** What the session is subscribed to, for all who asked for one filter. Its SUBSCRIBEs are numbered from 1. */
export class FilterEntry {
  readonly #receivers = new Map<Receiver, Waiting | undefined>();
  #qos: 0 | 1;
  /** The newest SUBSCRIBE that was sent, that has to be, and that was granted. */
  #sent = 0;
  #needed = 1;
  #granted = 0;
  /** The server may be bringing a past still, which another SUBSCRIBE would end. */
  #isPastAsked = false;
  readonly #progress: Progress | undefined;

  constructor(
    readonly filter: string,
    /** Subscription identifier (MQTT 5, 3.8.2.1.2). */
    readonly id: number,
    private readonly options: FilterOptions,
  ) {
    this.#qos = options.qos ?? 1;
    this.#progress = options.from === undefined ? undefined : new Progress(options.from);
  }

  /** A SUBSCRIBE is wanted that no connection has been asked for. */
  get isUnsent(): boolean {
    return this.#needed > this.#sent;
  }

  /** A SUBSCRIBE has not been granted, on this connection or another. */
  get isDue(): boolean {
    return this.#needed > this.#granted;
  }

  /** The server may have it. */
  get wasSent(): boolean {
    return this.#sent > 0;
  }

  /**
   * Another one wants the same. The messages of all come to all of them, at the highest QoS of any, and what is retained
   * comes again.
   *
   * @throws SignalboxError OPTION_INVALID: it wants what those who are there did not ask for
   */
  join({ qos = 1, from, speed, catchUp }: FilterOptions): void {
    const present = this.options.catchUp ?? false;
    if (from !== undefined || speed !== undefined) {
      throw this.#contradicts(
        "'from' would bring its past to all who are; unsubscribe first, or read it with replay()",
      );
    }
    if (catchUp !== undefined && catchUp !== present) {
      throw this.#contradicts(`with catchUp ${String(present)}; say the same, or unsubscribe first`);
    }
    if (this.#isPastAsked) {
      if (qos <= this.#qos) return;
      throw this.#contradicts('with QoS 0 from the past on, and QoS 1 would end that; unsubscribe first');
    }
    if (qos > this.#qos) this.#qos = qos;
    this.#needed = this.#sent + 1;
  }

  /** The server has forgotten it. */
  lost(): void {
    this.#needed = this.#sent + 1;
  }

  /** @returns resolves when the server has granted what this one needs */
  add(receiver: Receiver): Promise<void> {
    const granted = new Promise<void>((resolve, reject) => {
      this.#receivers.set(receiver, this.isDue ? { needed: this.#needed, resolve, reject } : undefined);
      if (!this.isDue) resolve();
    });
    granted.catch(() => undefined);
    return granted;
  }

  /** @returns whether the last one has gone */
  remove(receiver: Receiver): boolean {
    return this.#receivers.delete(receiver) && this.#receivers.size === 0;
  }

  /** Something came over the connection, whether somebody here wants it or not. */
  arrived(arrival: Arrival): void {
    this.#progress?.arrived(arrival);
  }

  /** @returns undefined: nobody here wants it */
  offer(arrival: Arrival): Handled | undefined {
    const taken = [...this.#receivers.keys()].flatMap((receiver) => receiver.offer(arrival) ?? []);
    return taken.length === 0 ? undefined : Promise.all(taken).then((reasons) => Math.max(...reasons));
  }

  /**
   * The next SUBSCRIBE.
   *
   * @param missed what to ask for of the past, should the session have been lost
   */
  request(missed: string | undefined, now: number): SubscribeRequest & { readonly number: number } {
    const { speed, catchUp } = this.options;
    const past = this.#progress?.from(now) ?? (catchUp && this.#granted > 0 ? missed : undefined);
    this.#isPastAsked = past !== undefined;
    const userProperties = {
      ...(past !== undefined && { 'sb-from': past }),
      ...(speed !== undefined && { 'sb-speed': String(speed) }),
    };
    return {
      filter: this.filter,
      qos: this.#qos,
      subscriptionId: this.id,
      userProperties,
      number: ++this.#sent,
    };
  }

  granted(number: number): void {
    this.#granted = Math.max(this.#granted, number);
    for (const [receiver, waiting] of this.#receivers) {
      if (!waiting || waiting.needed > number) continue;
      this.#receivers.set(receiver, undefined);
      waiting.resolve();
    }
  }

  /** @returns undefined: all whom it concerns were told by the promise that they have */
  refused(code: number): SignalboxError | undefined {
    const what = `the server refused '${shorten(this.filter)}' with 0x${code.toString(16)}`;
    const error = new SignalboxError('SUBSCRIBE_REFUSED', what, code);
    this.end(error, PUBACK_FAILED);
    return this.#granted > 0 ? error : undefined;
  }

  /**
   * Nothing comes any more.
   *
   * @param answer to what waits, as {@link Receiver} says
   */
  end(error: SignalboxError, answer?: number): void {
    for (const [receiver, waiting] of this.#receivers) {
      waiting?.reject(error);
      receiver.end(error, answer);
    }
    this.#receivers.clear();
  }

  #contradicts(how: string): SignalboxError {
    return new SignalboxError('OPTION_INVALID', `'${shorten(this.filter)}' is subscribed to already: ${how}`);
  }
}
