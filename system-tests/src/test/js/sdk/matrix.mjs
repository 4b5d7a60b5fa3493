// One cell of the matrix: node matrix.mjs URL publish TOPIC, with a letter on standard input, or URL subscribe TOPIC, which
// says what comes as letters. A letter is a JSON document of texts: bytes in hex, headers `name=value` joined by `&`.
import { openClient } from '../../../../../client-js/dist/node.js';
import { text as readText } from 'node:stream/consumers';

const [url, what, topic] = process.argv.slice(2, 5);

/** Parts that are headers, and what they are called there. */
const headerOf = {
  TYPE: 'sb-schema',
  SCHEMA_VERSION: 'sb-schema-version',
  KIND: 'sb-kind',
  TO: 'sb-to',
  CAUSATION: 'sb-causation-id',
  TRACE: 'traceparent',
  TIMESTAMP: 'sb-timestamp',
  CONTENT_ENCODING: 'sb-content-encoding',
  PRIORITY: 'sb-priority',
  ORDERING_KEY: 'sb-ordering-key',
};
/** Headers that are known by another name here. */
const known = new Set([...Object.values(headerOf), 'sb-from', 'sb-id', 'sb-idempotency-key']);

const bytesOf = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
const hexOf = (bytes) => bytes && Buffer.from(bytes).toString('hex');

async function publish(letter) {
  const headers = {};
  for (const pair of (letter.HEADERS ?? '').split('&').filter(Boolean)) {
    const [name, value] = pair.split('=');
    headers[name] = [...(headers[name] ?? []), value];
  }
  for (const [part, name] of Object.entries(headerOf)) {
    if (letter[part] !== undefined && part !== 'PRIORITY' && part !== 'ORDERING_KEY') headers[name] = letter[part];
  }
  const client = await openClient({ url, identity: { uuid: letter.FROM }, spool: { kind: 'memory' } });
  await client.publish(letter.TOPIC, bytesOf(letter.PAYLOAD), {
    codec: { contentType: letter.CONTENT_TYPE, encode: (value) => value },
    id: letter.ID,
    replyTo: letter.REPLY_TO,
    correlationId: bytesOf(letter.CORRELATION),
    priority: Number(letter.PRIORITY),
    orderingKey: letter.ORDERING_KEY,
    idempotencyKey: letter.IDEMPOTENCY_KEY,
    headers,
    ...(letter.LIFE_TIME && { ttlSeconds: Number(letter.LIFE_TIME) }),
  }).acknowledged;
  await client.close();
}

function letterOf(message) {
  const { headers } = message;
  const others = Object.entries(headers).filter(([name]) => !known.has(name));
  return {
    TOPIC: message.topic,
    PAYLOAD: hexOf(message.payload),
    ID: message.id,
    FROM: message.from,
    REPLY_TO: message.replyTo,
    CORRELATION: hexOf(message.correlation),
    IDEMPOTENCY_KEY: message.idempotencyKey,
    CONTENT_TYPE: message.contentType,
    LIFE_TIME: message.ttlSeconds?.toString(),
    HEADERS: others.flatMap(([name, values]) => [values].flat().map((value) => `${name}=${value}`)).join('&'),
    ...Object.fromEntries(Object.entries(headerOf).map(([part, name]) => [part, headers[name]])),
  };
}

if (what === 'publish') {
  await publish(JSON.parse(await readText(process.stdin)));
} else {
  const client = await openClient({ url, spool: { kind: 'memory' } });
  let count = 0;
  const told = (message) => console.log(`letter ${++count} ${JSON.stringify(letterOf(message))}`);
  await client.subscribe(topic, told, { codec: { decode: (payload) => payload } }).granted;
  console.log('subscribed');
}
