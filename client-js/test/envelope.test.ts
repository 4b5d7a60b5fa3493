import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, json } from '../src/codec/codec.js';
import type { SignalboxError } from '../src/error.js';
import { DEFAULT_BACKOFF, type BackoffOptions } from '../src/link/backoff.js';
import { decodeEnvelope, encodeEnvelope, packetBytesMax, type Envelope } from '../src/outbound/envelope.js';
import { envelopeOf, type PublishOptions } from '../src/outbound/publish-options.js';
import { settingsOf } from '../src/settings.js';
import { withoutPassword } from '../src/url.js';
import { Random } from './random.js';

test('a message comes back from the spool as it went in', () => {
  const random = new Random();
  for (let run = 0; run < 1_000; run++) {
    const envelope: Envelope = {
      topic: random.text(['a', 'ü', '/', '😀'], 20),
      payload: random.bytes(random.below(100)),
      ...(random.below(2) === 0 && { retain: true, contentType: 'text/plain' }),
      ...(random.below(2) === 0 && { correlation: random.bytes(random.below(30)), replyTo: 'back' }),
      ...(random.below(2) === 0 && { expiresAt: random.below(1e9), headers: { a: ['1', 'ü'], b: '2' } }),
    };
    assert.deepEqual(decodeEnvelope(encodeEnvelope(envelope)), envelope, random.seedText());
  }
});

test('what is no message is refused, whatever it is', () => {
  const whole = encodeEnvelope({ topic: 't', payload: Uint8Array.of(1) });
  for (const body of [
    undefined,
    new Uint8Array(),
    Uint8Array.of(0, 0, 0, 9),
    whole.subarray(0, 8),
    new Uint8Array(50).fill(255),
  ]) {
    assert.throws(() => decodeEnvelope(body), { code: 'SPOOL_DAMAGED' });
  }
});

test('options become the properties that the server knows', () => {
  const options = {
    correlationId: 'trace',
    ttlSeconds: 2,
    priority: 9,
    orderingKey: 'o',
    id: 'i',
    headers: { h: 'v' },
  };
  const envelope = envelopeOf('t', { a: 1 }, options, 'me', 1_000);
  assert.equal(new TextDecoder().decode(envelope.payload), '{"a":1}');
  assert.equal(envelope.contentType, 'application/json');
  assert.equal(new TextDecoder().decode(envelope.correlation), 'trace');
  assert.equal(envelope.expiresAt, 3_000);
  assert.deepEqual(envelope.headers, {
    h: 'v',
    'sb-from': 'me',
    'sb-priority': '9',
    'sb-ordering-key': 'o',
    'sb-id': 'i',
  });
});

test('what no packet can carry is refused before it is spooled', () => {
  const long = 'x'.repeat(65_536);
  for (const options of [
    { correlationId: long },
    { headers: { a: long } },
    { headers: { a: '\0' } },
    { priority: 10 },
    { ttlSeconds: 0 },
  ]) {
    assert.throws(() => envelopeOf('t', 1, options, 'me', 0), { code: 'OPTION_INVALID' });
  }
  assert.throws(() => envelopeOf('t', undefined, { codec: json() }, 'me', 0), { code: 'PAYLOAD_UNREADABLE' });
  assert.throws(() => envelopeOf('t/#', 1, {}, 'me', 0), { code: 'TOPIC_INVALID' });
});

test('the size of a packet is not underestimated', () => {
  const envelope = { topic: 'ü'.repeat(10), payload: new Uint8Array(100), headers: { ä: ['ö', 'ß'] } };
  assert.ok(packetBytesMax(envelope) >= 2 + 20 + 100 + 2 * (5 + 2 + 2));
});

test('a URL is not shown with its password', () => {
  for (const url of [
    'http://user:s3cret@host',
    'wx://user:s3@cret@host:1/x',
    'user:s3cret@host',
    'mqtt://u:s3/cret@',
  ]) {
    assert.throws(
      () => settingsOf({ url }),
      (error: Error) => !/s3|cret/.test(error.message),
    );
  }
  assert.equal(withoutPassword('ws://host/mqtt'), 'ws://host/mqtt');
});

test('options have defaults, and bad ones are named', () => {
  const settings = settingsOf({ url: 'wss://user@example.org:8443/mqtt', identity: { uuid: 'app' } });
  assert.equal(settings.api, 'https://example.org:8443');
  assert.equal(settings.clientId, 'app:app');
  assert.equal(settings.spool.name, 'app:app');
  assert.equal(settingsOf({ url: 'mqtt://localhost' }).api, undefined);
  for (const options of [
    { url: 'localhost' },
    { url: 'http://a' },
    { url: 'ws://a', keepAliveSeconds: 0 },
    { url: 'ws://a', inFlightMax: 1.5 },
  ]) {
    assert.throws(() => settingsOf(options), { code: 'OPTION_INVALID' });
  }
});

test('a backoff that would not wait, or for ever, is named with its value', () => {
  const backoffOf = (backoff: Partial<BackoffOptions>): BackoffOptions =>
    settingsOf({ url: 'ws://a', backoff }).backoff;
  assert.deepEqual(backoffOf({}), DEFAULT_BACKOFF);
  // What a caller leaves open has its default.
  assert.deepEqual(backoffOf({ initialMillis: undefined } as unknown as BackoffOptions), DEFAULT_BACKOFF);
  assert.equal(backoffOf({ multiplier: 1.5 }).multiplier, 1.5);
  assert.equal(backoffOf({ initialMillis: 30_000 }).delayMillisMax, 30_000);
  const text = '5' as unknown as number;
  for (const [name, values] of Object.entries({
    initialMillis: [-1, 0, 0.5, NaN, Infinity, 2 ** 31, text],
    multiplier: [-2, 0, 0.9, NaN, Infinity, text],
    delayMillisMax: [-1, 0, 99, NaN, Infinity, 2 ** 31, text],
    resetAfterMillis: [-1, NaN, Infinity, text],
    onlineMillisMax: [-1, NaN, Infinity, text],
  })) {
    for (const value of values) {
      assert.throws(
        () => backoffOf({ [name]: value }),
        (error: SignalboxError) =>
          error.code === 'OPTION_INVALID' && error.message.includes(`backoff.${name} is ${String(value)}`),
        `${name} ${String(value)}`,
      );
    }
  }
  assert.throws(() => backoffOf({ initialMillis: 30_001 }), {
    message: /backoff\.delayMillisMax is 30000, .* backoff\.initialMillis, which is 30001/,
  });
});

test('what does not fit into its field of the packet is refused at the publish, and not by the connection', () => {
  const publish = (more: PublishOptions<Uint8Array>): unknown => envelopeOf('t', new Uint8Array(), more, 'me', 0);
  publish({ codec: bytes, correlationId: new Uint8Array(65_535) });
  for (const more of [
    { codec: bytes, correlationId: new Uint8Array(65_536) },
    { codec: { ...bytes, contentType: 'x'.repeat(65_536) } },
    { codec: { ...bytes, contentType: 'a\0' } },
  ]) {
    assert.throws(() => publish(more), { code: 'OPTION_INVALID' });
  }
});
