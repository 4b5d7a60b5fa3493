import type { Message } from '../inbound/message.js';
import { matches } from '../topic/filter.js';
import { identityOfSender, sourceIncludes, type Identity } from './identity.js';

/** Beside the message itself. */
export interface BusContext {
  readonly id: string | undefined;
  /** When it was received, in epoch milliseconds. */
  readonly time: number;
  /** In native form, `market.AAPL.prices`. */
  readonly topic: string;
  readonly correlationId: string | undefined;
  readonly headers: Message<unknown>['headers'];
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
}

export function senderOfMessage(message: Message<unknown>): Identity | undefined {
  return message.from === undefined ? undefined : identityOfSender(message.from);
}

export function isFrom(source: string, sender: Identity | undefined): boolean {
  return source === '*' || (sender !== undefined && sourceIncludes(source, sender));
}

/** Whether a message of the application's inbox is for this window of it. */
export function isFor(self: Identity, to: string | undefined): boolean {
  return to === undefined || sourceIncludes(to, self);
}

export function concernedBy(listening: Iterable<Listening>, topic: string, sender: Identity | undefined): Listening[] {
  return [...listening].filter(({ source, filter }) => isFrom(source, sender) && matches(filter, topic));
}
