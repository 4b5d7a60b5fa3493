import { json, type Codec } from '../codec/codec.js';
import { SignalboxError } from '../error.js';
import { correlationText, firstOf, messageOf, type Message } from '../inbound/message.js';
import type { Arrival, PubAck } from '../link/packets.js';
import { checkSize, type Envelope } from '../outbound/envelope.js';
import { isRefusal, refusal } from '../outbound/retry.js';

export interface RequestOptions<Q, A> {
  /** Of the question; JSON by default. */
  readonly codec?: Codec<Q>;
  /** Of the answer; JSON by default. */
  readonly answer?: Codec<A>;
  /** Until the answer is there, in milliseconds. 10,000 by default. */
  readonly timeoutMillis?: number;
}

const KEY = 'sb-idempotency-key';

/** On an answer: the question's handler failed, and the payload says how. */
export const FAULT = 'sb-fault';

export interface Asking {
  link(): { readonly packetBytesMax: number; publish(envelope: Envelope): Promise<PubAck> } | undefined;
  connected(signal: AbortSignal): Promise<void>;
  /** @param ended nothing will be heard any more */
  listen(topic: string, handler: (arrival: Arrival) => void, ended: () => void): Promise<void>;
}

interface Waiting {
  readonly answered: (arrival: Arrival) => void;
  readonly reject: (error: unknown) => void;
}

const NO_MATCHING_SUBSCRIBERS = 0x10;

/** Questions under way: each asked once, answered through one topic of this client's own. */
export class Requests {
  readonly #topic = `reply/sdk/${crypto.randomUUID()}`;
  readonly #waiting = new Map<string, Waiting>();
  #listening: Promise<void> | undefined;
  #last = 0;

  constructor(private readonly asking: Asking) {}

  async ask<Q, A>(question: Envelope, options: RequestOptions<Q, A>): Promise<Message<A>> {
    const { timeoutMillis = 10_000, answer = json<A>() } = options;
    const id = String(++this.#last);
    const giveUp = new AbortController();
    const timer = setTimeout(() => {
      const late = `no answer from '${question.topic}' within ${String(timeoutMillis)} ms`;
      giveUp.abort(new SignalboxError('TIMEOUT', late));
    }, timeoutMillis);
    try {
      const answered = new Promise<Arrival>((resolve, reject) => {
        this.#waiting.set(id, { answered: resolve, reject });
        giveUp.signal.addEventListener('abort', () => {
          reject(giveUp.signal.reason as Error);
        });
      });
      const [arrival] = await Promise.all([
        answered,
        this.#send(question, id, Date.now() + timeoutMillis, giveUp.signal),
      ]);
      return read(arrival, question.topic, answer);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  close(error: SignalboxError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }

  async #send(question: Envelope, id: string, expiresAt: number, signal: AbortSignal): Promise<void> {
    const heard = (arrival: Arrival): void => {
      this.#waiting.get(correlationText(arrival.correlation) ?? '')?.answered(arrival);
    };
    // Who asks after that asks for the answers' topic again.
    this.#listening ??= this.asking.listen(this.#topic, heard, () => (this.#listening = undefined));
    await this.asking.connected(signal);
    await this.#listening;
    const link = this.asking.link();
    if (signal.aborted) return;
    if (!link)
      throw new SignalboxError('NOT_CONNECTED', `the connection was lost before '${question.topic}' was asked`);
    // Once, and not after its asker has given up: whoever answers late may do what nobody wants any more.
    const asked = {
      ...question,
      expiresAt: Math.min(question.expiresAt ?? Infinity, expiresAt),
      headers: { [KEY]: crypto.randomUUID(), ...question.headers },
      replyTo: this.#topic,
      correlation: new TextEncoder().encode(id),
    };
    checkSize(asked, link.packetBytesMax);
    const ack = await link.publish(asked);
    if (isRefusal(ack)) throw refusal(question.topic, ack);
    if (ack.reasonCode === NO_MATCHING_SUBSCRIBERS) {
      throw new SignalboxError('NO_RESPONDERS', `nobody is subscribed to '${question.topic}'; start the responder`);
    }
  }
}

function read<A>(arrival: Arrival, topic: string, codec: Codec<A>): Message<A> {
  if (firstOf(arrival.headers[FAULT]) !== undefined) {
    const why = new TextDecoder().decode(arrival.payload);
    throw new SignalboxError('REPLY_FAILED', `'${topic}' answered that it failed: ${why}`);
  }
  return messageOf(arrival, codec, Date.now());
}
