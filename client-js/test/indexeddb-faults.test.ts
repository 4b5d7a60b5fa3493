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
