import type { SignalboxError } from '../src/error.js';
import type { PubAck } from '../src/link/packets.js';
import type { Envelope } from '../src/outbound/envelope.js';
import { Outbox, type Sending } from '../src/outbound/outbox.js';
import { MemorySpool } from '../src/spool/memory-spool.js';
import { ManualTime, settle } from './manual-time.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
export const decode = (payload: Uint8Array): string => new TextDecoder().decode(payload);
export const message = (text: string, more: Partial<Envelope> = {}): Envelope => ({
  topic: 't',
  payload: encode(text),
  ...more,
});

/** A connection whose answers the test gives. */
export class FakeLink implements Sending {
  receiveMaximum = 100;
  packetBytesMax = 10_000;
  readonly sent: {
    readonly text: string;
    readonly key: unknown;
    readonly answer: (ack: PubAck) => void;
    readonly lose: () => void;
  }[] = [];

  publish(envelope: Envelope): Promise<PubAck> {
    return new Promise((answer, reject) => {
      const lose = (): void => {
        reject(new Error('lost'));
      };
      this.sent.push({ text: decode(envelope.payload), key: envelope.headers?.['sb-idempotency-key'], answer, lose });
    });
  }

  get texts(): string[] {
    return this.sent.map(({ text }) => text);
  }

  async answer(at: number, reasonCode = 0, reasonText?: string): Promise<void> {
    this.sent[at]?.answer({ reasonCode, reasonText });
    await settle();
  }
}

export class Given {
  readonly time = new ManualTime();
  readonly refused: [string, string | undefined][] = [];
  readonly failures: unknown[] = [];
  readonly outbox: Outbox;

  constructor(
    readonly spool = new MemorySpool({ messagesMax: 10_000, bytesMax: 1 << 20 }),
    inFlightMax = 100,
  ) {
    const refused = (error: SignalboxError, envelope: Envelope | undefined): void => {
      this.refused.push([error.code, envelope && decode(envelope.payload)]);
    };
    const failed = (error: unknown): void => {
      this.failures.push(error);
    };
    this.outbox = new Outbox(this.spool, { inFlightMax, refused, failed }, this.time);
  }

  publish(...texts: string[]): void {
    for (const text of texts) this.outbox.publish(message(text));
  }
}
