// A spool that is filled offline and drained through a process that is killed: node spool.mjs MQTT_PORT COUNT.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { folder, Got, numbers, openClient, run } from './client.mjs';

const [mqttPort, count] = process.argv.slice(2, 4).map(Number);
const url = `mqtt://127.0.0.1:${mqttPort}`;

async function lifeOf(port, act = () => {}) {
  const script = fileURLToPath(new URL('spooler.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, `mqtt://127.0.0.1:${port}`, folder, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (data) => {
    said += data;
    act(said, child);
  });
  await once(child, 'close');
  return said;
}

await run({
  async [`${count} messages are spooled offline, and drained without loss through a kill -9`]() {
    const receiver = await openClient({ url, spool: { kind: 'memory' } });
    const got = new Got();
    await receiver.subscribe('sdk/spool', ({ value }) => got.add(value)).granted;
    // Port 9 is nobody's: offline.
    const said = await lifeOf(9, (text, child) => text.includes('spooled') && child.kill('SIGKILL'));
    console.log('ok', said.split('\n')[0]);
    await lifeOf(mqttPort);
    const last = await openClient({ url, identity: { uuid: 'spooler' }, spool: { folder } });
    assert.ok(last.pending().messages > 0);
    await got.take(count);
    while (last.pending().messages > 0) await new Promise((next) => setTimeout(next, 20));
    assert.deepEqual(got.values, numbers(count));
    await Promise.all([receiver.close(), last.close()]);
  },
}, 30_000 + count);
