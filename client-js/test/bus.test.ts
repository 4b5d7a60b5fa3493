import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Applications, type ApplicationEvents } from '../src/bus/applications.js';
import {
  identityOf,
  identityOfSender,
  senderOf,
  sourceIncludes,
  sourceText,
  type Identity,
} from '../src/bus/identity.js';
import { Presence, presenceTopic, type Announced, type PresenceDocument } from '../src/bus/presence.js';
import type { Arrival, PubAck } from '../src/link/packets.js';
import { Listeners } from '../src/listeners.js';
import type { Envelope } from '../src/outbound/envelope.js';
import { ManualTime, settle } from './manual-time.js';

const ME: Identity = { uuid: 'me', name: 'main' };

test('an identity is written in one text, and read from it', () => {
  assert.equal(senderOf({ uuid: 'a', name: 'a' }), 'a');
  assert.equal(senderOf({ uuid: 'a', name: 'b' }), 'a/b');
  for (const identity of [{ uuid: 'a', name: 'a' }, ME])
    assert.deepEqual(identityOfSender(senderOf(identity)), identity);
  assert.equal(identityOf({ uuid: 'a' }).name, 'a');
  assert.match(identityOf({}).uuid, /^[0-9a-f-]{36}$/);
});

test('what cannot be an identity is refused', () => {
  for (const uuid of ['', 'a/b', 'a+', '#', '*', 'a\n', '$sys', 'all', 'x'.repeat(129)]) {
    assert.throws(() => identityOf({ uuid }), { code: 'IDENTITY_INVALID' }, uuid);
    assert.throws(() => identityOf({ uuid: 'a', name: uuid }), { code: 'IDENTITY_INVALID' }, uuid);
  }
  assert.throws(() => sourceText({ uuid: 'a', name: '*' }), { code: 'IDENTITY_INVALID' });
});

test('a source is everybody, an application, or a window of it', () => {
  const sources = [
    { uuid: '*' },
    { uuid: 'me' },
    { uuid: 'me', name: 'main' },
    { uuid: 'me', name: 'other' },
    { uuid: 'you' },
  ];
  assert.deepEqual(
    sources.map((source) => sourceIncludes(sourceText(source), ME)),
    [true, true, true, false, false],
  );
  // A window that is named as its application is a window, and the uuid alone all of them.
  assert.equal(sourceText({ uuid: 'desk', name: 'desk' }), 'desk/desk');
  assert.deepEqual(
    ['desk', 'main'].map((name) => sourceIncludes('desk/desk', { uuid: 'desk', name })),
    [true, false],
  );
});

test('a sender that is no identity is nobody', () => {
  for (const sender of ['', 'a/', '/b', 'a/b/c', 'a+', '*', 'all', '$x', 'a\u0000', 'x'.repeat(129), undefined]) {
    assert.equal(identityOfSender(sender), undefined, sender);
  }
});

describe('presence', () => {
  class FakeLink {
    readonly documents: PresenceDocument[] = [];
    readonly answers: (() => void)[] = [];
    retained = true;
    reasonCode = 0;
    publish(envelope: Envelope): Promise<PubAck> {
      this.retained &&= envelope.retain === true && envelope.topic === 'apps/me/presence/main';
      this.documents.push(JSON.parse(new TextDecoder().decode(envelope.payload) || '{}') as PresenceDocument);
      return new Promise((resolve) => {
        this.answers.push(() => {
          resolve({ reasonCode: this.reasonCode, reasonText: undefined });
        });
      });
    }
  }

  const one: Announced = { source: '*', topic: 'a/+' };
  const two: Announced = { source: 'you', topic: 'b' };

  test('says who is there with each connection, and what it is subscribed to whenever that changes', async () => {
    const [presence, link] = [new Presence(ME, 'me/main'), new FakeLink()];
    presence.add(one);
    void presence.connected(link);
    await settle();
    assert.deepEqual(
      link.documents.map(({ uuid, name, subscriptions }) => ({ uuid, name, subscriptions })),
      [{ ...ME, subscriptions: [one] }],
    );
    // One publish at a time, of the newest state; what is there twice is told once.
    presence.add(two);
    presence.add(two);
    presence.remove(two);
    await settle();
    assert.equal(link.documents.length, 1);
    link.answers[0]?.();
    await settle();
    assert.deepEqual(link.documents[1]?.subscriptions, [one, two]);
    link.answers[1]?.();
    await settle();
    presence.remove(two);
    await settle();
    assert.deepEqual(link.documents[2]?.subscriptions, [one]);
    assert.ok(link.retained);
  });

  test('says that it is gone, and nothing after that', async () => {
    const [presence, link] = [new Presence(ME, 'me/main'), new FakeLink()];
    const left = presence.leave(link);
    link.answers[0]?.();
    assert.equal(await left, true);
    await presence.connected(link);
    presence.add(one);
    await settle();
    assert.equal(link.documents.length, 1);
    link.reasonCode = 0x87;
    const again = presence.leave(link);
    link.answers[1]?.();
    assert.equal(await again, false);
  });

  test('tells again what the server refused, after pauses that grow, until it has left', async () => {
    const time = new ManualTime();
    const [presence, link] = [new Presence(ME, 'me/main', time), new FakeLink()];
    link.reasonCode = 0x97;
    void presence.connected(link);
    await settle();
    for (const [told, pause] of [
      [1, 1_000],
      [2, 2_000],
    ] as const) {
      link.answers[told - 1]?.();
      await settle();
      assert.deepEqual([link.documents.length, ...time.pauses], [told, pause]);
      await time.forward(pause);
    }
    assert.equal(link.documents.length, 3);
    link.answers[2]?.();
    await settle();
    presence.end();
    await settle();
    await time.forward(60_000);
    assert.equal(link.documents.length, 3);
  });

  test('announces a thousand subscriptions at most', async () => {
    const [presence, link] = [new Presence(ME, 'me/main'), new FakeLink()];
    for (let n = 0; n < 1_001; n++) presence.add({ source: '*', topic: String(n) });
    void presence.connected(link);
    await settle();
    assert.equal(link.documents[0]?.subscriptions.length, 1_000);
  });
});

