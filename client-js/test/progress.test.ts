import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Progress } from '../src/inbound/progress.js';
import { Subscriptions } from '../src/inbound/subscriptions.js';
import type { Arrival } from '../src/link/packets.js';
import { arrival as translated } from '../src/link/translation.js';
import { arrival, FakeLink, into, lane } from './fake-link.js';
import { settle } from './manual-time.js';

const at = (sequence: number | undefined, more: Partial<Arrival> = {}): Arrival =>
  arrival('t', String(sequence), { sequence, ...more });

describe('a past whose session is lost in the middle', () => {
  test('goes on behind the last message that came, each once and in order, and without one that came where it was', async () => {
    const [subscriptions, link, texts] = [new Subscriptions(10), new FakeLink(), [] as string[]];
    void subscriptions.add('t', { from: 'last=5' }, lane(into(texts)));
    await subscriptions.start(link, false, undefined);
    const log = [11, 12, 13, 14, 15];
    const bring = (count: number): void => {
      const [, asked] = /^seq=(\d+)$/.exec(link.requests.at(-1)?.userProperties['sb-from'] ?? '') ?? [];
      const rest = log.filter((sequence) => sequence >= Number(asked ?? 11)).slice(0, count);
      for (const sequence of rest) subscriptions.deliver(at(sequence), () => undefined);
    };
    for (const count of [0, 2, 1, 9]) {
      bring(count);
      await settle();
      subscriptions.stop();
      await subscriptions.start(link, false, 1_000);
    }
    assert.deepEqual(texts, log.map(String));
    assert.deepEqual(
      link.requests.map(({ userProperties }) => userProperties['sb-from']),
      ['last=5', 'last=5', 'seq=13', 'seq=14', 'seq=16'],
    );
  });

  test('misses nothing of a lower priority, which others have passed', () => {
    const progress = new Progress('all');
    assert.equal(progress.from(0), 'all');
    progress.arrived(at(3));
    progress.arrived(at(9, { headers: { 'sb-priority': '7' } }));
    progress.arrived(at(undefined));
    assert.equal(progress.from(0), 'seq=4');
    progress.arrived(at(10));
    assert.equal(progress.from(0), 'seq=11');
    // Not answered before the connection was lost.
    progress.arrived(at(8, { redelivered: true }));
    assert.equal(progress.from(0), 'seq=11');
  });

  test('is as much older as it has waited', () => {
    const progress = new Progress('15m');
    assert.equal(progress.from(1_000), '15m');
    assert.equal(progress.from(61_001), '961s');
  });
});

test('where a message stands in the log is no header of it, and one that is called so is not believed', () => {
  const of = (sequence: string | string[] | undefined): Arrival =>
    translated({
      cmd: 'publish',
      topic: 't',
      payload: Buffer.alloc(0),
      qos: 1,
      dup: false,
      retain: false,
      properties: { userProperties: { a: 'b', ...(sequence !== undefined && { 'sb-sequence': sequence }) } },
    });
  assert.deepEqual([of('17').sequence, of('17').headers], [17, { a: 'b' }]);
  assert.equal(of(['17', '99']).sequence, 17);
  assert.deepEqual([of(undefined).sequence, of('x').sequence], [undefined, undefined]);
});
