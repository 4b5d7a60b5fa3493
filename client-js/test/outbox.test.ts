import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { encodeEnvelope } from '../src/outbound/envelope.js';
import { RefusedMessages } from '../src/outbound/refused-messages.js';
import { MemorySpool } from '../src/spool/memory-spool.js';
import { settle } from './manual-time.js';
import { decode, FakeLink, Given, message } from './outbox-given.js';
import { Random } from './random.js';

test('what was published without a connection is sent in its order, under keys of the spool', async () => {
  const { outbox, spool, ...given } = new Given();
  for (const text of ['a', 'b', 'c']) outbox.publish(message(text));
  await settle();
  const link = new FakeLink();
  outbox.start(link);
  await settle();
  assert.deepEqual(link.texts, ['a', 'b', 'c']);
  assert.deepEqual(
    link.sent.map(({ key }) => key),
    [1, 2, 3].map((n) => `${spool.id}:${String(n)}`),
  );
  assert.deepEqual(given.refused, []);
});

test('both stages of a receipt, and nothing waits any more', async () => {
  const { outbox, spool } = new Given();
  const { sequence, spooled, acknowledged } = outbox.publish(message('a'));
  await spooled;
  assert.equal(sequence, 1);
  assert.deepEqual(spool.pending().messages, 1);
  const link = new FakeLink();
  outbox.start(link);
  await settle();
  await link.answer(0, 0x10);
  assert.deepEqual(await acknowledged, { matched: false });
  assert.deepEqual(spool.pending(), { messages: 0, bytes: 0 });
});

test('no more are on their way than the server and the client allow', async () => {
  const given = new Given(undefined, 3);
  given.publish('a', 'b', 'c', 'd', 'e', 'f');
  const link = new FakeLink();
  link.receiveMaximum = 2;
  given.outbox.start(link);
  await settle();
  assert.deepEqual(link.texts, ['a', 'b']);
  await link.answer(0);
  assert.deepEqual(link.texts, ['a', 'b', 'c']);
});

test('what a lost connection had not acknowledged goes again first, under the same keys', async () => {
  const given = new Given(undefined, 3);
  given.publish('a', 'b', 'c', 'd', 'e');
  const first = new FakeLink();
  given.outbox.start(first);
  await settle();
  await first.answer(0);
  given.outbox.stop();
  for (const { lose } of first.sent) lose();
  await settle();
  const second = new FakeLink();
  given.outbox.start(second);
  await settle();
  for (let at = 0; at < 4; at++) await second.answer(at);
  assert.deepEqual(second.texts, ['b', 'c', 'd', 'e']);
  assert.equal(second.sent[0]?.key, first.sent[1]?.key);
  assert.equal(given.spool.pending().messages, 0);
});

test('an answer that comes after its connection was given up changes nothing', async () => {
  const given = new Given();
  given.publish('a');
  const first = new FakeLink();
  given.outbox.start(first);
  await settle();
  given.outbox.stop();
  await first.answer(0, 0x87);
  assert.deepEqual(given.refused, []);
  assert.equal(given.spool.pending().messages, 1);
});

test('what is refused for good is told, does not come again, and is kept with its reason', async () => {
  const given = new Given();
  const { acknowledged } = given.outbox.publish(message('a'));
  given.publish('b');
  const link = new FakeLink();
  given.outbox.start(link);
  await settle();
  await link.answer(0, 0x87, 'not yours');
  await assert.rejects(acknowledged, { code: 'REFUSED', reasonCode: 0x87, message: /0x87: not yours/ });
  assert.deepEqual(given.refused, [['REFUSED', 'a']]);
  assert.equal(given.spool.pending().messages, 1);
  const kept = new RefusedMessages(given.spool, (envelope) => given.outbox.publish(envelope));
  const [one] = await kept.list();
  assert.deepEqual([kept.count, one?.sequence, one?.reasonCode], [1, 1, 0x87]);
  assert.equal(one?.message && decode(one.message.payload), 'a');
  await kept.sendAgain(1);
  await settle();
  assert.deepEqual(link.texts, ['a', 'b', 'a']);
  assert.deepEqual(await kept.list(), []);
  assert.equal(await kept.remove(1), false);
});

test('what cannot be put aside stays in the spool', async () => {
  const given = new Given();
  given.spool.shelve = () => Promise.reject(new Error('disk full'));
  const { acknowledged } = given.outbox.publish(message('a'));
  const link = new FakeLink();
  given.outbox.start(link);
  await settle();
  await link.answer(0, 0x87);
  await assert.rejects(acknowledged, { code: 'REFUSED' });
  assert.deepEqual([given.spool.pending().messages, given.failures.length], [1, 1]);
});

test('what is refused for now is tried again until it is taken, and holds up those behind it', async () => {
  const answers: [number, string?][] = [
    [0x97],
    [0x83, 'busy'],
    [0x80, 'SHUTTING_DOWN'],
    [0x89],
    [0x80],
    [0x97],
    [0x80],
  ];
  const given = new Given(undefined, 1);
  const { acknowledged } = given.outbox.publish(message('a'));
  given.publish('b');
  const link = new FakeLink();
  given.outbox.start(link);
  await settle();
  for (const [attempt, pause] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
    await link.answer(attempt, ...(answers[attempt] ?? [0]));
    assert.deepEqual(given.time.pauses, [pause]);
    await given.time.forward(pause - 1);
    assert.equal(link.sent.length, attempt + 1);
    await given.time.forward(1);
  }
  assert.deepEqual(link.texts, Array(8).fill('a'));
  assert.equal(new Set(link.sent.map(({ key }) => key)).size, 1);
  assert.deepEqual([given.spool.pending().messages, given.refused, given.failures.length], [2, [], 4]);
  await link.answer(7);
  assert.deepEqual(await acknowledged, { matched: true });
  assert.deepEqual(link.texts.slice(8), ['b']);
});

