import { SignalboxError, textOf } from '../error.js';

/** Between values and payloads. `decode` throws on what it cannot read: the message then goes to the dead letters. */
export interface Codec<T> {
  /** Of MQTT's property; none is sent when it is absent. */
  readonly contentType?: string;
  encode(value: T): Uint8Array;
  decode(payload: Uint8Array): T;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export const text: Codec<string> = {
  contentType: 'text/plain;charset=utf-8',
  encode: (value) => encoder.encode(value),
  decode: (payload) => decoder.decode(payload),
};

export const bytes: Codec<Uint8Array> = {
  contentType: 'application/octet-stream',
  encode: (value) => value,
  decode: (payload) => payload,
};

/**
 * JSON of a type of yours.
 *
 * @param check turns what was parsed into that type, or throws; without it the type is believed
 */
export function json<T>(check: (parsed: unknown) => T = (parsed) => parsed as T): Codec<T> {
  return {
    contentType: 'application/json',
    encode(value) {
      const document = JSON.stringify(value) as string | undefined;
      if (document === undefined) {
        throw new SignalboxError('PAYLOAD_UNREADABLE', `a value of type ${typeof value} has no JSON`);
      }
      return encoder.encode(document);
    },
    decode: (payload) => check(JSON.parse(decoder.decode(payload))),
  };
}

/** For messages of anybody: what is JSON becomes its value, other text a string, the rest bytes. */
export const auto: Codec<unknown> = {
  contentType: 'application/json',
  encode: (value) => json().encode(value),
  decode(payload) {
    let characters: string;
    try {
      characters = decoder.decode(payload);
    } catch {
      return payload;
    }
    try {
      return JSON.parse(characters) as unknown;
    } catch {
      return characters;
    }
  },
};

export function decodeWith<T>(codec: Codec<T>, payload: Uint8Array, topic: string): T {
  try {
    return codec.decode(payload);
  } catch (error) {
    const what = `the payload on '${topic}' is not ${codec.contentType ?? 'readable'}: ${textOf(error)}`;
    throw new SignalboxError('PAYLOAD_UNREADABLE', what, 0x99, error);
  }
}
