// What the SDK promises, against a server: node scenarios.mjs MQTT_PORT HTTP_PORT mqtt|ws.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Wire } from '../wire.mjs';
import { bytes, folder, Got, numbers, openClient, run, text, within } from './client.mjs';

const [mqttPort, httpPort] = process.argv.slice(2, 4).map(Number);
const protocol = process.argv[4];
const target = protocol === 'ws' ? httpPort : mqttPort;
const url = (port) => (protocol === 'ws' ? `ws://127.0.0.1:${port}/mqtt` : `mqtt://127.0.0.1:${port}`);
const api = `http://127.0.0.1:${httpPort}`;
const quick = { initialMillis: 10, delayMillisMax: 100 };

async function open(options = {}) {
  return openClient({ url: url(target), api, spool: { folder }, backoff: quick, ...options });
}

async function get(path) {
  return (await fetch(`${api}/api/v1/${path}`)).json();
}

async function until(condition, what) {
  const look = async () => {
    while (!(await condition())) await new Promise((next) => setTimeout(next, 20));
  };
  await within(look(), what);
}

await run({
  async 'values of each codec arrive with what was said about them'() {
    const client = await open({ identity: { uuid: 'codecs', name: 'main' } });
    const got = new Got();
    await client.subscribe('sdk/json', (message) => got.add(message)).granted;
    await client.subscribe('sdk/text', (message) => got.add(message), { codec: text }).granted;
    await client.subscribe('sdk/bytes/+', (message) => got.add(message), { codec: bytes }).granted;
    client.publish('sdk/json', { price: 150.25 }, { correlationId: 'trace-1', id: 'id-1', headers: { a: ['1', '2'] } });
    client.publish('sdk/text', 'grüße', { codec: text, priority: 9 });
    client.publish('sdk/bytes/1', Uint8Array.of(0, 255), { codec: bytes, ttlSeconds: 60 });
    // A higher priority goes first where messages wait.
    const of = Object.fromEntries((await got.take(3)).map((message) => [message.topic, message]));
    const [one, two, three] = ['sdk/json', 'sdk/text', 'sdk/bytes/1'].map((topic) => of[topic]);
    assert.deepEqual([one.value, one.correlationId, one.id, one.from], [{ price: 150.25 }, 'trace-1', 'id-1', 'codecs/main']);
    assert.deepEqual(one.headers.a, ['1', '2']);
    assert.deepEqual([two.value, two.contentType, two.headers['sb-priority']], ['grüße', 'text/plain;charset=utf-8', '9']);
    assert.deepEqual([...three.value], [0, 255]);
    assert.equal(client.lastValue('sdk/text', text).value, 'grüße');
    await client.close();
  },

  async 'a receipt has two stages, and says whether anybody was there'() {
    const client = await open();
    const { spooled, acknowledged } = client.publish('sdk/nobody', 1);
    await spooled;
    assert.deepEqual(await acknowledged, { matched: false });
    await client.subscribe('sdk/somebody', () => {}).granted;
    assert.deepEqual(await client.publish('sdk/somebody', 1).acknowledged, { matched: true });
    assert.deepEqual(client.pending(), { messages: 0, bytes: 0 });
    await client.close();
  },

  async 'what the server refuses is told'() {
    const client = await open();
    const refused = new Got();
    client.on('refused', (error, message) => refused.add([error.code, message.topic]));
    await assert.rejects(client.publish('$SYS/mine', 1).acknowledged, { code: 'REFUSED', reasonCode: 0x87 });
    await assert.rejects(client.publish('sdk/large', 'x'.repeat(2 << 20)).acknowledged, { code: 'PAYLOAD_TOO_LARGE' });
    assert.deepEqual(await refused.take(2), [['REFUSED', '$SYS/mine'], ['PAYLOAD_TOO_LARGE', 'sdk/large']]);
    assert.equal(client.pending().messages, 0);
    await client.close();
  },

  async 'a request is answered, refused, unanswered, or there is nobody'() {
    const [asker, responder] = [await open(), await open()];
    await responder.respond('sdk/double', ({ value }) => {
      if (typeof value !== 'number') throw new Error('no number');
      return 2 * value;
    }).granted;
    await responder.subscribe('sdk/silent', () => {}).granted;
    assert.equal((await asker.request('sdk/double', 21)).value, 42);
    const many = await Promise.all(numbers(200).map((n) => asker.request('sdk/double', n)));
    assert.deepEqual(many.map(({ value }) => value), numbers(200).map((n) => 2 * n));
    await assert.rejects(asker.request('sdk/double', 'x'), { code: 'REPLY_FAILED', message: /no number/ });
    await assert.rejects(asker.request('sdk/silent', 1, { timeoutMillis: 100 }), { code: 'TIMEOUT' });
    await assert.rejects(asker.request('sdk/nobody', 1), { code: 'NO_RESPONDERS' });
    await Promise.all([asker.close(), responder.close()]);
  },

  async 'the past is there for who comes late: history, replay, and a subscription that begins in it'() {
    const client = await open();
    await Promise.all(numbers(30).map((n) => client.publish('sdk/past', n).acknowledged));
    assert.deepEqual((await client.history('sdk/past', 3)).map(({ value }) => value), [27, 28, 29]);
    const replayed = [];
    for await (const { value, timestamp } of client.replay('sdk/past', { from: Date.now() - 3_600_000 })) {
      assert.ok(Math.abs(timestamp - Date.now()) < 3_600_000);
      replayed.push(value);
    }
    assert.deepEqual(replayed, numbers(30));
    const got = new Got();
    await client.subscribe('sdk/past', ({ value }) => got.add(value), { from: 'last=5' }).granted;
    client.publish('sdk/past', 30);
    assert.deepEqual(await got.take(6), [25, 26, 27, 28, 29, 30]);
    await client.close();
  },

  async 'what a handler cannot take is among the dead letters, and holds up nothing'() {
    const client = await open();
    const got = new Got();
    const failures = new Got();
    client.on('failed', (error) => failures.add(error.message));
    await client.subscribe('sdk/dead', ({ value }) => {
      if (value === 'bad') throw new Error('I cannot');
      got.add(value);
    }).granted;
    client.publish('sdk/dead', 'bad');
    client.publish('sdk/dead', 'no JSON', { codec: text });
    client.publish('sdk/dead', 'good');
    assert.deepEqual(await got.take(1), ['good']);
    assert.equal((await failures.take(2))[0], 'I cannot');
    await until(async () => (await client.deadLetters()).filter(({ message }) => message.topic === 'sdk/dead').length === 2, 'two dead letters');
    const letters = (await client.deadLetters()).filter(({ message }) => message.topic === 'sdk/dead');
    assert.deepEqual(letters.map(({ message }) => message.value).sort(), ['bad', 'no JSON']);
    await client.close();
  },

  async 'a slow loop gets everything in order, and no more than its share is on the way'() {
    const [client, publisher] = [await open({ clientId: 'slow-loop', receiveMaximum: 4 }), await open()];
    const stream = client.messages('sdk/slow');
    await client.whenConnected();
    await until(async () => (await get('clients/slow-loop')).subscriptions.includes('sdk/slow'), 'the subscription');
    await Promise.all(numbers(100).map((n) => publisher.publish('sdk/slow', n).acknowledged));
    const got = [];
    for await (const { value } of stream) {
      got.push(value);
      if (value % 20 === 10) {
        const { unsettled } = await get('clients/slow-loop');
        assert.ok(unsettled <= 4, `${unsettled} on the way`);
      }
      if (got.length === 100) break;
    }
    assert.deepEqual(got, numbers(100));
    await until(async () => (await get('clients/slow-loop')).subscriptions.length === 0, 'the end of the subscription');
    await Promise.all([client.close(), publisher.close()]);
  },

  async 'a connection lives on while a handler takes its time'() {
    const client = await open({ keepAliveSeconds: 1, receiveMaximum: 1 });
    let finish;
    const got = new Got();
    await client.subscribe('sdk/patience', ({ value }) => {
      got.add(value);
      return new Promise((done) => (finish = done));
    }).granted;
    const losses = new Got();
    client.on('disconnected', (reason) => losses.add(reason));
    client.publish('sdk/patience', 1);
    client.publish('sdk/patience', 2);
    await got.take(1);
    // Twice what either side waits for a sign of life.
    await new Promise((done) => setTimeout(done, 3_000));
    assert.deepEqual([losses.values, got.values], [[], [1]]);
    finish();
    assert.deepEqual(await got.take(2), [1, 2]);
    finish();
    await client.close();
  },

  async 'published while connections are cut again and again, everything arrives once and in order'() {
    const wire = new Wire(target);
    const port = await wire.listen();
    const [near, far] = [await open({ url: url(port), identity: { uuid: 'near' } }), await open()];
    const [there, back] = [new Got(), new Got()];
    await far.subscribe('sdk/cut/there', ({ value }) => there.add(value)).granted;
    await near.subscribe('sdk/cut/back', ({ value }) => back.add(value)).granted;
    const count = 3_000;
    for (let n = 0; n < count; n++) {
      near.publish('sdk/cut/there', n);
      far.publish('sdk/cut/back', n);
      if (n % 300 === 299) wire.cut();
      if (n % 10 === 0) await new Promise((next) => setTimeout(next, 1));
    }
    await Promise.all([there.take(count), back.take(count)]);
    await until(() => near.pending().messages === 0, 'the last acknowledgement');
    assert.deepEqual(there.values, numbers(count));
    assert.deepEqual(back.values, numbers(count));
    assert.ok(near.stats().reconnects > 2, `${near.stats().reconnects} reconnects`);
    await Promise.all([near.close(), far.close()]);
    wire.close();
  },

  async 'what was published without a network arrives when there is one, and is known to be pending before'() {
    const wire = new Wire(target);
    const port = await wire.listen();
    wire.lose();
    const [near, far] = [await open({ url: url(port), identity: { uuid: 'offline' } }), await open()];
    const got = new Got();
    await far.subscribe('sdk/offline', ({ value }) => got.add(value)).granted;
    const before = Date.now();
    assert.ok(near.offlineSince() <= before && !near.connected);
    for (const n of numbers(500)) near.publish('sdk/offline', n);
    near.publish('sdk/offline', 'old', { ttlSeconds: 0.001 });
    const expired = new Got();
    near.on('refused', (error) => expired.add(error.code));
    assert.equal(near.pending().messages, 501);
    assert.ok(near.pending().bytes > 501);
    wire.restore();
    await near.whenConnected();
    assert.equal(near.offlineSince(), undefined);
    assert.deepEqual(await got.take(500), numbers(500));
    assert.deepEqual(await expired.take(1), ['EXPIRED']);
    await until(() => near.pending().messages === 0, 'the last acknowledgement');
    await Promise.all([near.close(), far.close()]);
    wire.close();
  },

  async 'a session that the server has lost is subscribed anew, and what was missed is fetched from the log'() {
    const wire = new Wire(target);
    const port = await wire.listen();
    const [near, far] = [await open({ url: url(port), sessionExpirySeconds: 0 }), await open()];
    const got = new Got();
    await near.subscribe('sdk/missed', ({ value }) => got.add(value), { catchUp: true }).granted;
    await far.publish('sdk/missed', 0).acknowledged;
    await got.take(1);
    const lost = new Promise((resolve) => near.on('disconnected', resolve));
    wire.cut();
    wire.lose();
    await lost;
    for (const n of [1, 2, 3]) await far.publish('sdk/missed', n).acknowledged;
    wire.restore();
    await near.whenConnected();
    await far.publish('sdk/missed', 4).acknowledged;
    assert.deepEqual(await got.take(5), [0, 1, 2, 3, 4]);
    await Promise.all([near.close(), far.close()]);
    wire.close();
  },

  async 'what waits for an application that starts again is held until it subscribes'() {
    const options = { identity: { uuid: 'restarted' }, spool: { kind: 'memory' } };
    const first = await open(options);
    await first.subscribe('sdk/restart', () => {}).granted;
    await first.close();
    const far = await open();
    await Promise.all(numbers(20).map((n) => far.publish('sdk/restart', n).acknowledged));
    const second = await open(options);
    await second.whenConnected();
    const got = new Got();
    second.subscribe('sdk/restart', ({ value }) => got.add(value));
    assert.deepEqual(await got.take(20), numbers(20));
    await Promise.all([second.close(), far.close()]);
  },

  async 'a process killed while it publishes loses nothing that was spooled, and nothing comes twice'() {
    const far = await open();
    const got = new Got();
    await far.subscribe('sdk/killed', ({ value }) => got.add(value)).granted;
    const script = fileURLToPath(new URL('publisher.mjs', import.meta.url));
    let spooled = 0;
    for (let life = 0; life < 4; life++) {
      const child = spawn(process.execPath, [script, url(target), folder, String(spooled)], { stdio: ['ignore', 'pipe', 'inherit'] });
      let kill = 200 + 300 * life;
      let rest = '';
      child.stdout.on('data', (data) => {
        const lines = (rest + data).split('\n');
        rest = lines.pop();
        for (const line of lines) {
          spooled = Math.max(spooled, Number(line) + 1);
          if (--kill === 0) child.kill('SIGKILL');
        }
      });
      await once(child, 'close');
    }
    const last = await open({ identity: { uuid: 'killed' } });
    await until(() => last.connected && last.pending().messages === 0, 'the end of the spool');
    await until(() => got.values.includes(spooled - 1), 'the last message');
    // What was under way when the process died may not have been told, and its number is given again.
    const known = got.values.filter((value, at) => got.values.indexOf(value) === at);
    assert.deepEqual(known, [...known].sort((one, other) => one - other));
    assert.deepEqual(known.slice(0, spooled), numbers(spooled));
    const keys = [];
    for await (const { idempotencyKey } of far.replay('sdk/killed')) keys.push(idempotencyKey);
    assert.ok(keys.length >= spooled);
    assert.equal(new Set(keys).size, keys.length);
    await Promise.all([last.close(), far.close()]);
  },
// Processes that wait for their disk again and again are at the mercy of who else writes to it.
}, 120_000);
