// Applications that a test in Java plays with: each line of standard input is a call `{n, bus, call, args}`, which is
// answered by a line `answer N {value}` or `answer N {error, message}`; what a bus hears is a line `heard BUS TEXT`.
import { createInterface } from 'node:readline';
import { folder, openInterApplicationBus, topicOfNative } from './client.mjs';

const applications = new Map();

const nameOf = ({ uuid, name }) => `${uuid}/${name}`;
const senderOf = (source) => (source === undefined ? 'somebody' : nameOf(source));
/** `*`, `uuid` or `uuid/name`. */
const sourceOf = (written) => {
  const [uuid, name] = written.split('/');
  return name === undefined ? { uuid } : { uuid, name };
};

/** As the applications in Java write it. */
function messageText(topic, value, source, correlationId) {
  const traced = correlationId === undefined ? '' : ` traced ${correlationId}`;
  return `${topic} ${JSON.stringify(value)} from ${senderOf(source)}${traced}`;
}

class Application {
  #listeners = new Map();

  constructor(number, bus) {
    this.bus = bus;
    this.hear = (line) => console.log(`heard ${number} ${line}`);
    for (const event of ['connected', 'disconnected']) bus.on(event, (one) => this.hear(`${event} ${nameOf(one)}`));
    bus.addSubscribeListener((uuid, topic, name) => this.hear(`subscribed ${uuid}/${name} ${topic}`));
    bus.addUnsubscribeListener((uuid, topic, name) => this.hear(`unsubscribed ${uuid}/${name} ${topic}`));
    bus.client.on('refused', (error) => this.hear(`refused ${error.message}`));
  }

  connect() {
    return this.bus.client.whenConnected();
  }

  connected() {
    return this.bus.client.connected;
  }

  subscribe(source, topic, from) {
    const listener = (message, sender, context) => {
      this.hear(`message ${messageText(context.topic, message, sender, context.correlationId)}`);
      const { id, time, headers } = context;
      this.hear(`context ${JSON.stringify({ id, time, headers: Object.keys(headers).sort() })}`);
      if (message === 'unbearable') throw new Error('cannot bear it');
    };
    this.#listeners.set(`${source} ${topic}`, listener);
    return this.bus.subscribe(sourceOf(source), topic, listener, from === null ? {} : { from });
  }

  unsubscribe(source, topic) {
    return this.bus.unsubscribe(sourceOf(source), topic, this.#listeners.get(`${source} ${topic}`));
  }

  publish(topic, message, correlationId) {
    return this.bus.publish(topic, message, correlationId === null ? {} : { correlationId });
  }

  /** Into the spool. */
  put(topic, message) {
    return this.bus.publish(topic, message, { until: 'spooled' });
  }

  send(to, topic, message) {
    return this.bus.send(sourceOf(to), topic, message);
  }

  async request(topic, question) {
    return (await this.bus.client.request(topicOfNative(topic), question)).value;
  }

  respond(topic) {
    const answer = ({ value }) => {
      if (value === 'unbearable') throw new Error('cannot bear it');
      return { asked: value };
    };
    return this.bus.client.respond(topicOfNative(topic), answer).granted;
  }

  async history(topic, last) {
    const past = await this.bus.getHistory(topic, last);
    return past.map((one) => messageText(one.topic, one.payload, one.sender, one.correlationId));
  }

  async replay(topic, from) {
    const all = [];
    for await (const one of this.bus.replay(topic, from)) {
      all.push(messageText(one.topic, one.payload, one.sender, one.correlationId));
    }
    return all;
  }

  async deadLetters() {
    return (await this.bus.getDeadLetterQueue()).map((one) => messageText(one.topic, one.payload, one.sender, one.correlationId));
  }

  async figures() {
    const { published, delivered, pending, reconnects, broker, connectedClients } = await this.bus.getStats();
    const { exactRoutes } = broker;
    return { published, delivered, pending: pending.messages, reconnects, exactRoutes, connected: connectedClients };
  }

  applications() {
    return this.bus.applications().map(nameOf);
  }

  close() {
    return this.bus.close();
  }
}

async function answer({ bus, call, args }) {
  if (call === 'timers') return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  if (call !== 'open') return applications.get(bus)[call](...args);
  const backoff = { initialMillis: 10, delayMillisMax: 200 };
  const opened = await openInterApplicationBus({ spool: { folder }, backoff, ...args[0] });
  applications.set(bus, new Application(bus, opened));
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  // Not one after the other: some wait for what a later one does.
  Promise.resolve(answer(request)).then(
    (value) => console.log(`answer ${request.n} ${JSON.stringify({ value: value ?? null })}`),
    (error) => console.log(`answer ${request.n} ${JSON.stringify({ error: error.code ?? 'UNKNOWN', message: error.stack })}`),
  );
}
