import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Later } from '../src/later.js';

test('what is known is told to those who ask before and after, and nobody needs to ask', async () => {
  const early = new Later<number>();
  const asked = early.promise;
  early.resolve(1);
  early.reject(new Error('too late'));
  assert.deepEqual([await asked, await early.promise], [1, 1]);
  const late = new Later<number>();
  late.reject(new Error('refused'));
  await assert.rejects(late.promise, /refused/);
  await assert.rejects(late.promise, /refused/);
  // Asked for and not waited for: that stops no process.
  const ignored = new Later<number>();
  void ignored.promise;
  ignored.reject(new Error('ignored'));
  await new Promise(setImmediate);
});
