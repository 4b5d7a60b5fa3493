import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '../src/client.js';
import { openClient, type ClientOptions } from '../src/node.js';
import {
  CONNECT,
  DISCONNECT,
  PUBACK,
  PUBLISH,
  publishOf,
  ScriptedServer,
  send,
  SUBSCRIBE,
  until,
  type FromClient,
} from './scripted-server.js';

type Answer = Parameters<typeof ScriptedServer.start>[0];

const OPTIONS = {
  identity: { uuid: 'a' },
  spool: { kind: 'memory' },
  backoff: { initialMillis: 1 },
  closeTimeoutMillis: 0,
} as const;

async function given(
  answer: Answer,
  run: (client: Client, server: ScriptedServer) => Promise<void>,
  options: Partial<ClientOptions> = {},
): Promise<void> {
  const server = await ScriptedServer.start(answer);
  const client = await openClient({ url: server.url, ...OPTIONS, ...options });
  try {
    await run(client, server);
  } finally {
    await client.close();
    await server.close();
  }
}

function disconnected(client: Client): Promise<[reason: string, reasonCode: number | undefined]> {
  return new Promise((resolve) => {
    const off = client.on('disconnected', (...told) => {
      off();
      resolve([...told]);
    });
  });
}

/** Packet identifier of a PUBLISH to a topic of one character, or of a SUBSCRIBE. */
const idOf = ({ type, body }: FromClient): [number, number] => {
  const at = type === PUBLISH ? 3 : 0;
  return [body.readUInt8(at), body.readUInt8(at + 1)];
};

test('a connection that ends while its subscriptions are made does not count as one', async () => {
  let lives = 0;
  const answer: Answer = (packet, socket) => {
    if (packet.type === CONNECT) {
      lives++;
      send(socket, 0x20, 3, 0, 0, 0);
    }
    // CONNACK for all, SUBACK from the third connection on.
    if (packet.type === SUBSCRIBE) {
      if (lives < 3) socket.destroy();
      else send(socket, 0x90, 4, ...idOf(packet), 0, 1);
    }
  };
  await given(answer, async (client) => {
    const { granted } = client.subscribe('t', () => undefined);
    let connected = 0;
    client.on('connected', () => connected++);
    await disconnected(client);
    assert.equal(client.connected, false);
    await granted;
    await client.whenConnected();
    assert.deepEqual([connected, lives], [1, 3]);
  });
});

test('messages that come in one segment with CONNACK are kept, and acknowledged when they were handled', async () => {
  const answer: Answer = (packet, socket) => {
    // CONNACK with session present; PUBLISH of QoS 1, topic "t", packet 0x0102, no properties, "1"; another, 0x0103, "2".
    if (packet.type === CONNECT) {
      send(socket, 0x20, 3, 1, 0, 0, 0x32, 7, 0, 1, 0x74, 1, 2, 0, 0x31, 0x32, 7, 0, 1, 0x74, 1, 3, 0, 0x32);
    }
    if (packet.type === SUBSCRIBE) send(socket, 0x90, 4, ...idOf(packet), 0, 1);
  };
  await given(answer, async (client, server) => {
    const finish: (() => void)[] = [];
    const began: unknown[] = [];
    client.subscribe('t', ({ value }) => {
      began.push(value);
      return new Promise((done) => finish.push(done));
    });
    await client.whenConnected();
    assert.deepEqual([began, server.of(PUBACK)], [[1], []]);
    finish[0]?.();
    await until(() => finish.length >= 2);
    finish[1]?.();
    await until(() => server.of(PUBACK).length >= 2);
    assert.deepEqual(
      server.of(PUBACK).map((body) => [...body]),
      [
        [1, 2],
        [1, 3],
      ],
    );
  });
});

test('what a handler refuses is acknowledged with 0x80, what it cannot read with 0x99', async () => {
  const answer: Answer = (packet, socket) => {
    // As above: "1", and "x", which is no JSON.
    if (packet.type === CONNECT) {
      send(socket, 0x20, 3, 1, 0, 0, 0x32, 7, 0, 1, 0x74, 1, 2, 0, 0x31, 0x32, 7, 0, 1, 0x74, 1, 3, 0, 0x78);
    }
    if (packet.type === SUBSCRIBE) send(socket, 0x90, 4, ...idOf(packet), 0, 1);
  };
  await given(answer, async (client, server) => {
    client.subscribe('t', () => {
      throw new Error('no');
    });
    await until(() => server.of(PUBACK).length >= 2);
    assert.deepEqual(
      server.of(PUBACK).map((body) => [...body]),
      [
        [1, 2, 0x80],
        [1, 3, 0x99],
      ],
    );
  });
});

