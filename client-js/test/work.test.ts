import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Work } from '../src/inbound/work.js';

test('a handler that has another one called is still the one that closes', () => {
  const work = new Work();
  const [outer, inner] = [{}, {}];
  let finished: Promise<void> | undefined;
  work.call(outer, work.offered(), () => {
    work.call(inner, work.offered(), () => undefined);
    work.left(inner);
    finished = work.finish();
  });
  assert.equal(finished, undefined);
});

test('a handler that has closed and gone on with the next message is waited for', async () => {
  const work = new Work();
  const [closing, other] = [{}, {}];
  const [first, second, third] = [work.offered(), work.offered(), work.offered()];
  work.call(other, third, () => undefined);
  let isFinished = false;
  const finished = work.call(closing, first, () => work.finish())?.then(() => (isFinished = true));
  // It came before the one that is in hand.
  assert.equal(work.mayBegin(second), true);
  work.call(closing, second, () => undefined);
  work.left(other);
  await new Promise(setImmediate);
  assert.equal(isFinished, false);
  work.left(closing);
  await finished;
  assert.equal(isFinished, true);
});
