import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_BACKOFF } from '../src/link/backoff.js';
import { Connector } from '../src/link/connector.js';
import { ConnectError, type Link } from '../src/link/link.js';
import type { Ending } from '../src/link/translation.js';
import { ManualTime, settle } from './manual-time.js';

const LOST: Ending = { text: 'the network was lost', reasonCode: undefined, retryAfterMillis: undefined };

/** Servers and networks as the test wants them. */
class Given {
  readonly time = new ManualTime();
  readonly told: string[] = [];
  attempts = 0;
  open: (() => Promise<Link>) | undefined;
  failure: Ending | undefined = LOST;
  end: (ending: Ending) => void = () => undefined;
  /** Whether with the will. */
  readonly left: boolean[] = [];

  readonly connector = new Connector(
    {
      open: () => {
        this.attempts++;
        return this.open?.() ?? this.#open();
      },
      connected: () => {
        this.told.push('connected');
        return Promise.resolve();
      },
      disconnected: ({ text }) => this.told.push(text),
    },
    DEFAULT_BACKOFF,
    this.time,
  );

  #open(): Promise<Link> {
    return this.failure ? Promise.reject(new ConnectError(this.failure)) : Promise.resolve(this.#link());
  }

  #link(): Link {
    const ended = new Promise<Ending>((resolve) => (this.end = resolve));
    const leave = (withWill: boolean): Promise<unknown> => {
      this.left.push(withWill);
      this.end(LOST);
      return ended;
    };
    return { ended, leave } as unknown as Link;
  }
}

test('attempts go on with growing pauses until there is a connection', async () => {
  const given = new Given();
  given.connector.start();
  await settle();
  for (const pause of [50, 100, 200, 400]) {
    assert.deepEqual(given.time.pauses, [pause]);
    await given.time.forward(pause);
  }
  given.failure = undefined;
  await given.time.forward(800);
  assert.equal(given.attempts, 6);
  assert.equal(given.told.at(-1), 'connected');
  await given.connector.close(true);
  assert.deepEqual(given.left, [true]);
});

test('the pause is what the server suggests, in a refusal and at the end of a connection', async () => {
  const given = new Given();
  given.failure = { ...LOST, text: 'busy', retryAfterMillis: 7_000 };
  given.connector.start();
  await settle();
  assert.deepEqual(given.time.pauses, [7_000]);
  given.failure = undefined;
  await given.time.forward(7_000);
  given.end({ ...LOST, text: 'maintenance', retryAfterMillis: 9_000 });
  await settle();
  assert.deepEqual(given.time.pauses, [9_000]);
  assert.deepEqual(given.told, ['busy', 'connected', 'maintenance']);
  await given.connector.close();
});

test('who was thrown out by another one with the same name does not throw that one out at once', async () => {
  const given = new Given();
  given.failure = { ...LOST, text: 'taken over', reasonCode: 0x8e };
  given.connector.start();
  await settle();
  assert.deepEqual(given.time.pauses, [DEFAULT_BACKOFF.delayMillisMax]);
  await given.connector.close();
});

test('a connection that lasted begins a new series of pauses, and is counted', async () => {
  const given = new Given();
  given.connector.start();
  await settle();
  for (const pause of [50, 100, 200]) await given.time.forward(pause);
  given.failure = undefined;
  await given.time.forward(400);
  assert.equal(given.connector.reconnects, 0);
  await given.time.forward(10_000);
  given.end(LOST);
  await settle();
  assert.deepEqual(given.time.pauses, [50]);
  await given.time.forward(50);
  assert.equal(given.connector.reconnects, 1);
  await given.connector.close();
});

test('news of a network shorten the pause to a random one, so that not all who hear of it come at once', async () => {
  const given = new Given();
  given.connector.start();
  await settle();
  for (const pause of [50, 100, 200, 400, 800]) await given.time.forward(pause);
  assert.deepEqual([given.attempts, given.time.pauses], [6, [1_600]]);
  given.connector.wake();
  await settle();
  assert.deepEqual([given.attempts, given.time.pauses], [6, [1_000]]);
  // More news make it no longer.
  await given.time.forward(600);
  given.connector.wake();
  await settle();
  assert.deepEqual(given.time.pauses, [400]);
  given.failure = undefined;
  await given.time.forward(400);
  assert.equal(given.told.at(-1), 'connected');
  await given.connector.close();
});

test('news of a network make no pause longer, nor one that the server has asked for shorter', async () => {
  const given = new Given();
  given.failure = { ...LOST, retryAfterMillis: 7_000 };
  given.connector.start();
  await settle();
  given.connector.wake();
  await settle();
  assert.deepEqual([given.attempts, given.time.pauses], [1, [7_000]]);
  given.failure = LOST;
  await given.time.forward(7_000);
  await given.time.forward(60);
  assert.deepEqual([given.attempts, given.time.pauses], [2, [40]]);
  given.connector.wake();
  await settle();
  assert.deepEqual([given.attempts, given.time.pauses], [2, [40]]);
  await given.connector.close();
});

test('closing does not wait for credentials that never come', { timeout: 5_000 }, async () => {
  const given = new Given();
  given.open = () => new Promise<Link>(() => undefined);
  given.connector.start();
  await settle();
  await given.connector.close();
  assert.deepEqual(given.told.length, 1);
});

test('closing ends a pause, and there is no further attempt', async () => {
  const given = new Given();
  given.connector.start();
  await settle();
  await given.connector.close();
  await given.time.forward(100_000);
  assert.equal(given.attempts, 1);
});
