import type { Lane, Receiver } from '../inbound/lane.js';
import { firstOf } from '../inbound/message.js';
import type { Handled } from '../inbound/seen.js';
import { PUBACK_SUCCESS, type Arrival } from '../link/packets.js';
import type { Headers } from '../outbound/envelope.js';
import { matches } from '../topic/filter.js';
import { identityOfSender, sourceIncludes, type Identity, type Source } from './identity.js';

/** Beside the message itself. */
export interface BusContext {
  /** Of the sender; the key of the message, when it gave none. */
  readonly id: string | undefined;
  /** When it was received, in epoch milliseconds. */
  readonly time: number;
  /** In native form, `market.AAPL.prices`. */
  readonly topic: string;
  readonly correlationId: string | undefined;
  /** User properties of the sender, without those of Signalbox. */
  readonly headers: Headers;
}

/** `source` is who sent it, as it says itself; undefined for senders that do not. */
export type BusListener = (message: unknown, source: Identity | undefined, context: BusContext) => void | Promise<void>;

/** One subscription of a listener. */
export interface Listening {
  /** `*`, `uuid` or `uuid/name`. */
  readonly source: string;
  /** The filter in MQTT's form. */
  readonly filter: string;
  readonly listener: BusListener;
  /** Of the listener: what was published and what was sent to it alone come one after the other. */
  readonly lane: Lane;
}

export function withoutOurs(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('sb-')));
}

function isFrom(source: string, arrival: Arrival): boolean {
  const sender = identityOfSender(firstOf(arrival.headers['sb-from']));
  return source === '*' || (sender !== undefined && sourceIncludes(source, sender));
}

/** What is published under a topic, from that source. */
export function published(source: string, lane: Lane): Receiver {
  return {
    offer: (arrival) => (isFrom(source, arrival) ? lane.offer(arrival) : Promise.resolve(PUBACK_SUCCESS)),
    leave: () => {
      lane.leave();
    },
    end: (error, answer) => {
      lane.end(error, answer);
    },
  };
}

/** Where all windows of an application are told something, or one of them that has a name of its own. */
function inboxOf({ uuid, name }: Source): string {
  return name === undefined || name === uuid ? `apps/${uuid}/inbox/` : `apps/${uuid}/windows/${name}/inbox/`;
}

export function inboxTopic(destination: Source, topic: string): string {
  return inboxOf(destination) + topic;
}

/** What is sent to this application alone, for its listeners. What none of them wants waits until one does. */
export class Inbox implements Receiver {
  readonly #prefixes: readonly string[];
  readonly #listening = new Set<Listening>();

  constructor(
    private readonly self: Identity,
    private readonly ended: () => void,
  ) {
    this.#prefixes = [...new Set([inboxOf({ uuid: self.uuid }), inboxOf(self)])];
  }

  get filters(): string[] {
    return this.#prefixes.map((prefix) => `${prefix}#`);
  }

  add(listening: Listening): void {
    this.#listening.add(listening);
  }

  remove(listening: Listening): void {
    this.#listening.delete(listening);
  }

  offer(arrival: Arrival): Handled | undefined {
    const [common = ''] = this.#prefixes;
    const to = firstOf(arrival.headers['sb-to']);
    // Another window of this application has it: one that is named as its application, or that of an older sender.
    if (arrival.topic.startsWith(common) && to !== undefined && !sourceIncludes(to, this.self))
      return Promise.resolve(PUBACK_SUCCESS);
    const prefix = this.#prefixes.find((one) => arrival.topic.startsWith(one)) ?? '';
    const topic = arrival.topic.slice(prefix.length);
    const taken = [...this.#listening]
      .filter(({ source, filter }) => isFrom(source, arrival) && matches(filter, topic))
      .map(({ lane }) => lane.offer({ ...arrival, topic }));
    return taken.length === 0 ? undefined : Promise.all(taken).then((reasons) => Math.max(...reasons));
  }

  leave(): void {
    this.#listening.clear();
  }

  end(): void {
    this.ended();
  }
}
