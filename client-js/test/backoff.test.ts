import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff, DEFAULT_BACKOFF, retryAfterMillis } from '../src/link/backoff.js';

test('the pause doubles from 100 ms to 30 s, and never exceeds that', () => {
  const backoff = new Backoff(DEFAULT_BACKOFF, () => 1 - Number.EPSILON);
  const pauses = Array.from({ length: 2_000 }, () => Math.round(backoff.next()));
  assert.deepEqual(pauses.slice(0, 10), [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000]);
  assert.equal(Math.max(...pauses), 30_000);
});

test('the jitter is full: clients that failed together come back at any time below the ceiling', () => {
  let dice = 0;
  const backoff = new Backoff(DEFAULT_BACKOFF, () => dice);
  assert.equal(backoff.next(), 0);
  dice = 0.5;
  assert.equal(backoff.next(), 100);
  for (let attempt = 0; attempt < 20; attempt++) backoff.next();
  assert.equal(backoff.next(), 15_000);
});

test('what the server suggests goes before, within 0 and 5 minutes', () => {
  const backoff = new Backoff(DEFAULT_BACKOFF, () => 0.5);
  assert.equal(backoff.next(12_345), 12_345);
  assert.equal(backoff.next(10 ** 12), 300_000);
  assert.equal(backoff.next(0), 0);
});

test('a connection that lasted ten seconds begins a new series, a shorter one does not', () => {
  const backoff = new Backoff(DEFAULT_BACKOFF, () => 0.5);
  for (let attempt = 0; attempt < 5; attempt++) backoff.next();
  backoff.lasted(9_999);
  assert.equal(backoff.next(), 1_600);
  backoff.lasted(10_000);
  assert.equal(backoff.next(), 50);
});

test('a suggestion that is no number of milliseconds is none', () => {
  assert.equal(retryAfterMillis('1500'), 1_500);
  for (const value of ['', '-1', '1.5', '1e3', 'soon', undefined, ['1', '2'], '9'.repeat(16)]) {
    assert.equal(retryAfterMillis(value), undefined);
  }
});