test('a new connection ends the pause after a refusal', async () => {
  const given = new Given();
  given.publish('a');
  const first = new FakeLink();
  given.outbox.start(first);
  await settle();
  await first.answer(0, 0x80, 'SHUTTING_DOWN');
  given.outbox.stop();
  const second = new FakeLink();
  given.outbox.start(second);
  await settle();
  assert.deepEqual(second.texts, ['a']);
});

test('damage of the storage is told', async () => {
  const given = new Given(Object.assign(new MemorySpool({ messagesMax: 1, bytesMax: 1 }), { damagedBytes: 7 }));
  await given.time.forward(0);
  assert.match(String(given.failures[0]), /7 bytes of the spool were damaged/);
});

test('0x83 for another reason than a busy server is for good', async () => {
  const given = new Given();
  given.publish('a');
  const link = new FakeLink();
  given.outbox.start(link);
  await settle();
  await link.answer(0, 0x83, 'not supported');
  assert.deepEqual(given.refused, [['REFUSED', 'a']]);
});

test('what is too large for the server or too old is refused here, and lets the others pass', async () => {
  const given = new Given();
  const now = given.time.now();
  given.outbox.publish(message('x'.repeat(10_000)));
  given.outbox.publish(message('old', { expiresAt: now + 5_000 }));
  given.outbox.publish(message('young', { expiresAt: now + 5_001 }));
  await given.time.forward(5_000);
  const link = new FakeLink();
  given.outbox.start(link);
  await settle();
  assert.deepEqual(link.texts, ['young']);
  assert.deepEqual(given.refused.map(([code]) => code).sort(), ['EXPIRED', 'PAYLOAD_TOO_LARGE']);
});

test('what an earlier process left is sent before what is published now', async () => {
  const spool = new MemorySpool({ messagesMax: 10_000, bytesMax: 1 << 20 });
  new Given(spool).publish('a', 'b');
  await settle();
  const given = new Given(spool);
  const link = new FakeLink();
  given.outbox.start(link);
  given.publish('c');
  await settle();
  assert.deepEqual(link.texts, ['a', 'b', 'c']);
});

test('what could not be read is read again after a pause, though nothing happens meanwhile', async () => {
  const spool = new MemorySpool({ messagesMax: 10, bytesMax: 1_000 });
  spool.append(encodeEnvelope(message('a')));
  const read = mock.method(spool, 'read', () => Promise.reject(new Error('disk')));
  const given = new Given(spool);
  const link = new FakeLink();
  given.outbox.start(link);
  await settle();
  assert.deepEqual([given.time.pauses, given.failures.length], [[1_000], 1]);
  await given.time.forward(1_000);
  assert.deepEqual([given.time.pauses, given.failures.length], [[2_000], 2]);
  read.mock.restore();
  await given.time.forward(2_000);
  assert.deepEqual(link.texts, ['a']);
});

test('each message has the key of the spool that it was put into', async () => {
  const spool = new MemorySpool({ messagesMax: 10, bytesMax: 1_000 });
  spool.append(encodeEnvelope(message('a')));
  const [entry] = await spool.read(0, 1, 1_000);
  assert.ok(entry);
  mock.method(spool, 'read', (after: number) => Promise.resolve(after === 0 ? [{ ...entry, spoolId: 'earlier' }] : []));
  const given = new Given(spool);
  const link = new FakeLink();
  given.outbox.start(link);
  await settle();
  assert.deepEqual(
    link.sent.map(({ key }) => key),
    ['earlier:1'],
  );
});

test('a message whose storage gives back something else is told as damaged', async () => {
  const spool = new MemorySpool({ messagesMax: 10, bytesMax: 1_000 });
  spool.append(Uint8Array.of(0, 0, 0, 2, 1, 2));
  const given = new Given(spool);
  given.publish('b');
  const link = new FakeLink();
  given.outbox.start(link);
  await settle();
  assert.deepEqual(given.refused, [['SPOOL_DAMAGED', undefined]]);
  assert.deepEqual(link.texts, ['b']);
});

test('whatever happens to connections, each message is acknowledged once and first sent in its order', async () => {
  for (let run = 0; run < 200; run++) {
    const random = new Random();
    const given = new Given(undefined, 1 + random.below(8));
    const order: string[] = [];
    let published = 0;
    let acknowledged = 0;
    let link: FakeLink | undefined;
    let answered = 0;
    const step = async (): Promise<void> => {
      const dice = random.below(10);
      if (dice < 4) {
        void given.outbox.publish(message(String(published++))).acknowledged.then(() => acknowledged++);
      } else if (dice < 8 && link && answered < link.sent.length) {
        await link.answer(answered++);
      } else if (link) {
        given.outbox.stop();
        link = undefined;
      } else {
        link = new FakeLink();
        answered = 0;
        given.outbox.start(link);
      }
      await settle();
      for (const text of link?.texts ?? []) if (!order.includes(text)) order.push(text);
    };
    for (let at = 0; at < 60; at++) await step();
    if (!link) {
      link = new FakeLink();
      answered = 0;
      given.outbox.start(link);
      await settle();
    }
    while (answered < link.sent.length) await link.answer(answered++);
    for (const text of link.texts) if (!order.includes(text)) order.push(text);
    assert.equal(acknowledged, published, random.seedText());
    assert.deepEqual(
      order,
      Array.from({ length: published }, (_, n) => String(n)),
      random.seedText(),
    );
    assert.equal(given.spool.pending().messages, 0, random.seedText());
  }
});
