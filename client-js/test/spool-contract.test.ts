import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { FileSpool } from '../src/file/file-spool.js';
import { IndexedDbSpool } from '../src/indexeddb/indexeddb-spool.js';
import { MemorySpool } from '../src/spool/memory-spool.js';
import type { Spool, SpoolSettings } from '../src/spool/spool.js';

const SETTINGS: SpoolSettings = { quota: { messagesMax: 1_000, bytesMax: 100_000 }, ownerWaitMillis: 0 };

interface Kind {
  open(settings: SpoolSettings): Promise<Spool>;
  end(): Promise<void>;
}

const kinds: Readonly<Record<string, () => Promise<Kind>>> = {
  memory: () =>
    Promise.resolve({
      open: (settings) => Promise.resolve(new MemorySpool(settings.quota)),
      end: () => Promise.resolve(),
    }),
  files: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spool-'));
    return {
      open: (settings) => FileSpool.open(join(folder, 'one'), settings),
      end: () => rm(folder, { recursive: true }),
    };
  },
  IndexedDB: () => {
    Object.assign(globalThis, { indexedDB: new IDBFactory() });
    return Promise.resolve({ open: (settings) => IndexedDbSpool.open('one', settings), end: () => Promise.resolve() });
  },
};

const body = (text: string): Uint8Array => new TextEncoder().encode(text);

async function all(spool: Spool): Promise<string[]> {
  const entries = await spool.read(0, 10_000, 1 << 30);
  return entries.map((entry) => `${String(entry.sequence)} ${new TextDecoder().decode(entry.body)}`);
}

async function ids(spool: Spool): Promise<string[]> {
  const found: string[] = [];
  for (let last = 0; ; ) {
    const entries = await spool.read(last, 10_000, 1 << 30);
    if (entries.length === 0) return found;
    found.push(...entries.map(({ spoolId }) => spoolId));
    last = entries.at(-1)?.sequence ?? last;
  }
}

