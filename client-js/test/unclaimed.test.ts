import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Receiver } from '../src/inbound/lane.js';
import { Subscriptions } from '../src/inbound/subscriptions.js';
import { PATIENCE_MILLIS, Unclaimed } from '../src/inbound/unclaimed.js';
import type { Arrival } from '../src/link/packets.js';
import { arrival, FakeLink, into, lane } from './fake-link.js';
import { ManualTime, settle } from './manual-time.js';

class Given {
  readonly time = new ManualTime();
  dropped = 0;
  readonly unclaimed = new Unclaimed(this.time, () => this.dropped++);
  readonly subscriptions = new Subscriptions(10, this.unclaimed);
  readonly reasons: number[] = [];
  readonly got: string[] = [];

  deliver(...arrivals: Arrival[]): void {
    for (const one of arrivals) this.subscriptions.deliver(one, (reason) => this.reasons.push(reason));
  }

  subscribe(filter: string): void {
    void this.subscriptions.add(filter, {}, lane(into(this.got)));
  }
}

describe('what nobody has subscribed to', () => {
  test('is held until somebody does, in its order', async () => {
    const given = new Given();
    given.unclaimed.begin();
    given.deliver(arrival('a', '1'), arrival('b', '2'), arrival('a', '3'));
    await given.time.forward(PATIENCE_MILLIS - 1);
    assert.deepEqual(given.reasons, []);
    given.subscribe('a');
    await settle();
    assert.deepEqual(
      [given.got, given.reasons],
      [
        ['1', '3'],
        [0, 0],
      ],
    );
  });

  test('is refused when nobody does in time, as is what comes later', async () => {
    const given = new Given();
    given.unclaimed.begin();
    given.deliver(arrival('a'));
    await given.time.forward(PATIENCE_MILLIS);
    assert.deepEqual(given.reasons, [0x80]);
    given.deliver(arrival('a'));
    assert.deepEqual(given.reasons, [0x80, 0x80]);
    given.unclaimed.begin();
    given.deliver(arrival('a', 'held again'));
    given.subscribe('a');
    await settle();
    assert.deepEqual([given.got, given.reasons.slice(2)], [['held again'], [0]]);
  });

  test('is not held when it is of QoS 0', () => {
    const given = new Given();
    given.deliver(arrival('a', '', { qos: 0 }));
    assert.deepEqual([given.reasons, given.dropped, given.unclaimed.take()], [[0], 1, []]);
  });

  test('is handled once, should it have come twice', async () => {
    const given = new Given();
    const keyed = arrival('a', '1', { headers: { 'sb-idempotency-key': 'k' } });
    given.deliver(keyed, keyed);
    given.subscribe('a');
    await settle();
    assert.deepEqual([given.got, given.reasons], [['1'], [0, 0]]);
  });

  test('comes again with a session that was kept, and is all there is when it was lost', async () => {
    for (const kept of [true, false]) {
      const given = new Given();
      given.deliver(arrival('a', 'before'));
      given.subscriptions.stop();
      given.deliver(arrival('a', 'after'));
      await given.subscriptions.start(new FakeLink(), kept, 1_000);
      given.subscribe('a');
      await settle();
      assert.deepEqual(given.got, kept ? ['after'] : ['before', 'after']);
    }
  });

  test('is kept of as many lost sessions as there were, however many that are', async () => {
    const given = new Given();
    // As many as one connection may bring, three times: more than a call takes arguments.
    const count = 3 * 65_535;
    for (let n = 0; n < count; n++) {
      given.deliver(arrival('a', String(n)));
      if (n % 65_535 === 65_534) {
        given.subscriptions.stop();
        await given.subscriptions.start(new FakeLink(), false, 1_000);
      }
    }
    const held = given.unclaimed.take();
    assert.equal(held.length, count);
    const decoder = new TextDecoder();
    assert.ok(held.every(({ arrival: { payload } }, n) => decoder.decode(payload) === String(n)));
  });

  test('leaves no timer behind when the client is closed', async () => {
    const given = new Given();
    given.unclaimed.begin();
    given.deliver(arrival('a'));
    given.unclaimed.close();
    given.unclaimed.begin();
    await given.time.forward(PATIENCE_MILLIS);
    assert.deepEqual([given.reasons, given.time.pauses], [[], []]);
  });

  test('includes what a receiver does not want yet', async () => {
    const given = new Given();
    let wanted = false;
    const choosy: Receiver = {
      offer: () => (wanted ? Promise.resolve(0) : undefined),
      leave: () => undefined,
      end: () => undefined,
    };
    void given.subscriptions.add('a', {}, choosy);
    // Under its key as well: that nobody wanted it is not remembered.
    given.deliver(arrival('a', '', { headers: { 'sb-idempotency-key': 'k' } }));
    given.subscriptions.offerAgain();
    await settle();
    assert.deepEqual(given.reasons, []);
    wanted = true;
    given.subscriptions.offerAgain();
    await settle();
    assert.deepEqual(given.reasons, [0]);
  });
});

test('what is retained is told whenever it comes, whatever its key', async () => {
  const given = new Given();
  given.subscribe('a');
  const retained = arrival('a', '1', { retained: true, headers: { 'sb-idempotency-key': 'k' } });
  given.deliver(retained, retained);
  await settle();
  assert.deepEqual(given.got, ['1', '1']);
});
