import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { json, text } from '../src/codec/codec.js';
import { LastValues } from '../src/inbound/last-values.js';
import { messageOf } from '../src/inbound/message.js';
import { Subscriptions } from '../src/inbound/subscriptions.js';
import { Acknowledgements } from '../src/link/acknowledgements.js';
import { arrival, FakeLink, lane, OPTIONS } from './fake-link.js';
import { settle } from './manual-time.js';

test('acknowledgements leave in the order in which the messages came', () => {
  const sent: number[] = [];
  const acknowledgements = new Acknowledgements((packetId) => sent.push(packetId));
  const [one, two, three] = [7, 5, 9].map((packetId) => acknowledgements.came(packetId));
  two?.(0);
  three?.(0);
  assert.deepEqual(sent, []);
  one?.(0);
  assert.deepEqual(sent, [7, 5, 9]);
  assert.equal(acknowledgements.size, 0);
});

describe('a subscriber', () => {
  test('gets one message after the other, each when the one before it is handled', async () => {
    const began: string[] = [];
    const finish: (() => void)[] = [];
    const slow = lane(({ topic }) => {
      began.push(topic);
      return new Promise((resolve) => finish.push(resolve));
    });
    const handled = [slow.offer(arrival('a')), slow.offer(arrival('b'))];
    await settle();
    assert.deepEqual(began, ['a']);
    finish[0]?.();
    assert.equal(await handled[0], 0);
    await settle();
    assert.deepEqual(began, ['a', 'b']);
  });

  test('that throws has the message refused, and gets the next one', async () => {
    const failing = lane(({ topic }) => {
      if (topic === 'a') throw new Error('no');
    });
    assert.equal(await failing.offer(arrival('a')), 0x80);
    assert.equal(await failing.offer(arrival('b')), 0);
  });

  test('that is slow loses the oldest messages of QoS 0, counted, and none of QoS 1', async () => {
    const got: string[] = [];
    let dropped = 0;
    let finish = (): void => undefined;
    const slow = lane(
      ({ topic }) => {
        got.push(topic);
        return new Promise((resolve) => (finish = resolve));
      },
      () => dropped++,
    );
    void slow.offer(arrival('first'));
    await settle();
    for (const topic of ['a', 'b', 'c', 'd']) void slow.offer(arrival(topic, '', { qos: 0 }));
    for (const topic of ['e', 'f', 'g']) void slow.offer(arrival(topic));
    for (let at = 0; at < 8; at++) {
      finish();
      await settle();
    }
    assert.deepEqual(got, ['first', 'c', 'd', 'e', 'f', 'g']);
    assert.equal(dropped, 2);
  });
});

