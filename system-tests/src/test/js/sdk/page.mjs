// A page in Chromium with the SDK and its spool in IndexedDB, which loses its network while both sides publish: on return
// everything is there once and in order. node page.mjs HTTP_PORT MQTT_PORT LOST_MILLIS CHROMIUM. Exit code 1 if not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { Wire } from '../wire.mjs';
import { numbers, openClient } from './client.mjs';

const [httpPort, mqttPort, lostMillis] = process.argv.slice(2, 5).map(Number);
const executablePath = process.argv[5];
const everyMillis = 100;
const phaseMillis = 2_000;
const patienceMillis = 60_000;
const bundle = readFileSync(fileURLToPath(new URL('../../../../../client-js/dist/browser/signalbox.js', import.meta.url)));

const wire = new Wire(httpPort);
const origin = `127.0.0.1:${await wire.listen()}`;
const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
const browser = await chromium.launch({ executablePath, args });
const context = await browser.newContext();
// As if the server had it: a page loads the module from its own origin, network or not.
await context.route('**/signalbox.js', (route) => route.fulfill({ body: bundle, contentType: 'text/javascript' }));

async function openPage() {
  const page = await context.newPage();
  page.on('pageerror', (error) => console.log(`page: ${error}`));
  page.on('console', (message) => console.log(`page: ${message.text()}`));
  await page.goto(`http://${origin}/health/live`);
  return page;
}

/** Opens a client in the page; `window.got` is what it gets. */
function start(page) {
  return page.evaluate(async ({ url, everyMillis }) => {
    const { openClient } = await import('/signalbox.js');
    window.got = [];
    window.told = [];
    window.client = await openClient({ url, identity: { uuid: 'page' }, keepAliveSeconds: 2 });
    client.on('disconnected', (reason) => window.told.push(reason));
    client.on('refused', (error) => window.told.push(`refused: ${error.message}`));
    // An outage that is longer than the session lives loses nothing: what was missed comes from the server's log.
    client.subscribe('to/page', ({ value }) => void window.got.push(value), { catchUp: true });
    await client.whenConnected();
    window.publish = (first) => {
      window.sent = first;
      window.timer = setInterval(() => client.publish('from/page', window.sent++), everyMillis);
    };
  }, { url: `ws://${origin}/mqtt`, everyMillis });
}

let failed = true;
const atDesk = [];
let sent = 0;
let page;
try {
  page = await openPage();
  const desk = await openClient({ url: `mqtt://127.0.0.1:${mqttPort}`, spool: { kind: 'memory' } });
  await desk.subscribe('from/page', ({ value }) => void atDesk.push(value)).granted;
  await start(page);
  assert.equal(await page.evaluate(() => isSecureContext && 'locks' in navigator), true);

  await page.evaluate(() => window.publish(0));
  const publishing = setInterval(() => desk.publish('to/page', sent++), everyMillis);
  await pause(phaseMillis);
  wire.lose();
  const before = await page.evaluate(() => window.got.length);
  await pause(lostMillis);
  const meanwhile = await page.evaluate(() => ({ got: window.got.length, pending: client.pending().messages }));
  wire.restore();
  await pause(phaseMillis);
  clearInterval(publishing);
  const sentByPage = await page.evaluate(() => (clearInterval(window.timer), window.sent));
  await page.waitForFunction((count) => window.got.length >= count, sent, { timeout: patienceMillis });
  await page.waitForFunction(() => client.pending().messages === 0, undefined, { timeout: patienceMillis });
  for (const deadline = Date.now() + patienceMillis; atDesk.length < sentByPage && Date.now() < deadline; ) await pause(50);
  // What came twice could come a little later.
  await pause(phaseMillis);
  assert.deepEqual(await page.evaluate(() => window.got), numbers(sent), 'what the page got');
  assert.deepEqual(atDesk, numbers(sentByPage), 'what the desk got');
  assert.ok(meanwhile.got - before <= 2, 'the network was not lost');
  assert.ok(meanwhile.pending > lostMillis / everyMillis / 4, `${meanwhile.pending} were pending`);
  console.log(`ok ${sent} to the page and ${sentByPage} from it, ${lostMillis} ms without network, ${meanwhile.pending} in IndexedDB`);

  const other = await openPage();
  const second = await other.evaluate(async (url) => {
    const { openClient } = await import('/signalbox.js');
    const options = { url, identity: { uuid: 'page' }, spool: { ownerWaitMillis: 100 } };
    return openClient(options).then(() => 'opened', (error) => error.code);
  }, `ws://${origin}/mqtt`);
  assert.equal(second, 'SPOOL_IN_USE');
  await other.close();
  console.log('ok a second tab of the same name is refused');

  wire.lose();
  const spooled = await page.evaluate(async (first) => {
    const receipts = Array.from({ length: 20 }, (_, n) => client.publish('from/page', first + n));
    await Promise.all(receipts.map((receipt) => receipt.spooled));
    return receipts.length;
  }, sentByPage);
  await page.close();
  wire.restore();
  page = await openPage();
  await start(page);
  await page.waitForFunction(() => client.pending().messages === 0, undefined, { timeout: patienceMillis });
  for (const deadline = Date.now() + patienceMillis; atDesk.length < sentByPage + spooled && Date.now() < deadline; ) await pause(50);
  assert.deepEqual(atDesk, numbers(sentByPage + spooled), 'what the desk got');
  console.log('ok what a page spooled before it was closed is sent by the next one');
  failed = false;
  await desk.close();
} catch (error) {
  console.log(`FAILED ${error.stack}`);
  const there = await page?.evaluate(() => [window.client?.connected, window.told, window.sent, window.got]).catch((gone) => [String(gone)]);
  console.log(`sent ${sent}, at the desk ${atDesk.length}; at the page (connected, told, sent, got): ${JSON.stringify(there)}`);
} finally {
  await browser.close();
}
process.exit(failed ? 1 : 0);
