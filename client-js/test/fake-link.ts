import type { SignalboxError } from '../src/error.js';
import { Lane, type Handler } from '../src/inbound/lane.js';
import type { Arrival, SubscribeRequest } from '../src/link/packets.js';

export function arrival(topic: string, payload = '', more: Partial<Arrival> = {}): Arrival {
  return {
    topic,
    payload: new TextEncoder().encode(payload),
    qos: 1,
    retained: false,
    redelivered: false,
    subscriptionIds: [],
    contentType: undefined,
    replyTo: undefined,
    correlation: undefined,
    ttlSeconds: undefined,
    sequence: undefined,
    headers: {},
    ...more,
  };
}

export function lane(
  handle: Handler,
  dropped: () => void = () => undefined,
  ended: (error: SignalboxError) => void = () => undefined,
): Lane {
  return new Lane({ handle, dropped, failed: () => 0x80, ended }, 2);
}

/** A handler of payloads as text. */
export function into(texts: string[]): Handler {
  return ({ payload }) => void texts.push(new TextDecoder().decode(payload));
}

export class FakeLink {
  readonly requests: SubscribeRequest[] = [];
  readonly left: string[] = [];
  code = 1;
  /** What is asked is answered when the test says so, or not at all. */
  isSilent = false;
  isOver = false;

  subscribe(request: SubscribeRequest): Promise<number> {
    this.requests.push(request);
    if (this.isOver) return Promise.reject(new Error('lost'));
    return this.isSilent ? new Promise(() => undefined) : Promise.resolve(this.code);
  }

  unsubscribe(filter: string): Promise<void> {
    this.left.push(filter);
    if (this.isOver) return Promise.reject(new Error('lost'));
    return this.isSilent ? new Promise(() => undefined) : Promise.resolve();
  }
}

export const OPTIONS = { qos: 1, catchUp: false } as const;
