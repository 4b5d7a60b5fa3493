import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Inbox, inboxTopic, published, withoutOurs, type Listening } from '../src/bus/inbox.js';
import type { Arrival } from '../src/link/packets.js';
import { arrival, lane } from './fake-link.js';
import { settle } from './manual-time.js';

const ME = { uuid: 'me', name: 'main' };

function listening(source: string, filter: string, got: string[]): Listening {
  return { source, filter, listener: () => undefined, lane: lane(({ topic }) => void got.push(topic)) };
}

function sent(topic: string, headers: Arrival['headers']): Arrival {
  return arrival(`apps/me/inbox/${topic}`, '', { headers });
}

describe('an inbox', () => {
  test('gives what is sent to this window, or to all, to the listeners of its topic and sender', async () => {
    const inbox = new Inbox(ME, () => undefined);
    const [all, one]: [string[], string[]] = [[], []];
    inbox.add(listening('*', 'orders/#', all));
    inbox.add(listening('you/left', 'orders/new', one));
    const offer = (topic: string, to: string, from = 'you'): Promise<number> | undefined =>
      inbox.offer(sent(topic, { 'sb-to': to, 'sb-from': from }));
    assert.equal(await offer('orders/new', 'me'), 0);
    assert.equal(await offer('orders/new', 'me/main', 'you/left'), 0);
    // Of another window of this application.
    assert.equal(await offer('orders/new', 'me/other'), 0);
    assert.deepEqual([all, one], [['orders/new', 'orders/new'], ['orders/new']]);
  });

  test('leaves what no listener wants to be held, also after one was there', async () => {
    const inbox = new Inbox(ME, () => undefined);
    const got: string[] = [];
    const one = listening('you', 'orders/new', got);
    inbox.add(one);
    const to = { 'sb-to': 'me' };
    assert.equal(inbox.offer(sent('orders/old', { ...to, 'sb-from': 'you' })), undefined);
    assert.equal(inbox.offer(sent('orders/new', { ...to, 'sb-from': 'another' })), undefined);
    assert.equal(inbox.offer(sent('orders/new', { ...to, 'sb-from': 'you/' })), undefined);
    inbox.remove(one);
    assert.equal(inbox.offer(sent('orders/new', { ...to, 'sb-from': 'you' })), undefined);
    await settle();
    assert.deepEqual(got, []);
  });

  test('has a topic for all windows, and one for its own', async () => {
    const inbox = new Inbox(ME, () => undefined);
    assert.deepEqual(inbox.filters, ['apps/me/inbox/#', 'apps/me/windows/main/inbox/#']);
    assert.deepEqual(new Inbox({ uuid: 'me', name: 'me' }, () => undefined).filters, ['apps/me/inbox/#']);
    const got: string[] = [];
    inbox.add(listening('*', '#', got));
    // Whoever it is from, and whether he says so: the topic says for whom it is.
    assert.equal(await inbox.offer(sent('orders/new', {})), 0);
    assert.equal(await inbox.offer(arrival('apps/me/windows/main/inbox/inbox/old', '')), 0);
    assert.deepEqual(got, ['orders/new', 'inbox/old']);
  });

  test('is written to by its topic', () => {
    assert.equal(inboxTopic({ uuid: 'me' }, 'a/b'), 'apps/me/inbox/a/b');
    assert.equal(inboxTopic(ME, 'a/b'), 'apps/me/windows/main/inbox/a/b');
    assert.equal(inboxTopic({ uuid: 'me', name: 'me' }, 'a'), 'apps/me/inbox/a');
  });
});

test('what is published by others than the source is not for this listener, and not held', async () => {
  const got: string[] = [];
  const receiver = published(
    'you',
    lane(({ topic }) => void got.push(topic)),
  );
  assert.equal(await receiver.offer(arrival('a', '', { headers: { 'sb-from': 'another' } })), 0);
  assert.equal(await receiver.offer(arrival('b', '', { headers: { 'sb-from': 'you/left' } })), 0);
  assert.deepEqual(got, ['b']);
});

test('a listener is told the headers of the sender, not those of the bus', () => {
  assert.deepEqual(withoutOurs({ 'sb-from': 'you', 'sb-x': ['1', '2'], colour: 'blue' }), { colour: 'blue' });
});
