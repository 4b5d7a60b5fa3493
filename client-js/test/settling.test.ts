import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Settling } from '../src/bus/settling.js';
import { ManualTime, settle } from './manual-time.js';

class Given {
  readonly time = new ManualTime();
  readonly told: string[] = [];
  readonly settling = new Settling(
    { doubt: () => this.told.push('doubt'), settle: () => this.told.push('settle') },
    this.time,
  );

  /** @returns ends the connection */
  connection(sessionPresent: boolean): () => Promise<void> {
    let end = (): void => undefined;
    this.settling.opening(sessionPresent);
    this.settling.opened(new Promise<void>((resolve) => (end = resolve)));
    return async () => {
      end();
      await settle();
    };
  }
}

test('who is not told of again within a while has gone', async () => {
  const given = new Given();
  given.connection(false);
  await given.time.forward(4_999);
  assert.deepEqual(given.told, ['doubt']);
  await given.time.forward(1);
  assert.deepEqual(given.told, ['doubt', 'settle']);
});

test('a connection that ends before leaves the doubt to the next one, though that finds its session', async () => {
  const given = new Given();
  const end = given.connection(false);
  await given.time.forward(4_000);
  await end();
  await given.time.forward(60_000);
  assert.deepEqual(given.told, ['doubt']);
  given.connection(true);
  await given.time.forward(4_999);
  assert.deepEqual(given.told, ['doubt']);
  await given.time.forward(1);
  assert.deepEqual(given.told, ['doubt', 'settle']);
});

test('where the session was kept nobody is doubted', async () => {
  const given = new Given();
  given.connection(true);
  await given.time.forward(60_000);
  assert.deepEqual(given.told, []);
});

test('a second lost session begins anew', async () => {
  const given = new Given();
  const end = given.connection(false);
  await given.time.forward(3_000);
  await end();
  given.connection(false);
  await given.time.forward(3_000);
  assert.deepEqual(given.told, ['doubt', 'doubt']);
  await given.time.forward(2_000);
  assert.deepEqual(given.told, ['doubt', 'doubt', 'settle']);
});

test('after the end nobody is declared gone', async () => {
  const given = new Given();
  given.connection(false);
  given.settling.close();
  given.connection(true);
  await given.time.forward(60_000);
  assert.deepEqual([given.told, given.time.pauses], [['doubt'], []]);
});
