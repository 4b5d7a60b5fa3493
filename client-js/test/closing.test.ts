import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openClient, openInterApplicationBus, type InterApplicationBus } from '../src/node.js';
import {
  agreeing,
  CONNECT,
  DISCONNECT,
  PUBACK,
  PUBLISH,
  publishOf,
  ScriptedServer,
  send,
  SUBSCRIBE,
  until,
  type Answer,
} from './scripted-server.js';

const OPTIONS = { identity: { uuid: 'a' }, spool: { kind: 'memory' }, backoff: { initialMillis: 1 } } as const;
const PRESENCE = 'apps/a/presence/a';

describe('closing a client', () => {
  test('lets the spool go, and ends its connection, whatever the goodbye comes to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spool-'));
    const server = await ScriptedServer.start(agreeing());
    const options = { url: server.url, ...OPTIONS, spool: { folder, ownerWaitMillis: 0 } };
    const client = await openClient(options);
    await client.whenConnected();
    await client.close(() => Promise.reject(new Error('the connection ended')));
    await until(() => server.of(DISCONNECT).length === 1);
    await (await openClient(options)).close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  test('a second time waits for the first', async () => {
    const server = await ScriptedServer.start(agreeing());
    const client = await openClient({ url: server.url, ...OPTIONS });
    await client.whenConnected();
    let bye: ((heard: boolean) => void) | undefined;
    const goodbye = new Promise<boolean>((resolve) => (bye = resolve));
    const first = client.close(() => goodbye);
    const second = client.close();
    let ended = false;
    void second.then(() => (ended = true));
    await new Promise(setImmediate);
    assert.equal(ended, false);
    bye?.(true);
    await Promise.all([first, second]);
    await server.close();
  });

  test('between two attempts, or in the middle of one, ends it at once, and who waits for a connection hears of it', async () => {
    // Lets nobody in: the pause that follows would last for hours; then a server that says nothing.
    const busy = await ScriptedServer.start(({ type }, socket) => {
      if (type === CONNECT) send(socket, 0x20, 3, 0, 0x89, 0);
    });
    const silent = await ScriptedServer.start(() => undefined);
    const backoff = { initialMillis: 10 ** 8, delayMillisMax: 10 ** 8 };
    for (const server of [busy, silent]) {
      const client = await openClient({ url: server.url, ...OPTIONS, backoff });
      const waiting = client.whenConnected();
      const refused = new Promise((resolve) => client.on('disconnected', resolve));
      if (server === busy) await refused;
      else await until(() => server.of(CONNECT).length === 1);
      const rejected = assert.rejects(waiting, { code: 'CLOSED' });
      await client.close();
      await rejected;
      await assert.rejects(client.whenConnected(), { code: 'CLOSED' });
      await server.close();
    }
  });

  test('ends the loops over its messages', async () => {
    const server = await ScriptedServer.start(agreeing());
    const client = await openClient({ url: server.url, ...OPTIONS });
    await client.whenConnected();
    const loop = (async () => {
      for await (const { topic } of client.messages('t')) assert.fail(topic);
    })();
    await client.close();
    await loop;
    assert.throws(() => client.messages('t'), { code: 'CLOSED' });
    await server.close();
  });

  test('waits until the server has what is in a spool that ends with the process', async () => {
    const held: (() => void)[] = [];
    const server = await ScriptedServer.start(
      agreeing(({ type, body }, socket) => {
        if (type !== PUBLISH) return false;
        held.push(() => {
          send(socket, 0x40, 2, ...(publishOf(body, 1).packetId ?? []));
        });
        return true;
      }),
    );
    const client = await openClient({ url: server.url, ...OPTIONS });
    await client.whenConnected();
    const receipts = [1, 2].map((n) => client.publish('t', n));
    const closed = client.close();
    assert.throws(() => client.publish('t', 3), { code: 'CLOSED' });
    await until(() => held.length === 2);
    assert.equal(server.of(DISCONNECT).length, 0);
    for (const answer of held) answer();
    await closed;
    await Promise.all(receipts.map(({ acknowledged }) => acknowledged));
    assert.deepEqual([client.pending().messages, client.stats().published], [0, 2]);
    await server.close();
  });
});

