import type { Client } from '../client.js';
import type { DeadLetter, StoredMessage } from '../http/stored-message.js';
import { filterOfNative } from '../topic/filter.js';
import { topicToNative } from '../topic/topic.js';
import { identityOfSender, type Identity } from './identity.js';

/** A message of the past, as this face writes it. */
export interface PastMessage {
  readonly id: string | undefined;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly sender: Identity | undefined;
  /** In native form. */
  readonly topic: string;
  readonly payload: unknown;
  readonly correlationId: string | undefined;
}

/** One that could not be delivered, and why, in order. */
export interface DeadMessage extends PastMessage {
  readonly deaths: DeadLetter<unknown>['deaths'];
}

/** History, replay and dead letters with native topics. */
export class Past {
  constructor(private readonly client: Client) {}

  async history(topic: string, last: number): Promise<PastMessage[]> {
    return (await this.client.history(filterOfNative(topic), last)).map(past);
  }

  async *replay(topic: string, from: string | number | Date): AsyncGenerator<PastMessage> {
    for await (const message of this.client.replay(filterOfNative(topic), { from })) yield past(message);
  }

  async deadLetters(last: number): Promise<DeadMessage[]> {
    return (await this.client.deadLetters(last)).map(({ message, deaths }) => ({ ...past(message), deaths }));
  }
}

function past({ id, timestamp, from, topic, value, correlationId }: StoredMessage<unknown>): PastMessage {
  return { id, timestamp, sender: identityOfSender(from), topic: topicToNative(topic), payload: value, correlationId };
}
