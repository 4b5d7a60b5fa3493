import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { IndexedDbSpool } from '../src/indexeddb/indexeddb-spool.js';
import { ManualTime, settle } from './manual-time.js';

const SETTINGS = { quota: { messagesMax: 1_000, bytesMax: 100_000 }, ownerWaitMillis: 0 };
const body = (text: string): Uint8Array => new TextEncoder().encode(text);

async function all(spool: IndexedDbSpool): Promise<string[]> {
  const entries = await spool.read(0, 10_000, 1 << 30);
  return entries.map((entry) => `${String(entry.sequence)} ${new TextDecoder().decode(entry.body)}`);
}

type Method = 'put' | 'delete';

/** Until it is restored each such call aborts its transaction, as a browser does that has no room. */
function aborting(method: Method): { restore: () => void } {
  const real = Reflect.get(IDBObjectStore.prototype, method) as (this: IDBObjectStore, ...all: unknown[]) => IDBRequest;
  const aborted = new Set<IDBTransaction>();
  const failing = mock.method(IDBObjectStore.prototype, method, function (this: IDBObjectStore, ...all: unknown[]) {
    const request = real.apply(this, all);
    queueMicrotask(() => {
      if (!aborted.has(this.transaction)) this.transaction.abort();
      aborted.add(this.transaction);
    });
    return request;
  });
  return {
    restore: () => {
      failing.mock.restore();
    },
  };
}

/** What the next page would find, while this one still has it open. */
async function stored(name: string): Promise<IDBValidKey[]> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error());
    };
  });
  const keys = await new Promise<IDBValidKey[]>((resolve) => {
    const request = database.transaction('messages').objectStore('messages').getAllKeys();
    request.onsuccess = () => {
      resolve(request.result);
    };
  });
  database.close();
  return keys;
}

describe('a spool in IndexedDB whose browser', () => {
  beforeEach(() => {
    Object.assign(globalThis, { indexedDB: new IDBFactory() });
  });

  test('has no room gives some back, though the page goes on publishing', async () => {
    const spool = await IndexedDbSpool.open('one', SETTINGS);
    await Promise.all(['a', 'b'].map((text) => spool.append(body(text)).stored));
    const full = aborting('put');
    const [appended, removed] = [spool.append(body('c')), spool.remove([1])];
    await assert.rejects(appended.stored, { code: 'SPOOL_FAILED' });
    await removed;
    full.restore();
    assert.deepEqual(await stored('one'), [2]);
    await spool.close();
  });

  /** The connection that the spool uses. */
  async function connectionOf(spool: IndexedDbSpool): Promise<IDBDatabase> {
    const watching = mock.method(IDBDatabase.prototype, 'transaction');
    await spool.read(0, 1, 1);
    const connection = watching.mock.calls[0]?.this as IDBDatabase | undefined;
    watching.mock.restore();
    assert.ok(connection);
    return connection;
  }

  test('ends its connection opens another, and nobody notices', async () => {
    const spool = await IndexedDbSpool.open('one', SETTINGS);
    await spool.append(body('a')).stored;
    (await connectionOf(spool)).close();
    await spool.append(body('b')).stored;
    (await connectionOf(spool)).close();
    assert.deepEqual(await all(spool), ['1 a', '2 b']);
    (await connectionOf(spool)).close();
    await spool.remove([1]);
    (await connectionOf(spool)).close();
    const [entry] = await spool.read(0, 1, 100);
    assert.ok(entry);
    await spool.shelve(entry, { code: 'REFUSED', text: 'no', refusedAt: 1 });
    (await connectionOf(spool)).close();
    assert.equal((await spool.refused(10)).length, 1);
    await spool.close();
  });

  test('has lost what was stored says so of each message', async () => {
    const spool = await IndexedDbSpool.open('one', SETTINGS);
    await spool.append(body('a')).stored;
    await new Promise((resolve) => (indexedDB.deleteDatabase('one').onsuccess = resolve));
    await spool.append(body('b')).stored;
    const found = (await spool.read(0, 10, 100)).map((entry) => entry.body && new TextDecoder().decode(entry.body));
    assert.deepEqual(found, [undefined, 'b']);
    await spool.close();
  });

  test('has a page of a later build is let go, and refused from then on', async () => {
    const spool = await IndexedDbSpool.open('one', SETTINGS);
    await new Promise<void>((resolve) => {
      const request = indexedDB.open('one', 99);
      request.onsuccess = () => {
        request.result.close();
        resolve();
      };
    });
    await assert.rejects(spool.append(body('a')).stored, { code: 'SPOOL_FAILED', message: /version/i });
    await spool.close();
  });

  test('has two pages without locks writes over nothing', async () => {
    const [one, other] = [await IndexedDbSpool.open('one', SETTINGS), await IndexedDbSpool.open('one', SETTINGS)];
    await one.append(body('a')).stored;
    await assert.rejects(other.append(body('b')).stored, { code: 'SPOOL_FAILED', message: /another tab/ });
    await other.append(body('c')).stored;
    await Promise.all([one.close(), other.close()]);
    const again = await IndexedDbSpool.open('one', SETTINGS);
    assert.deepEqual(await all(again), ['1 a', '2 c']);
    await again.close();
  });

  test('has what an earlier build stored gives it back under its id', async () => {
    const request = indexedDB.open('one', 2);
    request.onupgradeneeded = () => {
      for (const store of ['messages', 'meta', 'refused']) request.result.createObjectStore(store);
    };
    await new Promise((resolve) => (request.onsuccess = resolve));
    const transaction = request.result.transaction(['messages', 'meta'], 'readwrite');
    transaction.objectStore('messages').put(body('old'), 7);
    transaction.objectStore('meta').put({ id: 'earlier', next: 8 }, 'spool');
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    request.result.close();
    const spool = await IndexedDbSpool.open('one', SETTINGS);
    await spool.append(body('new')).stored;
    assert.deepEqual([await all(spool), spool.pending()], [['7 old', '8 new'], { messages: 2, bytes: 6 }]);
    const entries = await spool.read(0, 10, 1_000);
    assert.deepEqual(
      entries.map((entry) => entry.spoolId),
      ['earlier', spool.id],
    );
    await spool.close();
  });

  test('fails to forget what is done with is asked again', async () => {
    const time = new ManualTime();
    const spool = await IndexedDbSpool.open('one', SETTINGS, time);
    await Promise.all(['a', 'b', 'c'].map((text) => spool.append(body(text)).stored));
    const failing = aborting('delete');
    await assert.rejects(spool.remove([1]), { code: 'SPOOL_FAILED' });
    failing.restore();
    assert.deepEqual(await stored('one'), [1, 2, 3]);
    await time.forward(1_000);
    await settle();
    assert.deepEqual(
      [await stored('one'), await all(spool)],
      [
        [2, 3],
        ['2 b', '3 c'],
      ],
    );
    await spool.close();
  });
});
