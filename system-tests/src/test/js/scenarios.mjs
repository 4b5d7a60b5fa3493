// Scenarios with MQTT.js: node scenarios.mjs PORT [PATH], over WebSocket with a path. One line for each, exit code 1 if any fails.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import mqtt from 'mqtt';

const port = Number(process.argv[2]);
const path = process.argv[3];
const timeoutMillis = 30_000;

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not happen within ${timeoutMillis} ms`)), timeoutMillis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A connected client whose messages are kept until somebody asks for them. */
async function connect(options) {
  const client = mqtt.connect({ host: '127.0.0.1', port, ...(path && { protocol: 'ws', path }), reconnectPeriod: 0, ...options });
  const kept = [];
  let wake = () => {};
  client.on('message', (topic, payload, packet) => {
    kept.push({ topic, text: payload.toString(), packet });
    wake();
  });
  client.on('error', () => {});
  const connack = once(client, 'connect');
  [client.connack] = await within(connack, 'connect');
  client.take = async (count) => {
    while (kept.length < count) {
      await within(new Promise((resolve) => { wake = resolve; }), `message ${kept.length + 1} of ${count}`);
    }
    return kept.splice(0, count);
  };
  return client;
}

const scenarios = [];
const scenario = (name, run) => scenarios.push([name, run]);

for (const protocolVersion of [4, 5]) {
  const v = { protocolVersion };
  scenario(`every QoS arrives in order (${protocolVersion})`, async () => {
    const [subscriber, publisher] = [await connect(v), await connect(v)];
    for (const qos of [0, 1, 2]) {
      const topic = `js/order/${protocolVersion}/${qos}`;
      await subscriber.subscribeAsync(topic, { qos });
      const sent = Array.from({ length: 200 }, (_, number) => `${qos}-${number}`);
      // MQTT.js does not look at the receive maximum: no more than 20 are on their way at once.
      for (let at = 0; at < sent.length; at += 20) {
        await within(Promise.all(sent.slice(at, at + 20).map((text) => publisher.publishAsync(topic, text, { qos }))), 'publishing');
      }
      assert.deepEqual((await subscriber.take(200)).map((message) => message.text), sent);
    }
    await Promise.all([subscriber.endAsync(), publisher.endAsync()]);
  });

  scenario(`a session is resumed with what came meanwhile (${protocolVersion})`, async () => {
    const options = { ...v, clientId: `js-resume-${protocolVersion}`, clean: false };
    if (protocolVersion === 5) options.properties = { sessionExpiryInterval: 600 };
    const topic = `js/resume/${protocolVersion}`;
    const before = await connect(options);
    await before.subscribeAsync(topic, { qos: 2 });
    await before.endAsync();
    const publisher = await connect(v);
    for (let number = 0; number < 30; number++) await publisher.publishAsync(topic, String(number), { qos: 2 });
    const after = await connect(options);
    assert.equal(after.connack.sessionPresent, true);
    assert.deepEqual((await after.take(30)).map((message) => message.text), Array.from({ length: 30 }, (_, n) => String(n)));
    await Promise.all([after.endAsync(), publisher.endAsync()]);
  });

  scenario(`a retained message (${protocolVersion})`, async () => {
    const client = await connect(v);
    await client.publishAsync(`js/retained/${protocolVersion}`, 'kept', { qos: 1, retain: true });
    await client.subscribeAsync(`js/retained/${protocolVersion}`, { qos: 1 });
    const [message] = await client.take(1);
    assert.deepEqual([message.text, message.packet.retain], ['kept', true]);
    await client.endAsync();
  });

  scenario(`a lost client leaves its will (${protocolVersion})`, async () => {
    const watcher = await connect(v);
    await watcher.subscribeAsync(`js/will/${protocolVersion}`, { qos: 1 });
    const mortal = await connect({ ...v, will: { topic: `js/will/${protocolVersion}`, payload: Buffer.from('gone'), qos: 1 } });
    mortal.stream.destroy();
    assert.equal((await watcher.take(1))[0].text, 'gone');
    await watcher.endAsync();
    await mortal.endAsync(true);
  });
}

scenario('the second connection of a client id takes over and the first is told', async () => {
  const first = await connect({ protocolVersion: 5, clientId: 'js-takeover' });
  const told = once(first, 'disconnect');
  const second = await connect({ protocolVersion: 5, clientId: 'js-takeover' });
  const [packet] = await within(told, 'DISCONNECT');
  assert.equal(packet.reasonCode, 0x8e);
  await second.endAsync();
  await first.endAsync(true);
});

scenario('topic aliases in both directions', async () => {
  const client = await connect({ protocolVersion: 5, autoAssignTopicAlias: true, properties: { topicAliasMaximum: 10 } });
  await client.subscribeAsync('js/alias/#', { qos: 1 });
  for (let number = 0; number < 5; number++) await client.publishAsync('js/alias/a/long/topic', String(number), { qos: 1 });
  assert.deepEqual((await client.take(5)).map((m) => `${m.topic} ${m.text}`), [0, 1, 2, 3, 4].map((n) => `js/alias/a/long/topic ${n}`));
  await client.endAsync();
});

scenario('user properties and a response topic', async () => {
  const client = await connect({ protocolVersion: 5 });
  await client.subscribeAsync('js/properties', { qos: 2, properties: { subscriptionIdentifier: 7 } });
  await client.publishAsync('js/properties', 'x', {
    qos: 2,
    properties: { contentType: 'text/plain', responseTopic: 'back', correlationData: Buffer.from([1, 0]), userProperties: { a: ['1', '2'] } },
  });
  const { properties } = (await client.take(1))[0].packet;
  assert.equal(properties.contentType, 'text/plain');
  assert.equal(properties.responseTopic, 'back');
  assert.deepEqual([...properties.correlationData], [1, 0]);
  assert.deepEqual(properties.userProperties.a, ['1', '2']);
  assert.equal(properties.subscriptionIdentifier, 7);
  await client.endAsync();
});

scenario('a receive maximum of one still delivers everything', async () => {
  const slow = await connect({ protocolVersion: 5, properties: { receiveMaximum: 1 } });
  const publisher = await connect({ protocolVersion: 5 });
  await slow.subscribeAsync('js/slow', { qos: 2 });
  for (let number = 0; number < 50; number++) await publisher.publishAsync('js/slow', String(number), { qos: 2 });
  assert.deepEqual((await slow.take(50)).map((m) => m.text), Array.from({ length: 50 }, (_, n) => String(n)));
  await Promise.all([slow.endAsync(), publisher.endAsync()]);
});

let failed = 0;
for (const [name, run] of scenarios) {
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}\n${error.stack}`);
  }
}
console.log(`${scenarios.length} scenarios, ${failed} failed`);
process.exit(failed ? 1 : 0);
