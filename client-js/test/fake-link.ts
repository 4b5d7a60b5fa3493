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
    headers: {},
    ...more,
  };
}

export function lane(handler: Handler, dropped: () => void = () => undefined): Lane {
  return new Lane(handler, 2, dropped, () => 0x80);
}

export class FakeLink {
  readonly requests: SubscribeRequest[] = [];
  readonly left: string[] = [];
  code = 1;

  subscribe(request: SubscribeRequest): Promise<number> {
    this.requests.push(request);
    return Promise.resolve(this.code);
  }

  unsubscribe(filter: string): Promise<void> {
    this.left.push(filter);
    return Promise.resolve();
  }
}

export const OPTIONS = { qos: 1, catchUp: false } as const;
