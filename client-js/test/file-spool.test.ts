import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FileSpool } from '../src/file/file-spool.js';
import { encodeHeader, RECORD_BYTES, writeMessage } from '../src/file/record.js';
import type { Spool, SpoolSettings } from '../src/spool/spool.js';
import { Random } from './random.js';

const SETTINGS: SpoolSettings = { quota: { messagesMax: 1_000_000, bytesMax: 1 << 30 }, ownerWaitMillis: 0 };
const body = (text: string): Uint8Array => new TextEncoder().encode(text);

async function all(spool: Spool): Promise<string[]> {
  const texts: string[] = [];
  for (let last = 0; ; ) {
    const entries = await spool.read(last, 10_000, 1 << 20);
    if (entries.length === 0) return texts;
    for (const entry of entries) texts.push(`${String(entry.sequence)} ${new TextDecoder().decode(entry.body)}`);
    last = entries.at(-1)?.sequence ?? last;
  }
}

describe('a spool in files', () => {
  let folder: string;
  let runs = 0;
  const fresh = (): string => join(folder, String(++runs));

  /** A folder with one segment of that content. */
  async function withContent(name: string, content: Uint8Array): Promise<string> {
    const path = fresh();
    await mkdir(path);
    await writeFile(join(path, name), content);
    return path;
  }

  /** What is pending after each byte of the file: grows by a message at the end of its record, shrinks by a removal. */
  async function written(): Promise<{
    name: string;
    content: Buffer;
    id: string;
    ends: { end: number; pending: string[] }[];
  }> {
    const path = fresh();
    const spool = await FileSpool.open(path, SETTINGS);
    const [name] = (await readdir(path)).filter((file) => file.endsWith('.spool'));
    assert.ok(name);
    const size = async (): Promise<number> => (await readFile(join(path, name))).length;
    const ends = [{ end: await size(), pending: await all(spool) }];
    for (const text of ['first', '', 'the third one', 'ü'.repeat(40)]) {
      await spool.append(body(text)).stored;
      ends.push({ end: await size(), pending: await all(spool) });
    }
    await spool.remove([1, 3]);
    ends.push({ end: await size(), pending: await all(spool) });
    await spool.append(body('last')).stored;
    ends.push({ end: await size(), pending: await all(spool) });
    await spool.close();
    return { name, content: await readFile(join(path, name)), id: spool.id, ends };
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spool-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('a file that ends at any byte has every message that is whole, and is written on', async () => {
    const { name, content, ends } = await written();
    for (let length = 0; length <= content.length; length++) {
      const path = await withContent(name, content.subarray(0, length));
      const spool = await FileSpool.open(path, SETTINGS);
      const expected = ends.filter(({ end }) => end <= length).at(-1)?.pending ?? [];
      assert.deepEqual(await all(spool), expected, `cut at ${String(length)}`);
      assert.equal(spool.damagedBytes, 0);
      const { sequence, stored } = spool.append(body('more'));
      await stored;
      await spool.close();
      const again = await FileSpool.open(path, SETTINGS);
      assert.deepEqual(await all(again), [...expected, `${String(sequence)} more`], `cut at ${String(length)}`);
      await again.close();
    }
  });

  test('a tail of garbage is cut, of any length', async () => {
    const random = new Random();
    const { name, content, ends } = await written();
    for (let run = 0; run < 200; run++) {
      const torn = Buffer.concat([content, random.bytes(random.below(200))]);
      const spool = await FileSpool.open(await withContent(name, torn), SETTINGS);
      assert.deepEqual(await all(spool), ends.at(-1)?.pending, random.seedText());
      await spool.close();
    }
  });

  test('a damaged byte costs the record that it is in, and is reported', async () => {
    const { name, content, ends } = await written();
    const header = ends[0]?.end ?? 0;
    for (let at = header; at < content.length; at++) {
      const damaged = Buffer.from(content);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x40, at);
      const spool = await FileSpool.open(await withContent(name, damaged), SETTINGS);
      const hit = ends.findIndex(({ end }) => end > at);
      const [start, end] = [ends[hit - 1]?.end ?? 0, ends[hit]?.end ?? 0];
      // The last record cannot be told from a torn write.
      assert.equal(spool.damagedBytes, hit === ends.length - 1 ? 0 : end - start, `byte ${String(at)}`);
      const texts = await all(spool);
      const whole = ['1 first', '2 ', '3 the third one', `4 ${'ü'.repeat(40)}`, '', '5 last'];
      const removed = hit === 5 ? [] : [0, 2];
      const expected = whole.filter((text, n) => text !== '' && n !== hit - 1 && !removed.includes(n));
      assert.deepEqual(texts, expected, `byte ${String(at)}`);
      await spool.close();
    }
  });

  test('a damaged header costs no message, is set aside and reported, and gives no number twice', async () => {
    const { name, content, ends, id } = await written();
    for (let at = 0; at < (ends[0]?.end ?? 0); at++) {
      const damaged = Buffer.from(content);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x40, at);
      const path = await withContent(name, damaged);
      const spool = await FileSpool.open(path, SETTINGS);
      assert.deepEqual(await all(spool), ends.at(-1)?.pending, `byte ${String(at)}`);
      assert.equal(spool.damagedBytes, ends[0]?.end);
      assert.deepEqual(await readFile(join(path, `${name}.damaged`)), damaged);
      const { sequence, stored } = spool.append(body('new'));
      await stored;
      assert.ok(sequence > 2 ** 32);
      await spool.close();
      const again = await FileSpool.open(path, SETTINGS);
      assert.equal(again.damagedBytes, 0);
      // Under the keys that they may have been sent with.
      const [first] = await again.read(0, 1, 1_000);
      assert.equal(first?.spoolId, id);
      assert.deepEqual(await all(again), [...(ends.at(-1)?.pending ?? []), `${String(sequence)} new`]);
      await again.close();
    }
  });

  test('a damaged header whose file cannot be copied stops nothing, and the file is set aside when it is done with', async () => {
    const { name, content, ends } = await written();
    const damaged = Buffer.from(content);
    damaged.writeUInt8(damaged.readUInt8(0) ^ 0x40, 0);
    const path = await withContent(name, damaged);
    const aside = join(path, `${name}.damaged`);
    await mkdir(aside);
    const spool = await FileSpool.open(path, SETTINGS);
    assert.deepEqual([await all(spool), spool.damagedBytes], [ends.at(-1)?.pending, ends[0]?.end]);
    await rm(aside, { recursive: true });
    const entries = await spool.read(0, 100, 1 << 20);
    await spool.remove(entries.map(({ sequence }) => sequence));
    await spool.close();
    assert.deepEqual(await readFile(aside), damaged);
    const again = await FileSpool.open(path, SETTINGS);
    assert.deepEqual([await all(again), again.damagedBytes], [[], 0]);
    await again.close();
  });

  test('after damage to the last record its number is not given again, also when nothing was written since', async () => {
    const { name, content } = await written();
    for (let at = content.length - 1; at > content.length - 5; at--) {
      const damaged = Buffer.from(content);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x40, at);
      const path = await withContent(name, damaged);
      await (await FileSpool.open(path, SETTINGS)).close();
      const spool = await FileSpool.open(path, SETTINGS);
      assert.ok(spool.append(body('new')).sequence > 2 ** 32);
      await spool.close();
    }
  });

  test('what an earlier build has written has the id of its file, beside what is written now', async () => {
    const spoolId = 'abcdefghijklmnopqrstuA';
    const record = Buffer.alloc(RECORD_BYTES + 3);
    writeMessage(record, 0, 7, body('old'));
    const content = Buffer.concat([encodeHeader({ spoolId, base: 7 }), record]);
    const path = await withContent('0000000000000007.spool', content);
    const spool = await FileSpool.open(path, SETTINGS);
    await spool.append(body('new')).stored;
    assert.deepEqual(await all(spool), ['7 old', '8 new']);
    const entries = await spool.read(0, 10, 1_000);
    assert.deepEqual(
      entries.map((entry) => entry.spoolId),
      [spoolId, spool.id],
    );
    assert.deepEqual(spool.pending(), { messages: 2, bytes: 6 });
    await spool.remove([7, 8]);
    assert.deepEqual(spool.pending(), { messages: 0, bytes: 0 });
    await spool.close();
  });

  test('a refused message that cannot be read hides no other', async () => {
    const path = fresh();
    const spool = await FileSpool.open(path, SETTINGS);
    await Promise.all(['a', 'b'].map((text) => spool.append(body(text)).stored));
    for (const entry of await spool.read(0, 2, 1_000)) {
      await spool.shelve(entry, { code: 'REFUSED', text: 'no', refusedAt: 1 });
    }
    const [first] = (await readdir(join(path, 'refused'))).sort();
    await writeFile(join(path, 'refused', first ?? ''), 'x');
    const codes = (await spool.refused(10)).map(({ sequence, refusal }) => [sequence, refusal.code]);
    assert.deepEqual(codes, [
      [1, 'SPOOL_DAMAGED'],
      [2, 'REFUSED'],
    ]);
    await spool.close();
  });

  test('files are left behind as they are emptied, and the order goes over them', async () => {
    const path = fresh();
    const spool = await FileSpool.open(path, SETTINGS);
    const large = 'x'.repeat(1 << 20);
    for (let n = 1; n <= 30; n++) await spool.append(body(`${String(n)}${large}`)).stored;
    const files = async (): Promise<number> => (await readdir(path)).filter((name) => name.endsWith('.spool')).length;
    assert.ok((await files()) >= 3);
    await spool.close();
    const again = await FileSpool.open(path, SETTINGS);
    assert.deepEqual(
      (await all(again)).map((text) => Number(text.split(' ')[0])),
      Array.from({ length: 30 }, (_, n) => n + 1),
    );
    await again.remove(Array.from({ length: 29 }, (_, n) => n + 1));
    assert.equal(await files(), 1);
    await again.remove([30]);
    await again.close();
    const third = await FileSpool.open(path, SETTINGS);
    assert.deepEqual(third.pending(), { messages: 0, bytes: 0 });
    assert.equal(third.append(body('')).sequence, 31);
    await third.close();
    const [only] = (await readdir(path)).filter((name) => name.endsWith('.spool'));
    assert.ok((await readFile(join(path, only ?? ''))).length < 1_000);
  });

  test('a process that is killed while it writes has every message that it was told is stored', async () => {
    const path = fresh();
    const known = new Map<number, string>();
    for (let round = 0; round < 5; round++) {
      const child = spawn(process.execPath, [fileURLToPath(new URL('spool-writer.js', import.meta.url)), path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let told = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        const [sequence = '', text = ''] = line.split(' ');
        if (text !== '') known.set(Number(sequence), `${sequence} ${text}`);
        if (++told === 2_000 + 700 * round) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      assert.equal(child.signalCode, 'SIGKILL');
      const spool = await FileSpool.open(path, SETTINGS);
      const texts = new Map((await all(spool)).map((text) => [Number(text.split(' ')[0]), text]));
      for (const [sequence, text] of known) assert.equal(texts.get(sequence), text, `round ${String(round)}`);
      const sequences = [...texts.keys()];
      assert.deepEqual(
        sequences,
        [...sequences].sort((one, other) => one - other),
      );
      assert.equal(new Set([...texts.values()].map((text) => text.split(' ')[1])).size, texts.size);
      await spool.close();
    }
  });

  test('one process owns a spool, and a dead one does not', async () => {
    const path = fresh();
    const spool = await FileSpool.open(path, SETTINGS);
    await assert.rejects(FileSpool.open(path, SETTINGS), {
      code: 'SPOOL_IN_USE',
      message: new RegExp(`process ${String(process.pid)}`),
    });
    await spool.close();
    // The number of a process that is there, and began at another time.
    await writeFile(join(path, 'owner'), `${String(process.pid)} 1 earlier\n`);
    await (await FileSpool.open(path, SETTINGS)).close();
    await writeFile(join(path, 'owner'), '4194303 1 never\n');
    await (await FileSpool.open(path, SETTINGS)).close();
    await writeFile(join(path, 'owner'), '');
    await (await FileSpool.open(path, SETTINGS)).close();
    assert.deepEqual(
      (await readdir(path)).filter((name) => !name.endsWith('.spool')),
      [],
    );
  });

  test('of many who find a dead owner, one takes its place', async () => {
    for (let run = 0; run < 20; run++) {
      const path = fresh();
      await mkdir(path);
      await writeFile(join(path, 'owner'), '4194303 1 never\n');
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => FileSpool.open(path, SETTINGS)));
      const opened = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      assert.equal(opened.length, 1);
      await opened[0]?.close();
    }
  });

  test('who waits for the owner gets the spool when it is let go', async () => {
    const path = fresh();
    const spool = await FileSpool.open(path, SETTINGS);
    const waiting = FileSpool.open(path, { ...SETTINGS, ownerWaitMillis: 60_000 });
    await spool.close();
    await (await waiting).close();
  });
});
