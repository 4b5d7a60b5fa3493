import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GroupWriter } from '../src/spool/group-writer.js';

test('what comes while a group is written is the next group', async () => {
  const groups: number[][] = [];
  let finish = (): void => undefined;
  const writer = new GroupWriter<number>((group) => {
    groups.push([...group]);
    return new Promise((resolve) => (finish = resolve));
  }, 3);
  const first = [1, 2].map((n) => writer.add(n));
  await Promise.resolve();
  await Promise.resolve();
  const later = [3, 4, 5, 6].map((n) => writer.add(n));
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

test('a group that is refused is refused to all of it, and the next one is tried', async () => {
  const writer = new GroupWriter<number>((group) =>
    group.includes(1) ? Promise.reject(new Error('disk')) : Promise.resolve(),
  );
  const [one, two] = [writer.add(1), writer.add(2)];
  await assert.rejects(one, /disk/);
  await assert.rejects(two, /disk/);
  await writer.add(3);
});
