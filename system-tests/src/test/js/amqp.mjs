// Scenarios with rhea: node amqp.mjs PORT scenarios|send|check [URL]. One line for each, exit code 1 if any fails. With the URL
// of a WebSocket they go through that.
import assert from 'node:assert/strict';
import rhea from 'rhea';
import { WebSocket } from 'ws';

const port = Number(process.argv[2]);
const mode = process.argv[3];
const url = process.argv[4];
const timeoutMillis = 30_000;

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not happen within ${timeoutMillis} ms`)), timeoutMillis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const next = (emitter, event) => within(new Promise((resolve) => emitter.once(event, resolve)), event);

async function connect(id) {
  const container = rhea.create_container({ id });
  const where = url
    ? { connection_details: container.websocket_connect(WebSocket)(url, ['amqp'], {}) }
    : { host: '127.0.0.1', port };
  const connection = container.connect({ ...where, reconnect: false });
  await next(connection, 'connection_open');
  return connection;
}

async function close(connection) {
  const closed = next(connection, 'connection_close');
  connection.close();
  await closed;
}

/** A receiver whose deliveries are kept until somebody asks for them. */
async function receive(connection, source, options = {}) {
  const receiver = connection.open_receiver({ source, autoaccept: false, autosettle: true, credit_window: 10, ...options });
  const kept = [];
  let wake = () => {};
  receiver.on('message', (context) => {
    kept.push(context);
    wake();
  });
  receiver.on('receiver_error', () => {});
  await next(receiver, 'receiver_open');
  receiver.take = async () => {
    while (kept.length === 0) {
      await within(new Promise((resolve) => { wake = resolve; }), 'a message');
    }
    return kept.shift();
  };
  return receiver;
}

/** Sends one message after the other and resolves with the outcome of each. */
async function sender(connection, target) {
  const link = connection.open_sender({ target });
  link.on('sender_error', () => {});
  if (!link.sendable()) {
    await next(link, 'sendable');
  }
  link.outcome = (message) => within(new Promise((resolve) => {
    const delivery = link.send(message);
    for (const outcome of ['accepted', 'released', 'rejected', 'modified']) {
      const heard = (context) => {
        if (context.delivery === delivery) {
          link.removeListener(outcome, heard);
          resolve(outcome);
        }
      };
      link.on(outcome, heard);
    }
  }), 'an outcome');
  link.setMaxListeners(0);
  return link;
}

const scenarios = [];
const scenario = (name, run) => scenarios.push([name, run]);

scenario('published is received and settled', async () => {
  const connection = await connect('js-settle');
  const receiver = await receive(connection, 'js/settle');
  const link = await sender(connection, 'js/settle');
  for (let number = 0; number < 100; number++) {
    assert.equal(await link.outcome({ body: `text ${number}` }), 'accepted');
    const { message, delivery } = await receiver.take();
    assert.equal(message.body, `text ${number}`);
    delivery.accept();
  }
  await close(connection);
});

scenario('released comes again and rejected does not', async () => {
  const connection = await connect('js-outcomes');
  const receiver = await receive(connection, 'queue://js/outcomes');
  const link = await sender(connection, 'queue://js/outcomes');
  await link.outcome({ body: 'again' });
  (await receiver.take()).delivery.release();
  const released = await receiver.take();
  assert.equal(released.message.body, 'again');
  assert.ok(!released.message.delivery_count);
  released.delivery.modified({ delivery_failed: true });
  const failed = await receiver.take();
  assert.equal(failed.message.delivery_count, 1);
  failed.delivery.reject({ condition: 'app:bad', description: 'cannot be read' });
  await link.outcome({ body: 'next' });
  const { message, delivery } = await receiver.take();
  assert.equal(message.body, 'next');
  delivery.accept();
  await close(connection);
});

scenario('a durable subscription keeps what comes meanwhile', async () => {
  const source = { address: 'js/news', durable: 2, expiry_policy: 'never' };
  const first = await connect('js-durable');
  const receiver = await receive(first, source, { name: 'mine' });
  const detached = next(receiver, 'receiver_close');
  receiver.detach();
  await detached;
  await close(first);
  const publisher = await connect('js-publisher');
  const link = await sender(publisher, 'js/news');
  for (let number = 0; number < 10; number++) {
    await link.outcome({ body: `news ${number}` });
  }
  const again = await connect('js-durable');
  const resumed = await receive(again, source, { name: 'mine' });
  for (let number = 0; number < 10; number++) {
    const { message, delivery } = await resumed.take();
    assert.equal(message.body, `news ${number}`);
    delivery.accept();
  }
  resumed.close();
  await close(again);
  await close(publisher);
});

scenario('what is malformed is rejected and what is not served is refused', async () => {
  const connection = await connect('js-refused');
  const relay = await sender(connection, {});
  assert.equal(await relay.outcome({ to: 'no/+/topic', body: 'x' }), 'rejected');
  const refused = connection.open_receiver('js/#/wrong');
  const { receiver } = await next(refused, 'receiver_error');
  assert.equal(receiver.error.condition, 'amqp:invalid-field');
  await close(connection);
});

scenario('a selector passes what it describes', async () => {
  const connection = await connect('js-selector');
  const receiver = await receive(connection, {
    address: 'js/selected',
    filter: rhea.filter.selector("color = 'red' AND weight > 2"),
  });
  const link = await sender(connection, 'js/selected');
  for (const [color, weight] of [['blue', 3], ['red', 1], ['red', 3]]) {
    await link.outcome({ body: `${color} ${weight}`, application_properties: { color, weight } });
  }
  const { message, delivery } = await receiver.take();
  assert.equal(message.body, 'red 3');
  delivery.accept();
  await close(connection);
});

scenario('a large message arrives whole', async () => {
  const connection = await connect('js-large');
  const receiver = await receive(connection, 'js/large');
  const link = await sender(connection, 'js/large');
  const body = Buffer.alloc(3_000_000, 7);
  assert.equal(await link.outcome({ body: rhea.message.data_section(body) }), 'accepted');
  const { message, delivery } = await receiver.take();
  assert.ok(body.equals(message.body.content));
  delivery.accept();
  await close(connection);
});

async function send() {
  const connection = await connect('js-send');
  const link = await sender(connection, 'queue://metadata/rhea');
  const outcome = await link.outcome({
    body: '{}',
    durable: true,
    priority: 7,
    ttl: 60_000,
    message_id: 'from-rhea',
    correlation_id: 'c-1',
    subject: 'order',
    reply_to: 'answers/here',
    content_type: 'application/json',
    group_id: 'customer-7',
    application_properties: { text: 'value', count: 42, flag: true, ratio: 0.5 },
    message_annotations: { 'x-opt-origin': 'rhea' },
  });
  assert.equal(outcome, 'accepted');
  await close(connection);
}

async function check() {
  const connection = await connect('js-check');
  const receiver = await receive(connection, 'queue://metadata/python');
  const { message, delivery } = await receiver.take();
  delivery.accept();
  assert.equal(message.body, '{}');
  assert.equal(message.durable, true);
  assert.equal(message.priority, 7);
  assert.ok(message.ttl > 0 && message.ttl <= 60_000);
  assert.equal(message.message_id, 'from-python');
  assert.equal(message.correlation_id, 'c-1');
  assert.equal(message.subject, 'order');
  assert.equal(message.reply_to, 'answers/here');
  assert.equal(message.content_type, 'application/json');
  assert.equal(message.group_id, 'customer-7');
  assert.equal(message.message_annotations['x-opt-origin'], 'python');
  assert.deepEqual({ ...message.application_properties }, { text: 'value', count: 42, flag: true, ratio: 0.5 });
  await close(connection);
}

let failed = false;
for (const [name, run] of { scenarios, send: [['send', send]], check: [['check', check]] }[mode]) {
  try {
    await run();
    console.log('ok', name);
  } catch (error) {
    failed = true;
    console.log('FAILED', name);
    console.error(error);
  }
}
process.exit(failed ? 1 : 0);
