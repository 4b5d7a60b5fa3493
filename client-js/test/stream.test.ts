import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MessageStream } from '../src/inbound/stream.js';
import { settle } from './manual-time.js';

describe('a stream', () => {
  test('has a message acknowledged when the next one is asked for', async () => {
    const stream = new MessageStream<string>(() => Promise.resolve());
    let taken = false;
    void stream.push('a').then(() => (taken = true));
    assert.deepEqual(await stream.next(), { value: 'a', done: false });
    await settle();
    assert.equal(taken, false);
    const next = stream.next();
    await settle();
    assert.equal(taken, true);
    void stream.push('b');
    assert.deepEqual(await next, { value: 'b', done: false });
  });

  test('whose loop is left ends its subscription, and holds up nothing', async () => {
    let left = 0;
    const stream = new MessageStream<string>(() => Promise.resolve(void left++));
    const first = stream.push('a');
    for await (const value of stream) {
      assert.equal(value, 'a');
      break;
    }
    await Promise.all([first, stream.push('b')]);
    assert.equal(left, 1);
    assert.deepEqual(await stream.next(), { value: undefined, done: true });
  });

  test('of a refused subscription throws that', async () => {
    const stream = new MessageStream<string>(() => Promise.resolve());
    stream.fail(new Error('refused'));
    await assert.rejects(stream.next(), /refused/);
  });
});
