import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Listeners } from '../src/listeners.js';
import { envelopeOf } from '../src/outbound/publish-options.js';
import { settle } from './manual-time.js';

test('a listener that throws, at once or later, keeps nobody from hearing, and does not end the process', async () => {
  const listeners = new Listeners<{ refused: readonly [text: string] }>();
  const heard: string[] = [];
  const told = mock.method(console, 'error', () => undefined);
  listeners.on('refused', () => {
    throw new Error('at once');
  });
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- what applications do
  listeners.on('refused', () => Promise.reject(new Error('later')));
  listeners.on('refused', (text) => heard.push(text));
  listeners.tell('refused', 'a');
  await settle();
  told.mock.restore();
  assert.deepEqual([heard, told.mock.callCount()], [['a'], 2]);
});

test('a time to live that no packet can carry is refused, as it would end every connection', () => {
  for (const ttlSeconds of [2 ** 32, Infinity, NaN, 0]) {
    assert.throws(() => envelopeOf('t', 1, { ttlSeconds }, 'me', 0), { code: 'OPTION_INVALID' });
  }
});
