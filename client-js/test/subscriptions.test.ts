import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SignalboxError } from '../src/error.js';
import { Subscriptions } from '../src/inbound/subscriptions.js';
import { Unclaimed } from '../src/inbound/unclaimed.js';
import { arrival, FakeLink, lane } from './fake-link.js';
import { ManualTime, settle } from './manual-time.js';

const nothing = (): ReturnType<typeof lane> => lane(() => undefined);

class Given {
  readonly refused: (number | undefined)[] = [];
  readonly ended: (number | undefined)[] = [];
  readonly link = new FakeLink();
  readonly subscriptions = new Subscriptions(10, new Unclaimed(new ManualTime(), () => undefined), (error) => {
    this.refused.push(error.reasonCode);
  });

  listener(): ReturnType<typeof lane> {
    const ended = ({ reasonCode }: SignalboxError): void => {
      this.ended.push(reasonCode);
    };
    return lane(
      () => undefined,
      () => undefined,
      ended,
    );
  }

  start(sessionPresent = false, link = this.link): Promise<void> {
    return this.subscriptions.start(link, sessionPresent, 1_000);
  }

  get qualities(): number[] {
    return this.link.requests.map(({ qos }) => qos);
  }
}

describe('a second subscription to a filter', () => {
  test('is asked for, at the highest quality of all, and is granted when that is', async () => {
    const given = new Given();
    await given.start();
    await given.subscriptions.add('a', { qos: 0 }, nothing());
    await given.subscriptions.add('a', { qos: 1 }, nothing());
    await given.subscriptions.add('a', { qos: 0 }, nothing());
    assert.deepEqual(given.qualities, [0, 1, 1]);
    given.link.isSilent = true;
    let granted = false;
    void given.subscriptions.add('a', {}, nothing()).then(() => (granted = true));
    await settle();
    assert.equal(granted, false);
    // The connection was lost before the answer: it is due with the next one, though the session was kept.
    given.subscriptions.stop();
    const next = new FakeLink();
    await given.start(true, next);
    await settle();
    assert.deepEqual([granted, next.requests.length], [true, 1]);
  });

  test('made without a connection is one SUBSCRIBE with the first', async () => {
    const given = new Given();
    const granted = [0, 1].map((qos) => given.subscriptions.add('a', { qos: qos as 0 | 1 }, nothing()));
    await given.start();
    await Promise.all(granted);
    assert.deepEqual(given.qualities, [1]);
  });

  test('does not end the past that the first one reads, nor raise its quality', async () => {
    const given = new Given();
    await given.start();
    await given.subscriptions.add('a', { qos: 0, from: 'all' }, nothing());
    await given.subscriptions.add('a', { qos: 0 }, nothing());
    assert.equal(given.link.requests.length, 1);
    assert.throws(() => void given.subscriptions.add('a', { qos: 1 }, nothing()), { code: 'OPTION_INVALID' });
  });

  test('that contradicts the first is refused', () => {
    const { subscriptions } = new Given();
    void subscriptions.add('a', { catchUp: true }, nothing());
    void subscriptions.add('a', {}, nothing());
    void subscriptions.add('a', { catchUp: true }, nothing());
    for (const options of [{ catchUp: false }, { from: 'all' }, { speed: 1 }]) {
      assert.throws(() => void subscriptions.add('a', options, nothing()), { code: 'OPTION_INVALID' });
    }
  });

  test('that is refused tells the first, and leaves nothing at the server', async () => {
    const given = new Given();
    await given.start();
    await given.subscriptions.add('a', {}, given.listener());
    given.link.code = 0x87;
    await assert.rejects(given.subscriptions.add('a', {}, nothing()), { code: 'SUBSCRIBE_REFUSED' });
    await settle();
    assert.deepEqual([given.ended, given.refused, given.link.left], [[0x87], [0x87], ['a']]);
  });
});

describe('a subscription', () => {
  test('that is refused after a lost session ends, and that is told', async () => {
    const given = new Given();
    await given.start();
    await given.subscriptions.add('a', {}, given.listener());
    given.subscriptions.stop();
    const next = new FakeLink();
    next.code = 0x87;
    await given.start(false, next);
    assert.deepEqual([given.ended, given.refused], [[0x87], [0x87]]);
  });

  test('that was refused at first is told by its promise alone', async () => {
    const given = new Given();
    given.link.code = 0x87;
    await given.start();
    await assert.rejects(given.subscriptions.add('a', {}, nothing()));
    assert.deepEqual(given.refused, []);
  });

  test('that is left without a connection is left with the next one, if the session was kept', async () => {
    for (const kept of [true, false]) {
      const given = new Given();
      await given.start();
      const left = nothing();
      await given.subscriptions.add('a', {}, left);
      given.subscriptions.stop();
      await given.subscriptions.remove('a', left);
      // Of it there may be something on the way, which is nobody's loss.
      const reasons: number[] = [];
      given.subscriptions.deliver(arrival('a'), (reason) => reasons.push(reason));
      assert.deepEqual(reasons, [0]);
      const next = new FakeLink();
      await given.start(kept, next);
      assert.deepEqual(next.left, kept ? ['a'] : []);
      await given.start(true, next);
      assert.equal(next.left.length, kept ? 1 : 0);
    }
  });

  test('is left again when the connection ended before the answer, and not when it is wanted again', async () => {
    const given = new Given();
    await given.start();
    for (const filter of ['a', 'b']) {
      const left = nothing();
      await given.subscriptions.add(filter, {}, left);
      given.link.isOver = true;
      await given.subscriptions.remove(filter, left);
      given.link.isOver = false;
    }
    given.subscriptions.stop();
    void given.subscriptions.add('b', {}, nothing());
    const next = new FakeLink();
    await given.start(true, next);
    assert.deepEqual([next.left, next.requests.map(({ filter }) => filter)], [['a'], ['b']]);
  });

  test('of a client that is closed ends, its messages unanswered, and there are no others', async () => {
    const given = new Given();
    await given.start();
    let finish = (): void => undefined;
    const ended: string[] = [];
    const slow = lane(
      () => new Promise((resolve) => (finish = resolve)),
      () => undefined,
      ({ code }) => ended.push(code),
    );
    await given.subscriptions.add('a', {}, slow);
    const reasons: number[] = [];
    for (let n = 0; n < 2; n++) given.subscriptions.deliver(arrival('a'), (reason) => reasons.push(reason));
    const closed = Object.assign(new Error('closed'), { code: 'CLOSED' }) as SignalboxError;
    given.subscriptions.close(closed);
    finish();
    await settle();
    assert.deepEqual([ended, reasons], [['CLOSED'], [0]]);
    assert.throws(() => void given.subscriptions.add('b', {}, nothing()), closed);
  });
});
