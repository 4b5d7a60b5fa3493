import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openClient, type Client } from '../src/node.js';
import { agreeing, DISCONNECT, PUBACK, PUBLISH, publish, ScriptedServer, SUBSCRIBE, until } from './scripted-server.js';

const OPTIONS = { identity: { uuid: 'a' }, spool: { kind: 'memory' } } as const;

/** Brings messages `1`, to each topic that is subscribed to, or to some of them in that order, under packet ids from 1. */
async function opened({
  topics,
  closeTimeoutMillis = 60_000,
}: {
  topics: readonly string[];
  closeTimeoutMillis?: number;
}): Promise<{ server: ScriptedServer; client: Client; bring: () => void; acknowledged: () => number[] }> {
  let bring = (): void => undefined;
  const server = await ScriptedServer.start(
    agreeing(({ type }, socket) => {
      if (type === SUBSCRIBE) {
        bring = () => {
          for (const [at, topic] of topics.entries()) publish(socket, at + 1, topic);
        };
      }
      return false;
    }),
  );
  const client = await openClient({ url: server.url, ...OPTIONS, closeTimeoutMillis });
  const acknowledged = (): number[] => server.of(PUBACK).map((body) => body.readUInt16BE(0));
  return {
    server,
    client,
    bring: () => {
      bring();
    },
    acknowledged,
  };
}

/** A handler that has what it was given until the test lets go of it. */
class Busy {
  readonly given: string[] = [];
  readonly #release: (() => void)[] = [];

  readonly handle = async ({ topic }: { topic: string }): Promise<void> => {
    this.given.push(topic);
    await new Promise<void>((resolve) => this.#release.push(resolve));
  };

  release(): void {
    for (const release of this.#release.splice(0)) release();
  }
}

describe('a client that is closed while a handler is busy', () => {
  test('waits for it and lets its answer go out, and begins nothing more', async () => {
    const { server, client, bring, acknowledged } = await opened({ topics: ['a', 'a'] });
    const busy = new Busy();
    await client.subscribe('a', busy.handle).granted;
    bring();
    await until(() => busy.given.length === 1);
    const closed = client.close();
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    assert.deepEqual([server.of(DISCONNECT).length, acknowledged()], [0, []]);
    busy.release();
    await closed;
    await until(() => server.of(DISCONNECT).length === 1);
    assert.deepEqual([busy.given, acknowledged()], [['a'], [1]]);
    await server.close();
  });

  test('handles what came before that too, as its answer could not leave otherwise', async () => {
    const { server, client, bring, acknowledged } = await opened({ topics: ['a', 'a', 'b', 'a'] });
    const [busy, other] = [new Busy(), new Busy()];
    client.subscribe('a', busy.handle);
    client.subscribe('b', other.handle);
    await client.whenConnected();
    await until(() => server.of(SUBSCRIBE).length === 2);
    bring();
    await until(() => other.given.length === 1);
    const closed = client.close();
    other.release();
    busy.release();
    await until(() => busy.given.length === 2);
    busy.release();
    await closed;
    await until(() => server.of(DISCONNECT).length === 1);
    assert.deepEqual(
      [busy.given, acknowledged()],
      [
        ['a', 'a'],
        [1, 2, 3],
      ],
    );
    await server.close();
  });

  test('takes what that publishes', async () => {
    const { server, client, bring, acknowledged } = await opened({ topics: ['a'] });
    const busy = new Busy();
    await client.subscribe('a', async (message) => {
      await busy.handle(message);
      await client.publish('result', 1).acknowledged;
    }).granted;
    bring();
    await until(() => busy.given.length === 1);
    const closed = client.close();
    busy.release();
    await closed;
    assert.throws(() => client.publish('result', 2), { code: 'CLOSED' });
    await until(() => server.of(DISCONNECT).length === 1);
    assert.deepEqual([server.of(PUBLISH).length, acknowledged()], [1, [1]]);
    await server.close();
  });

  test('waits no longer than it may, and leaves the message unanswered', async () => {
    const { server, client, bring, acknowledged } = await opened({ topics: ['a'], closeTimeoutMillis: 1 });
    const busy = new Busy();
    await client.subscribe('a', busy.handle).granted;
    bring();
    await until(() => busy.given.length === 1);
    await client.close();
    await until(() => server.of(DISCONNECT).length === 1);
    assert.deepEqual(acknowledged(), []);
    busy.release();
    await server.close();
  });

  test('does not wait for a handler that closes it itself', { timeout: 20_000 }, async () => {
    const { server, client, bring } = await opened({ topics: ['a'] });
    const closed = new Promise<void>((resolve) => {
      client.subscribe('a', async () => {
        await client.close();
        resolve();
      });
    });
    await client.whenConnected();
    bring();
    await closed;
    await server.close();
  });

  test(
    'lets a loop go through with its message, and not wait for one that has seen none',
    { timeout: 20_000 },
    async () => {
      const { server, client, bring, acknowledged } = await opened({ topics: ['a', 'b'] });
      const busy = new Busy();
      const loop = (async () => {
        for await (const message of client.messages('a')) await busy.handle(message);
      })();
      client.messages('b');
      await client.whenConnected();
      await until(() => server.of(SUBSCRIBE).length === 2);
      bring();
      await until(() => busy.given.length === 1);
      const closed = client.close();
      busy.release();
      await Promise.all([closed, loop]);
      await until(() => server.of(DISCONNECT).length === 1);
      assert.deepEqual(acknowledged(), [1]);
      await server.close();
    },
  );
});
