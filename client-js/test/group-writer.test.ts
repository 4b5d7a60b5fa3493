import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Later } from '../src/later.js';
import { GroupWriter } from '../src/spool/group-writer.js';

class Item {
  readonly #later = new Later<void>();

  constructor(
    readonly n: number,
    writer: GroupWriter<Item>,
  ) {
    writer.add(this);
  }

  settled(error?: unknown): void {
    if (error === undefined) this.#later.resolve();
    else this.#later.reject(error);
  }

  get written(): Promise<void> {
    return this.#later.promise;
  }
}

test('what comes while a group is written is the next group', async () => {
  const groups: number[][] = [];
  let finish = (): void => undefined;
  const writer = new GroupWriter<Item>((group) => {
    groups.push(group.map(({ n }) => n));
    return new Promise((resolve) => (finish = resolve));
  }, 3);
  const first = [1, 2].map((n) => new Item(n, writer).written);
  await Promise.resolve();
  await Promise.resolve();
  const later = [3, 4, 5, 6].map((n) => new Item(n, writer).written);
  assert.deepEqual(groups, [[1, 2]]);
  finish();
  await Promise.all(first);
  await new Promise(setImmediate);
  assert.deepEqual(groups, [
    [1, 2],
    [3, 4, 5],
  ]);
  finish();
  await new Promise(setImmediate);
  finish();
  await Promise.all(later);
  await writer.idle();
  assert.deepEqual(groups, [[1, 2], [3, 4, 5], [6]]);
});

test('a group has so many bytes at most, and one item in any case', async () => {
  const groups: number[][] = [];
  const writer = new GroupWriter<Item>(
    (group) => {
      groups.push(group.map(({ n }) => n));
      return Promise.resolve();
    },
    10,
    ({ n }) => n,
  );
  await Promise.all([5, 5, 1, 20, 3].map((n) => new Item(n, writer).written));
  assert.deepEqual(groups, [[5, 5], [1], [20], [3]]);
});

test('a group that is refused is refused to all of it, and the next one is tried', async () => {
  const writer = new GroupWriter<Item>((group) =>
    group.some(({ n }) => n === 1) ? Promise.reject(new Error('disk')) : Promise.resolve(),
  );
  const [one, two] = [new Item(1, writer).written, new Item(2, writer).written];
  await assert.rejects(one, /disk/);
  await assert.rejects(two, /disk/);
  await new Item(3, writer).written;
});
