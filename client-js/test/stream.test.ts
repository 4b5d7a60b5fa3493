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

  test('throws that also to a loop that waits, once', async () => {
    const stream = new MessageStream<string>(() => Promise.resolve());
    const [waiting, behind] = [stream.next(), stream.next()];
    stream.fail(new Error('refused'));
    await assert.rejects(waiting, /refused/);
    assert.deepEqual(await behind, { value: undefined, done: true });
    assert.deepEqual(await stream.next(), { value: undefined, done: true });
  });

  test('whose subscription is refused refuses what the loop has not seen', async () => {
    const stream = new MessageStream<string>(() => Promise.resolve());
    const pushed = stream.push('a');
    stream.fail(new Error('refused'));
    await assert.rejects(pushed, /refused/);
  });

  test('that is ended ends its loop, and takes nothing that the loop has not seen', async () => {
    const stream = new MessageStream<string>(() => Promise.resolve());
    const taken: string[] = [];
    const seen = stream.push('a').then(() => taken.push('a'));
    assert.deepEqual(await stream.next(), { value: 'a', done: false });
    void stream.push('b').then(() => taken.push('b'));
    stream.end();
    await settle();
    assert.deepEqual(taken, []);
    assert.deepEqual(await stream.next(), { value: undefined, done: true });
    await seen;
    assert.deepEqual(taken, ['a']);
  });

  test('gives each who asks at once a message of its own', async () => {
    const stream = new MessageStream<string>(() => Promise.resolve());
    const [one, two] = [stream.next(), stream.next()];
    await stream.push('a');
    void stream.push('b');
    assert.deepEqual([(await one).value, (await two).value], ['a', 'b']);
    const [third, fourth] = [stream.next(), stream.next()];
    stream.end();
    assert.deepEqual([(await third).done, (await fourth).done], [true, true]);
  });
});