test('an answer is of the moment: it is not spooled, and has no copy', async () => {
  const answer: Answer = (packet, socket) => {
    // PUBLISH of QoS 1, topic "t", packet 0x0102, response topic "r", correlation data "c", "1".
    if (packet.type === CONNECT) {
      send(socket, 0x20, 3, 1, 0, 0, 0x32, 15, 0, 1, 0x74, 1, 2, 8, 0x08, 0, 1, 0x72, 0x09, 0, 1, 0x63, 0x31);
    }
    if (packet.type === SUBSCRIBE) send(socket, 0x90, 4, ...idOf(packet), 0, 1);
  };
  await given(answer, async (client, server) => {
    client.respond('t', ({ value }) => {
      assert.equal(client.pending().messages, 0);
      return Number(value) + 1;
    });
    await until(() => server.of(PUBACK).length >= 1);
    const [said] = server.of(PUBLISH);
    assert.deepEqual(said && publishOf(said, 0), { topic: 'r', packetId: undefined, payload: '2' });
    assert.equal(client.pending().messages, 0);
  });
});

test('a handler that fails is heard of, also when nobody listens', async (t) => {
  const printed = t.mock.method(console, 'error', () => undefined);
  const answer: Answer = (packet, socket) => {
    if (packet.type === CONNECT) send(socket, 0x20, 3, 1, 0, 0, 0x32, 7, 0, 1, 0x74, 1, 2, 0, 0x31);
    if (packet.type === SUBSCRIBE) send(socket, 0x90, 4, ...idOf(packet), 0, 1);
  };
  await given(answer, async (client, server) => {
    client.subscribe('t', () => {
      throw new Error('I cannot');
    });
    await until(() => server.of(PUBACK).length >= 1);
  });
  assert.match(String(printed.mock.calls[0]?.arguments[1]), /I cannot/);
});

test('a refusal says what the server said', async () => {
  const answer: Answer = (packet, socket) => {
    if (packet.type === CONNECT) send(socket, 0x20, 3, 0, 0, 0);
    // PUBACK 0x87, reason string "no".
    if (packet.type === PUBLISH) send(socket, 0x40, 9, ...idOf(packet), 0x87, 5, 0x1f, 0, 2, 0x6e, 0x6f);
  };
  await given(answer, async (client) => {
    const { acknowledged } = client.publish('t', 1);
    await assert.rejects(acknowledged, { code: 'REFUSED', reasonCode: 0x87, message: /0x87: no/ });
  });
});

test('who is not let in is told why, and comes back when the server wants it', async () => {
  let attempts = 0;
  const answer: Answer = (packet, socket) => {
    if (packet.type !== CONNECT) return;
    // CONNACK 0x89 (busy), user property "sb-retry-after" = "0"; then one that lets in.
    const name = [...Buffer.from('sb-retry-after')];
    if (++attempts === 1) send(socket, 0x20, 23, 0, 0x89, 20, 0x26, 0, 14, ...name, 0, 1, 0x30);
    else send(socket, 0x20, 3, 0, 0, 0);
  };
  // Without the suggestion the first pause would last for hours.
  const backoff = { initialMillis: 10 ** 8, delayMillisMax: 10 ** 8 };
  await given(
    answer,
    async (client) => {
      assert.deepEqual(await disconnected(client), ['the server said 0x89', 0x89]);
      await client.whenConnected();
      assert.equal(attempts, 2);
    },
    { backoff },
  );
});

test('closing says DISCONNECT, and leaves what was not acknowledged in the spool', async () => {
  const answer: Answer = (packet, socket) => {
    if (packet.type === CONNECT) send(socket, 0x20, 3, 0, 0, 0);
  };
  await given(answer, async (client, server) => {
    await client.whenConnected();
    const { acknowledged } = client.publish('t', 1);
    await until(() => server.of(PUBLISH).length >= 1);
    await client.close();
    await until(() => server.of(DISCONNECT).length >= 1);
    await assert.rejects(acknowledged, { code: 'CLOSED' });
    assert.equal(client.pending().messages, 1);
    assert.throws(() => client.publish('t', 2), { code: 'CLOSED' });
  });
});

test('a client that was never connected can be closed', async () => {
  const server = await ScriptedServer.start(() => undefined);
  const client = await openClient({ url: server.url, ...OPTIONS });
  await client.close();
  await server.close();
});

test('a server that says nothing is given up', async () => {
  await given(
    () => undefined,
    async (client) => {
      assert.deepEqual(await disconnected(client), ['connack timeout', undefined]);
    },
    { connectTimeoutMillis: 100 },
  );
});

test('a question has a key, and its life ends with the patience of its asker', async () => {
  const questions: Buffer[] = [];
  const answer: Answer = ({ type, body }, socket) => {
    const id = idOf({ type, body });
    if (type === CONNECT) send(socket, 0x20, 3, 0, 0, 0);
    if (type === SUBSCRIBE) send(socket, 0x90, 4, ...id, 0, 1);
    if (type !== PUBLISH) return;
    questions.push(body);
    send(socket, 0x40, 3, ...id, 0x10);
  };
  await given(answer, async (client) => {
    await client.whenConnected();
    const asked = client.request('q', 1, { timeoutMillis: 5_000 });
    await assert.rejects(asked, { code: 'NO_RESPONDERS' });
    const [question] = questions;
    assert.ok(question?.includes('sb-idempotency-key'));
    // Message expiry interval, the first of the properties that mqtt-packet writes after the payload's form.
    assert.ok(question?.includes(Buffer.from([2, 0, 0, 0, 5])));
  });
});
