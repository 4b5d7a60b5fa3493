import { text, type Codec } from '../codec/codec.js';
import { textOf } from '../error.js';
import type { Message } from '../inbound/message.js';
import { checkSize, type Envelope } from '../outbound/envelope.js';
import type { PublishOptions } from '../outbound/publish-options.js';
import { FAULT } from './requests.js';

export interface Answering {
  /** Undefined: there is none soon, and nobody waits for an answer that comes after an outage. */
  link(): Promise<{ readonly packetBytesMax: number; say(envelope: Envelope): Promise<void> } | undefined>;
  envelope<T>(topic: string, value: T, options: PublishOptions<T>): Envelope;
}

/** A handler of messages that sends what the responder returns, or how it failed, to whoever asked. */
export function respondTo<Q, A>(
  answering: Answering,
  responder: (question: Message<Q>) => A | Promise<A>,
  codec: Codec<A>,
): (question: Message<Q>) => Promise<void> {
  return async (question) => {
    const { replyTo, correlation } = question;
    if (replyTo === undefined) {
      await responder(question);
      return;
    }
    const back = correlation ? { correlationId: correlation } : {};
    const failed = (error: unknown): Envelope =>
      answering.envelope(replyTo, textOf(error), { codec: text, headers: { [FAULT]: '1' }, ...back });
    let envelope: Envelope;
    try {
      envelope = answering.envelope(replyTo, await responder(question), { codec, ...back });
    } catch (error) {
      envelope = failed(error);
    }
    const link = await answering.link();
    if (!link) return;
    try {
      checkSize(envelope, link.packetBytesMax);
    } catch (error) {
      envelope = failed(error);
    }
    // Where it ends before, nobody can be told.
    await link.say(envelope).catch(() => undefined);
  };
}