for (const [name, make] of Object.entries(kinds)) {
  const spools = (title: string, run: (kind: Kind) => Promise<void>): void => {
    test(title, async () => {
      const kind = await make();
      try {
        await run(kind);
      } finally {
        await kind.end();
      }
    });
  };

  describe(`a spool in ${name}`, () => {
    spools('gives back what it was given, in the order of the calls', async (kind) => {
      const spool = await kind.open(SETTINGS);
      const appended = ['a', 'b', 'c'].map((text) => spool.append(body(text)));
      await Promise.all(appended.map(({ stored }) => stored));
      assert.deepEqual(await all(spool), ['1 a', '2 b', '3 c']);
      assert.deepEqual(spool.pending(), { messages: 3, bytes: 3 });
      await spool.close();
    });

    spools('reads in pieces, at least one message each', async (kind) => {
      const spool = await kind.open(SETTINGS);
      await Promise.all([1, 2, 3, 4].map((length) => spool.append(body('x'.repeat(100 * length))).stored));
      const sequences = async (after: number, messagesMax: number, bytesMax: number): Promise<number[]> =>
        (await spool.read(after, messagesMax, bytesMax)).map((entry) => entry.sequence);
      assert.deepEqual(await sequences(0, 2, 1 << 20), [1, 2]);
      assert.deepEqual(await sequences(2, 2, 1), [3]);
      assert.deepEqual(await sequences(0, 10, 380), [1, 2]);
      assert.deepEqual(await sequences(4, 10, 380), []);
      await spool.close();
    });

    spools('forgets what is removed, also out of order', async (kind) => {
      const spool = await kind.open(SETTINGS);
      await Promise.all(['a', 'b', 'c', 'd'].map((text) => spool.append(body(text)).stored));
      await Promise.all([spool.remove([2]), spool.remove([1, 4]), spool.remove([2, 99])]);
      assert.deepEqual(await all(spool), ['3 c']);
      assert.deepEqual(spool.pending(), { messages: 1, bytes: 1 });
      await spool.close();
    });

    spools('refuses what exceeds its quota in messages, and loses nothing', async (kind) => {
      const spool = await kind.open({ ...SETTINGS, quota: { messagesMax: 2, bytesMax: 100 } });
      await Promise.all([spool.append(body('a')).stored, spool.append(body('b')).stored]);
      const full = { code: 'SPOOL_FULL', message: /2 messages wait, and spool.messagesMax is 2/ };
      assert.throws(() => spool.append(body('c')), full);
      assert.deepEqual(await all(spool), ['1 a', '2 b']);
      await spool.remove([1]);
      await spool.append(body('d')).stored;
      assert.deepEqual(await all(spool), ['2 b', '3 d']);
      await spool.close();
    });

    spools('refuses what exceeds its quota in bytes, and takes what is smaller', async (kind) => {
      const spool = await kind.open({ ...SETTINGS, quota: { messagesMax: 10, bytesMax: 5 } });
      await spool.append(body('abc')).stored;
      assert.throws(() => spool.append(body('def')), { code: 'SPOOL_FULL', message: /spool.bytesMax, 5/ });
      await spool.append(body('gh')).stored;
      assert.deepEqual(await all(spool), ['1 abc', '2 gh']);
      await spool.close();
    });

    spools('keeps aside what was refused, within its quota', async (kind) => {
      const spool = await kind.open({ ...SETTINGS, quota: { messagesMax: 2, bytesMax: 1_000 } });
      await Promise.all(['a', 'b'].map((text) => spool.append(body(text)).stored));
      const [first] = await spool.read(0, 1, 100);
      assert.ok(first);
      const refusal = { code: 'REFUSED', reasonCode: 0x87, text: 'no', refusedAt: 5 } as const;
      await spool.shelve(first, refusal);
      assert.deepEqual([await all(spool), spool.pending().messages, spool.refusedCount()], [['2 b'], 1, 1]);
      assert.throws(() => spool.append(body('c')), { code: 'SPOOL_FULL', message: /2 messages wait or are refused/ });
      const told = (await spool.refused(10)).map((entry) => [
        entry.sequence,
        entry.refusal,
        new TextDecoder().decode(entry.body),
      ]);
      assert.deepEqual(told, [[1, refusal, 'a']]);
      assert.deepEqual(await spool.refused(10, 2), []);
      if (spool.durable) {
        await spool.close();
        const again = await kind.open(SETTINGS);
        assert.deepEqual([await all(again), again.refusedCount()], [['2 b'], 1]);
        assert.equal((await again.refused(10))[0]?.refusal.reasonCode, 0x87);
        assert.equal(await again.removeRefused(1), true);
        await again.close();
        return;
      }
      assert.deepEqual([await spool.removeRefused(1), await spool.removeRefused(1)], [true, false]);
      spool.append(body('c'));
    });

    if (name === 'memory') return;

    spools(
      'has the same after it was opened again, under the ids they had, and new ones under another',
      async (kind) => {
        const spool = await kind.open(SETTINGS);
        await Promise.all(['a', 'b', 'c'].map((text) => spool.append(body(text)).stored));
        await spool.remove([2]);
        await spool.close();
        const again = await kind.open(SETTINGS);
        // Should this be a copy, or an older state of the storage: its new messages are none of those that went out.
        assert.notEqual(again.id, spool.id);
        assert.match(again.id, /^[\w-]{22}$/);
        assert.deepEqual(await all(again), ['1 a', '3 c']);
        assert.deepEqual(again.pending(), { messages: 2, bytes: 2 });
        await again.append(body('d')).stored;
        await again.close();
        const third = await kind.open(SETTINGS);
        assert.deepEqual(await ids(third), [spool.id, spool.id, again.id]);
        assert.deepEqual(third.pending(), { messages: 3, bytes: 3 });
        await third.close();
      },
    );

    spools('gives no sequence twice, also when it was empty between', async (kind) => {
      const spool = await kind.open(SETTINGS);
      await spool.append(body('a')).stored;
      await spool.remove([1]);
      await spool.close();
      const again = await kind.open(SETTINGS);
      assert.equal(again.append(body('b')).sequence, 2);
      await again.close();
      const third = await kind.open(SETTINGS);
      assert.deepEqual(await all(third), ['2 b']);
      await third.close();
    });

    spools('takes nothing after it was closed', async (kind) => {
      const spool = await kind.open(SETTINGS);
      const { stored } = spool.append(body('a'));
      await spool.close();
      await stored;
      assert.throws(() => spool.append(body('b')), { code: 'CLOSED' });
    });
  });
}