test('an application can be sent to before it listens to anything, and is told of it when it does', async () => {
  const answer = agreeing(({ type, body }, socket) => {
    if (type !== SUBSCRIBE || !body.includes('apps/a/inbox/#')) return false;
    send(socket, 0x90, 4, body.readUInt8(0), body.readUInt8(1), 0, 1);
    // PUBLISH of QoS 1 to "apps/a/inbox/t", packet 0x0102, user property "sb-to" = "a", "1".
    const topic = [...Buffer.from('apps/a/inbox/t')];
    send(socket, 0x32, 31, 0, topic.length, ...topic, 1, 2, 11, 0x26, 0, 5, ...Buffer.from('sb-to'), 0, 1, 0x61, 0x31);
    return true;
  });
  const server = await ScriptedServer.start(answer);
  const bus = await openInterApplicationBus({ url: server.url, ...OPTIONS });
  await bus.client.whenConnected();
  assert.deepEqual(server.of(PUBACK), []);
  const heard = new Promise((resolve) => void bus.subscribe({ uuid: '*' }, 't', resolve));
  assert.equal(await heard, 1);
  await until(() => server.of(PUBACK).length === 1);
  await bus.close();
  await server.close();
});

test('a window has a topic of its own, and who sends to one that is not there is told so', async () => {
  const sentTo: string[] = [];
  const nobodyInOthers = agreeing(({ type, body }, socket) => {
    const publish = type === PUBLISH ? publishOf(body, 1) : undefined;
    if (!publish?.topic.includes('/inbox/')) return false;
    sentTo.push(publish.topic);
    send(socket, 0x40, 3, ...(publish.packetId ?? []), publish.topic.startsWith('apps/desk/windows/main/') ? 0 : 0x10);
    return true;
  });
  const server = await ScriptedServer.start(nobodyInOthers);
  const identity = { uuid: 'desk', name: 'main' };
  const bus = await openInterApplicationBus({ url: server.url, ...OPTIONS, identity });
  await bus.client.whenConnected();
  for (const filter of ['apps/desk/inbox/#', 'apps/desk/windows/main/inbox/#']) {
    assert.equal(server.of(SUBSCRIBE).filter((body) => body.includes(filter)).length, 1, filter);
  }
  await bus.send(identity, 'a.b', 1);
  await assert.rejects(bus.send({ uuid: 'desk', name: 'chart' }, 'a.b', 1), { code: 'NO_RESPONDERS' });
  await assert.rejects(bus.send({ uuid: 'you' }, 'a.b', 1), { code: 'NO_RESPONDERS' });
  const topics = ['apps/desk/windows/main/inbox/a/b', 'apps/desk/windows/chart/inbox/a/b', 'apps/you/inbox/a/b'];
  assert.deepEqual(sentTo, topics);
  await bus.close();
  await server.close();
});

describe('closing an application', () => {
  const documents = (server: ScriptedServer): string[] =>
    server
      .of(PUBLISH)
      .map((body) => publishOf(body, 1))
      .filter(({ topic }) => topic === PRESENCE)
      .map(({ payload }) => payload);

  async function closed(answer: Answer, ready: (bus: InterApplicationBus, server: ScriptedServer) => Promise<unknown>) {
    const server = await ScriptedServer.start(answer);
    const bus = await openInterApplicationBus({ url: server.url, ...OPTIONS });
    await ready(bus, server);
    await bus.close();
    await until(() => server.of(DISCONNECT).length === 1);
    const [goodbye] = server.of(DISCONNECT);
    await server.close();
    return { reason: goodbye?.length ? goodbye.readUInt8(0) : 0, documents: documents(server) };
  }

  test('says that it is gone, and takes its will back', async () => {
    const { reason, documents } = await closed(agreeing(), (bus) => bus.client.whenConnected());
    assert.deepEqual([reason, documents.length, documents[1]], [0, 2, '']);
  });

  test('leaves it to the will when the server does not take that', async () => {
    const refusing = agreeing(({ type, body }, socket) => {
      if (type !== PUBLISH || publishOf(body, 1).payload !== '') return false;
      send(socket, 0x40, 3, ...(publishOf(body, 1).packetId ?? []), 0x97);
      return true;
    });
    assert.equal((await closed(refusing, (bus) => bus.client.whenConnected())).reason, 0x04);
  });

  test('while its connection is put in order says so as well, and shows no document after that', async () => {
    const grants: (() => void)[] = [];
    const slow = agreeing(({ type, body }, socket) => {
      if (type === PUBLISH) for (const grant of grants) grant();
      if (type !== SUBSCRIBE) return false;
      grants.push(() => {
        send(socket, 0x90, 4, body.readUInt8(0), body.readUInt8(1), 0, 1);
      });
      return true;
    });
    const subscribed = (_: InterApplicationBus, server: ScriptedServer): Promise<void> =>
      until(() => server.of(SUBSCRIBE).length === 2);
    assert.deepEqual(await closed(slow, subscribed), { reason: 0, documents: [''] });
  });

  test('leaves no timer behind', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length;
    const before = timers();
    const server = await ScriptedServer.start(agreeing());
    const bus = await openInterApplicationBus({ url: server.url, ...OPTIONS });
    await bus.subscribe({ uuid: '*' }, 'a', () => undefined);
    await bus.close();
    assert.equal(timers(), before);
    await server.close();
  });
});
