// Every example of the requirements for applications on a bus, in their order: node applications.mjs HTTP_PORT.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Wire } from '../wire.mjs';
import { folder, Got, numbers, openInterApplicationBus, run, within } from './client.mjs';

const httpPort = Number(process.argv[2]);
const EVERYBODY = { uuid: '*' };
const quick = { initialMillis: 10, delayMillisMax: 100 };

function open(uuid, options = {}) {
  const identity = { uuid: `${uuid}-${randomUUID().slice(0, 8)}`, ...options.identity };
  const url = `ws://127.0.0.1:${options.port ?? httpPort}/mqtt`;
  return openInterApplicationBus({ url, spool: { folder }, backoff: quick, ...options, identity });
}

async function until(condition, what) {
  const look = async () => {
    while (!(await condition())) await new Promise((next) => setTimeout(next, 20));
  };
  await within(look(), what);
}

async function published(bus, topic, count) {
  for (const n of numbers(count)) await bus.publish(topic, { n });
}

await run({
  async 'subscribe with a wildcard; publish routes to it'() {
    const [sender, receiver] = [await open('prices'), await open('blotter')];
    const got = new Got();
    await receiver.subscribe(EVERYBODY, 'market.*.prices', (message, source, context) => got.add({ message, source, context }));
    await sender.publish('market.AAPL.prices', { price: 150.25 });
    await sender.publish('market.AAPL.volumes', { volume: 1 });
    await sender.publish('market.MSFT.prices', { price: 400 });
    const [one, two] = await got.take(2);
    assert.deepEqual([one.message, one.source, one.context.topic], [{ price: 150.25 }, sender.identity, 'market.AAPL.prices']);
    assert.match(one.context.id, /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(one.context.time - Date.now()) < 60_000);
    assert.deepEqual([two.message, two.context.topic], [{ price: 400 }, 'market.MSFT.prices']);
    await Promise.all([sender.close(), receiver.close()]);
  },

  async 'replay messages from a timestamp'() {
    const bus = await open('audit');
    const fromTimestamp = Date.now() - 60_000;
    await published(bus, 'audit.trail', 150);
    const replayed = [];
    for await (const message of bus.replay('audit.trail', fromTimestamp)) replayed.push(message);
    assert.deepEqual(replayed.map(({ payload }) => payload.n), numbers(150));
    assert.deepEqual(replayed[0].sender, bus.identity);
    assert.equal(replayed[0].topic, 'audit.trail');
    await bus.close();
  },

  async 'publish with a correlation id, statistics, history, dead letters'() {
    const bus = await open('orders');
    const got = new Got();
    await bus.subscribe(EVERYBODY, 'orders.created', (message, source, { correlationId }) => got.add({ message, correlationId }));
    const correlationId = `trace-${Date.now()}`;
    await bus.publish('orders.created', { order: 17 }, { correlationId });
    assert.deepEqual(await got.take(1), [{ message: { order: 17 }, correlationId }]);

    const stats = await bus.getStats();
    assert.ok(stats.clients >= 1 && stats.connectedClients >= 1);
    assert.ok(stats.broker.exactRoutes >= 1);
    for (const figure of ['wildcardRoutes', 'queuedMessages', 'deadLetterMessages', 'topics']) {
      assert.equal(typeof stats.broker[figure], 'number', figure);
    }
    assert.deepEqual([stats.published, stats.pending.messages], [1, 0]);

    const history = await bus.getHistory('orders.created', 10);
    const last = history.at(-1);
    assert.deepEqual([last.payload, last.correlationId, last.topic], [{ order: 17 }, correlationId, 'orders.created']);

    assert.ok(Array.isArray(await bus.getDeadLetterQueue()));
    await bus.close();
  },

  async 'subscribe to all prices, and to all events of a market'() {
    const [bus, sender] = [await open('watch'), await open('feed')];
    const [prices, events] = [new Got(), new Got()];
    await bus.subscribe(EVERYBODY, 'exchange.*.prices', (message, source, { topic }) => prices.add(topic));
    await bus.subscribe(EVERYBODY, 'exchange.#', (message, source, { topic }) => events.add(topic));
    for (const topic of ['exchange', 'exchange.AAPL.prices', 'exchange.AAPL.halts.today']) await sender.publish(topic, {});
    assert.deepEqual(await events.take(3), ['exchange', 'exchange.AAPL.prices', 'exchange.AAPL.halts.today']);
    assert.deepEqual(await prices.take(1), ['exchange.AAPL.prices']);
    await Promise.all([bus.close(), sender.close()]);
  },

  async 'replay the last hour'() {
    const bus = await open('late');
    await published(bus, 'crash.recovery', 5);
    const oneHourAgo = Date.now() - 3_600_000;
    let count = 0;
    for await (const message of bus.replay('crash.recovery', oneHourAgo)) {
      assert.equal(message.payload.n, count++);
    }
    assert.equal(count, 5);
    await bus.close();
  },

  async 'look through what could not be delivered, and investigate'() {
    const bus = await open('failing');
    await bus.subscribe(EVERYBODY, 'failing.topic', () => {
      throw new Error('the handler is broken');
    });
    await bus.publish('failing.topic', { order: 18 });
    const failed = async () => (await bus.getDeadLetterQueue()).filter(({ topic }) => topic === 'failing.topic');
    await until(async () => (await failed()).length === 1, 'a dead letter');
    for (const message of await failed()) {
      console.log(`Failed to deliver: ${message.id} to topic ${message.topic}`);
      assert.match(message.id, /^[0-9a-f-]{36}$/);
      assert.deepEqual(message.payload, { order: 18 });
      assert.ok(message.deaths.length > 0);
    }
    await bus.close();
  },

  async 'the last 50 messages of a topic, for a display'() {
    const bus = await open('display');
    await published(bus, 'display.orders', 60);
    const history = await bus.getHistory('display.orders', 50);
    assert.equal(history.length, 50);
    history.forEach((message, at) => {
      assert.ok(!Number.isNaN(new Date(message.timestamp).getTime()));
      assert.equal(JSON.stringify(message.payload), `{"n":${at + 10}}`);
    });
    assert.equal((await bus.getHistory('display.orders')).length, 60);
    await bus.close();
  },

  async 'statistics of clients, routes and storage, for a monitor'() {
    const bus = await open('monitor');
    const stats = await bus.getStats();
    const lines = `
Connected Clients: ${stats.connectedClients}/${stats.clients}
Exact Routes: ${stats.broker.exactRoutes}
Wildcard Routes: ${stats.broker.wildcardRoutes}
Queued Messages: ${stats.broker.queuedMessages}
Dead Letters: ${stats.broker.deadLetterMessages}
Active Topics: ${stats.broker.topics}
File Count: ${stats.storage.fileCount}
Total Size: ${(stats.storage.totalSize / 1024 / 1024).toFixed(2)} MB
Buffered: ${stats.storage.bufferedBytes} bytes`;
    assert.ok(!/undefined|NaN/.test(lines), lines);
    assert.ok(stats.storage.fileCount >= 1 && stats.storage.totalSize > 0);
    await bus.close();
  },

  async 'publishing without a correlation id works as before'() {
    const bus = await open('plain');
    const got = new Got();
    await bus.subscribe(EVERYBODY, 'topic', (message, source, context) => got.add([message, context.correlationId]));
    await bus.publish('topic', 'message');
    assert.deepEqual(await got.take(1), [['message', undefined]]);
    await bus.close();
  },

  async 'metrics of a bus at intervals: clients and queued messages'() {
    const bus = await open('metrics');
    await bus.client.whenConnected();
    const gauges = new Map();
    const metrics = { gauge: (name, value) => gauges.set(name, value) };
    const timer = setInterval(() => void bus.getStats().then((stats) => {
      metrics.gauge('iab.clients', stats.connectedClients);
      metrics.gauge('iab.queued', stats.broker.queuedMessages);
    }), 20);
    await until(() => gauges.size === 2, 'both gauges');
    clearInterval(timer);
    assert.ok(gauges.get('iab.clients') >= 1 && gauges.get('iab.queued') >= 0);
    await bus.close();
  },

  async 'a message to one application, to one window of it, and to nobody'() {
    const uuid = `desk-${randomUUID()}`;
    const sender = await open('sender');
    const [first, second] = [await open('', { identity: { uuid, name: 'first' } }), await open('', { identity: { uuid, name: 'second' } })];
    const got = { first: new Got(), second: new Got() };
    const listen = (bus, into) => bus.subscribe({ uuid: sender.identity.uuid }, 'orders.#', (message, source) => into.add([message, source.uuid]));
    await Promise.all([listen(first, got.first), listen(second, got.second)]);
    await sender.send({ uuid }, 'orders.new', 'both');
    await sender.send({ uuid, name: 'second' }, 'orders.new', 'one');
    assert.deepEqual(await got.second.take(2), [['both', sender.identity.uuid], ['one', sender.identity.uuid]]);
    assert.deepEqual(await got.first.take(1), [['both', sender.identity.uuid]]);
    await assert.rejects(sender.send({ uuid: 'nobody' }, 'orders.new', 1), { code: 'NO_RESPONDERS' });
    await Promise.all([sender.close(), first.close(), second.close()]);
  },

  async 'a subscription to one sender gets nothing from others'() {
    const [one, other, receiver] = [await open('one'), await open('other'), await open('choosy')];
    const got = new Got();
    const listener = (message) => got.add(message);
    await receiver.subscribe({ uuid: one.identity.uuid }, 'choosy.topic', listener);
    await other.publish('choosy.topic', 'of other');
    await one.publish('choosy.topic', 'of one');
    assert.deepEqual(await got.take(1), ['of one']);
    await receiver.unsubscribe({ uuid: one.identity.uuid }, 'choosy.topic', listener);
    await one.publish('choosy.topic', 'again');
    await receiver.subscribe({ uuid: one.identity.uuid }, 'choosy.topic', listener);
    await one.publish('choosy.topic', 'last');
    assert.deepEqual(await got.take(2), ['of one', 'last']);
    await Promise.all([one.close(), other.close(), receiver.close()]);
  },

  async 'applications hear of one another: who comes and goes, and who listens to whom'() {
    const watcher = await open('watcher');
    const told = new Got();
    await watcher.client.whenConnected();
    watcher.on('connected', ({ uuid }) => uuid.startsWith('guest') && told.add(`connected ${uuid}`));
    watcher.on('disconnected', ({ uuid }) => uuid.startsWith('guest') && told.add(`disconnected ${uuid}`));
    const subscribed = (uuid, topic) => told.add(`subscribed ${topic}`);
    watcher.addSubscribeListener(subscribed);
    watcher.addUnsubscribeListener((uuid, topic) => told.add(`unsubscribed ${topic}`));
    const guest = await open('guest');
    await told.take(1);
    const listener = () => {};
    await guest.subscribe({ uuid: watcher.identity.uuid }, 'watched.*', listener);
    await told.take(2);
    await guest.unsubscribe({ uuid: watcher.identity.uuid }, 'watched.*', listener);
    await told.take(3);
    watcher.removeSubscribeListener(subscribed);
    let more = false;
    watcher.on('subscribed', (uuid, topic) => (more ||= topic === 'watched.more'));
    await guest.subscribe({ uuid: watcher.identity.uuid }, 'watched.more', listener);
    await until(() => more, 'the other subscription');
    assert.ok((await watcher.getStats()).applications.some((one) => one.uuid === guest.identity.uuid));
    await guest.close();
    const { uuid } = guest.identity;
    assert.deepEqual(await told.take(5), [`connected ${uuid}`, 'subscribed watched.*', 'unsubscribed watched.*', 'unsubscribed watched.more', `disconnected ${uuid}`]);
    const late = await open('late-watcher');
    await late.subscribe(EVERYBODY, 'x', () => {});
    await until(() => late.applications().some((one) => one.uuid === watcher.identity.uuid), 'the retained presence');
    await Promise.all([watcher.close(), late.close()]);
  },

  async 'a lost application is given its grace: what comes meanwhile is queued, and nobody is told that it is gone'() {
    const wire = new Wire(httpPort);
    const port = await wire.listen();
    const [lost, other] = [await open('lost', { port }), await open('other')];
    const [got, told] = [new Got(), new Got()];
    await lost.subscribe(EVERYBODY, 'grace.topic', (message) => got.add(message));
    await other.client.whenConnected();
    await until(() => other.applications().some(({ uuid }) => uuid === lost.identity.uuid), 'its presence');
    other.on('disconnected', ({ uuid }) => told.add(uuid));
    const gone = new Promise((resolve) => lost.client.on('disconnected', resolve));
    wire.cut();
    wire.lose();
    await gone;
    for (const n of numbers(10)) await other.publish('grace.topic', n);
    await other.send({ uuid: lost.identity.uuid }, 'grace.topic', 'to you');
    wire.restore();
    const all = await got.take(11);
    // Each in its order; what was sent and what was published are two topics.
    assert.deepEqual(all.filter((one) => one !== 'to you'), numbers(10));
    assert.ok(all.includes('to you'));
    assert.deepEqual(told.values, []);
    await Promise.all([lost.close(), other.close()]);
    wire.close();
  },

  async 'a late joiner begins with what was said before'() {
    const [speaker, joiner] = [await open('speaker'), await open('joiner')];
    await published(speaker, 'late.joiner', 5);
    const got = new Got();
    await joiner.subscribe(EVERYBODY, 'late.joiner', ({ n }) => got.add(n), { from: 'last=3' });
    await speaker.publish('late.joiner', { n: 5 });
    assert.deepEqual(await got.take(4), [2, 3, 4, 5]);
    await Promise.all([speaker.close(), joiner.close()]);
  },
});