describe('applications', () => {
  class Given {
    readonly told: string[] = [];
    readonly applications: Applications;

    constructor() {
      const listeners = new Listeners<ApplicationEvents>();
      listeners.on('connected', (identity) => this.told.push(`connected ${senderOf(identity)}`));
      listeners.on('disconnected', (identity) => this.told.push(`disconnected ${senderOf(identity)}`));
      listeners.on('subscribed', (...all) => this.told.push(`subscribed ${all.join(' ')}`));
      listeners.on('unsubscribed', (...all) => this.told.push(`unsubscribed ${all.join(' ')}`));
      this.applications = new Applications(ME, listeners);
    }

    say(identity: Identity, subscriptions: unknown, topic = presenceTopic(identity)): string[] {
      return this.arrive(topic, JSON.stringify({ ...identity, connectedAt: 1, subscriptions }));
    }

    arrive(topic: string, text: string): string[] {
      this.applications.arrived({ topic, payload: new TextEncoder().encode(text) } as Arrival);
      return this.told.splice(0);
    }
  }

  const you: Identity = { uuid: 'you', name: 'you' };

  test('come and go with their documents', () => {
    const given = new Given();
    assert.deepEqual(given.say(you, []), ['connected you']);
    assert.deepEqual(given.say(you, []), []);
    assert.deepEqual(given.say(ME, []), []);
    assert.deepEqual(given.applications.list(), [you, ME]);
    assert.deepEqual(given.arrive(presenceTopic(ME), ''), []);
    assert.deepEqual(given.arrive(presenceTopic(you), ''), ['disconnected you']);
    assert.deepEqual(given.arrive(presenceTopic(you), ''), []);
  });

  test('that subscribe to this one by its name are told of, also when they are gone', () => {
    const given = new Given();
    const subscriptions = [
      { source: 'me', topic: 'a/+' },
      { source: 'me/main', topic: 'b' },
      { source: 'me/other', topic: 'c' },
      { source: '*', topic: 'd' },
    ];
    assert.deepEqual(given.say(you, subscriptions), [
      'connected you',
      'subscribed you a.* you',
      'subscribed you b you',
    ]);
    assert.deepEqual(given.say(you, subscriptions.slice(1)), ['unsubscribed you a.* you']);
    assert.deepEqual(given.arrive(presenceTopic(you), ''), ['unsubscribed you b you', 'disconnected you']);
    assert.deepEqual(given.say(ME, subscriptions), []);
  });

  test('that were not told of again after the session was lost are gone', () => {
    const given = new Given();
    const other: Identity = { uuid: 'other', name: 'other' };
    given.say(you, []);
    given.say(other, []);
    given.applications.doubt();
    assert.deepEqual(given.say(you, []), []);
    given.applications.settle();
    assert.deepEqual(given.told, ['disconnected other']);
    assert.deepEqual(given.applications.list(), [you]);
  });

  test('are not believed what is not theirs to say, or makes no sense', () => {
    const given = new Given();
    assert.deepEqual(given.say(you, [], 'apps/other/presence/other'), []);
    for (const text of ['{', 'null', '[]', '"x"', '{"uuid":"you"}', '\u0000']) {
      assert.deepEqual(given.arrive(presenceTopic(you), text), []);
    }
    assert.deepEqual(given.say(you, 'many'), ['connected you']);
    assert.deepEqual(given.say(you, [null, 1, { source: 'me' }, { source: 'me', topic: 'a' }]), [
      'subscribed you a you',
    ]);
  });
});
