import { text, type Codec } from '../codec/codec.js';
import { textOf } from '../error.js';
import type { Message } from '../inbound/message.js';
import type { PublishOptions } from '../outbound/publish-options.js';
import { FAULT } from './requests.js';

interface Answering {
  publish<T>(topic: string, value: T, options: PublishOptions<T>): unknown;
}

/** A handler of messages that sends what the responder returns, or how it failed, to whoever asked. */
export function respondTo<Q, A>(
  client: Answering,
  responder: (question: Message<Q>) => A | Promise<A>,
  codec: Codec<A>,
): (question: Message<Q>) => Promise<void> {
  return async (question) => {
    const { replyTo, correlation } = question;
    const back = correlation ? { correlationId: correlation } : {};
    let answer: A;
    try {
      answer = await responder(question);
    } catch (error) {
      if (replyTo === undefined) throw error;
      client.publish(replyTo, textOf(error), { codec: text, headers: { [FAULT]: '1' }, ...back });
      return;
    }
    if (replyTo !== undefined) client.publish(replyTo, answer, { codec, ...back });
  };
}