describe('subscriptions', () => {
  test('of one filter are one at the server, and end with the last of them', async () => {
    const [subscriptions, link] = [new Subscriptions(10), new FakeLink()];
    const got: string[] = [];
    const [one, two] = [lane(() => void got.push('one')), lane(() => void got.push('two'))];
    const granted = subscriptions.add('a/+', OPTIONS, one);
    await subscriptions.start(link, false, undefined);
    await Promise.all([granted, subscriptions.add('a/+', OPTIONS, two)]);
    assert.deepEqual(new Set(link.requests.map(({ subscriptionId }) => subscriptionId)), new Set([1]));
    await new Promise((handled) => {
      subscriptions.deliver(arrival('a/b', '', { subscriptionIds: [1] }), handled);
    });
    assert.deepEqual(got, ['one', 'two']);
    await subscriptions.remove('a/+', one);
    assert.deepEqual(link.left, []);
    await subscriptions.remove('a/+', two);
    assert.deepEqual(link.left, ['a/+']);
  });

  test('are asked for again when the server has lost the session, what was missed with them', async () => {
    const [subscriptions, link] = [new Subscriptions(10), new FakeLink()];
    void subscriptions.add(
      'a',
      { ...OPTIONS, from: 'last=5' },
      lane(() => undefined),
    );
    void subscriptions.add(
      'b',
      { ...OPTIONS, catchUp: true },
      lane(() => undefined),
    );
    await subscriptions.start(link, false, undefined);
    subscriptions.stop();
    await subscriptions.start(link, true, 90_000);
    assert.equal(link.requests.length, 2);
    await subscriptions.start(link, false, 90_000);
    const asked = link.requests.map(({ filter, userProperties }) => [filter, userProperties['sb-from']]);
    assert.deepEqual(asked, [
      ['a', 'last=5'],
      ['b', undefined],
      ['a', 'last=5'],
      ['b', '91s'],
    ]);
    assert.deepEqual(link.requests[0]?.subscriptionId, link.requests[2]?.subscriptionId);
  });

  test('that are refused say so', async () => {
    const [subscriptions, link] = [new Subscriptions(10), new FakeLink()];
    link.code = 0x87;
    await subscriptions.start(link, false, undefined);
    await assert.rejects(
      subscriptions.add(
        'a',
        OPTIONS,
        lane(() => undefined),
      ),
      {
        code: 'SUBSCRIBE_REFUSED',
        reasonCode: 0x87,
      },
    );
  });

  test('do not bring the past of one to the others of its filter', () => {
    const subscriptions = new Subscriptions(10);
    void subscriptions.add(
      'a',
      OPTIONS,
      lane(() => undefined),
    );
    assert.throws(
      () =>
        void subscriptions.add(
          'a',
          { ...OPTIONS, from: 'all' },
          lane(() => undefined),
        ),
      {
        code: 'OPTION_INVALID',
      },
    );
  });

  test('handle a message once, however often it comes, and answer as they did', async () => {
    const subscriptions = new Subscriptions(2);
    const got: string[] = [];
    void subscriptions.add(
      'a',
      OPTIONS,
      lane(({ payload }) => {
        got.push(new TextDecoder().decode(payload));
        throw new Error('no');
      }),
    );
    const deliver = (payload: string, key?: string): Promise<number> =>
      new Promise((handled) => {
        subscriptions.deliver(
          arrival('a', payload, { headers: key === undefined ? {} : { 'sb-idempotency-key': key } }),
          handled,
        );
      });
    assert.deepEqual(
      await Promise.all([deliver('1', 'k1'), deliver('1', 'k1'), deliver('2', 'k2')]),
      [0x80, 0x80, 0x80],
    );
    assert.deepEqual(got, ['1', '2']);
    await deliver('3', 'k3');
    // Two keys are remembered.
    await deliver('1', 'k1');
    await deliver('4');
    await deliver('4');
    assert.deepEqual(got, ['1', '2', '3', '1', '4', '4']);
  });

  test('that are shared get their share', async () => {
    const subscriptions = new Subscriptions(10);
    const got: string[] = [];
    void subscriptions.add(
      '$share/g/a/+',
      OPTIONS,
      lane(({ topic }) => void got.push(topic)),
    );
    subscriptions.deliver(arrival('a/b', '', { subscriptionIds: [1] }), () => undefined);
    subscriptions.deliver(arrival('a/c'), () => undefined);
    await settle();
    assert.deepEqual(got, ['a/b', 'a/c']);
  });

  test('are not mistaken for those of an older session with the same number', async () => {
    const subscriptions = new Subscriptions(10);
    const got: string[] = [];
    void subscriptions.add(
      'a',
      OPTIONS,
      lane(() => void got.push('a')),
    );
    void subscriptions.add(
      'b',
      OPTIONS,
      lane(() => void got.push('b')),
    );
    subscriptions.deliver(arrival('b', '', { subscriptionIds: [1] }), () => undefined);
    await settle();
    assert.deepEqual(got, ['b']);
  });
});

test('the newest message of each topic is kept, within bounds', () => {
  const last = new LastValues({ topicsMax: 2, bytesMax: 100 });
  last.put(arrival('a', '1'));
  last.put(arrival('a', '2'));
  last.put(arrival('b', '3'));
  assert.equal(last.get('a')?.payload[0], '2'.charCodeAt(0));
  last.put(arrival('c', '4'));
  assert.equal(last.get('a'), undefined);
  last.put(arrival('b', ''));
  assert.equal(last.get('b'), undefined);
  last.put(arrival('d', 'x'.repeat(99)));
  assert.equal(last.get('d'), undefined);
});

test('a message tells what its properties say', () => {
  const headers = { 'sb-from': 'app/main', 'sb-id': 'i', 'sb-to': 'me', other: ['1', '2'] };
  const correlation = new TextEncoder().encode('trace-1');
  const message = messageOf(
    arrival('t', '{"price":1}', { headers, correlation, ttlSeconds: 7 }),
    json<{ price: number }>(),
    5,
  );
  assert.equal(message.value.price, 1);
  assert.deepEqual([message.from, message.id, message.to, message.correlationId], ['app/main', 'i', 'me', 'trace-1']);
  assert.deepEqual(message.headers['other'], ['1', '2']);
  assert.equal(message.ttlSeconds, 7);
  assert.ok(!('ttlSeconds' in messageOf(arrival('t', '1'), json(), 5)));
  assert.throws(() => messageOf(arrival('t', 'x'), json(), 0), { code: 'PAYLOAD_UNREADABLE', reasonCode: 0x99 });
  const broken = { ...arrival('t'), payload: Uint8Array.of(0xff) };
  assert.throws(() => messageOf(broken, text, 0), { code: 'PAYLOAD_UNREADABLE' });
});
