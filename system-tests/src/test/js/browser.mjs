// A page in Chromium that speaks MQTT over WebSocket and loses its network: node browser.mjs HTTP_PORT MQTT_PORT LOST_MILLIS
// CHROMIUM. Both sides publish all the while; everything must arrive once and in order. Exit code 1 if not.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { chromium } from 'playwright-core';
import { Wire } from './wire.mjs';

const [httpPort, mqttPort, lostMillis] = process.argv.slice(2, 5).map(Number);
const executablePath = process.argv[5];
const everyMillis = 100;
const phaseMillis = 2_000;
const patienceMillis = 60_000;

function numbers(count) {
  return Array.from({ length: count }, (_, n) => String(n));
}

const wire = new Wire(httpPort);
const origin = `127.0.0.1:${await wire.listen()}`;
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
let failed = true;
let page;
const atDesk = [];
let sent = 0;
try {
  page = await (await browser.newContext()).newPage();
  page.on('pageerror', (error) => console.log(`page: ${error}`));
  page.on('console', (message) => console.log(`page: ${message.text()}`));
  // A document of the server's own: browsers ask before a page from elsewhere, or from nowhere, may reach this machine.
  await page.goto(`http://${origin}/health/live`);
  await page.addScriptTag({ path: fileURLToPath(new URL('node_modules/mqtt/dist/mqtt.min.js', import.meta.url)) });

  const desk = mqtt.connect({
    host: '127.0.0.1', port: mqttPort, protocolVersion: 5, clientId: 'desk', clean: false, properties: { sessionExpiryInterval: 600 },
  });
  desk.on('message', (topic, payload) => atDesk.push(payload.toString()));
  await desk.subscribeAsync('from/page', { qos: 2 });

  await page.evaluate(async ({ url, every }) => {
    window.got = [];
    window.sent = 0;
    window.losses = 0;
    window.client = mqtt.connect(url, {
      protocolVersion: 5, clientId: 'page', clean: false, properties: { sessionExpiryInterval: 600 },
      keepalive: 2, connectTimeout: 10_000, reconnectPeriod: 250,
    });
    client.on('message', (topic, payload) => window.got.push(payload.toString()));
    client.on('close', () => window.losses++);
    window.told = [];
    client.on('error', (error) => window.told.push(String(error)));
    client.on('connect', (connack) => window.told.push(`connected, session present ${connack.sessionPresent}`));
    client.on('disconnect', (packet) => window.told.push(`DISCONNECT ${packet.reasonCode}`));
    client.on('offline', () => window.told.push('offline'));
    // A machine under load may lose the first connection before it has answered.
    for (let granted = false; !granted;) granted = await client.subscribeAsync('to/page', { qos: 2 }).then(() => true, () => false);
    window.losses = 0;
    window.publishing = setInterval(() => client.publish('from/page', String(window.sent++), { qos: 2 }), every);
  }, { url: `ws://${origin}/mqtt`, every: everyMillis });

  const publishing = setInterval(() => desk.publish('to/page', String(sent++), { qos: 2 }), everyMillis);
  await pause(phaseMillis);
  wire.lose();
  const before = await page.evaluate(() => window.got.length);
  await pause(lostMillis);
  const meanwhile = { desk: sent, page: await page.evaluate(() => window.sent), got: await page.evaluate(() => window.got.length) };
  wire.restore();
  await pause(phaseMillis);
  clearInterval(publishing);
  const sentByPage = await page.evaluate(() => {
    clearInterval(window.publishing);
    return window.sent;
  });

  await page.waitForFunction((count) => window.got.length >= count, sent, { timeout: patienceMillis });
  for (const deadline = Date.now() + patienceMillis; atDesk.length < sentByPage && Date.now() < deadline;) await pause(50);
  // What came twice could come a little later.
  await pause(phaseMillis);
  const got = await page.evaluate(() => window.got);
  assert.deepEqual(got, numbers(sent), 'what the page got');
  assert.deepEqual(atDesk, numbers(sentByPage), 'what the desk got');
  assert.ok(meanwhile.got - before <= 2, 'the network was not lost');
  assert.ok(meanwhile.desk > before && (await page.evaluate(() => window.losses)) > 0, 'nobody noticed');
  console.log(`ok ${sent} to the page and ${sentByPage} from it, ${lostMillis} ms without network`);
  failed = false;
  await desk.endAsync(true);
} catch (error) {
  console.log(`FAILED ${error.stack}`);
  const there = await page?.evaluate(() => [window.client?.connected, window.losses, window.sent, window.got, window.told]).catch((gone) => [gone]);
  console.log(`sent ${sent} to the page, at the desk ${atDesk.length}; at the page (connected, losses, sent, got, told): ${JSON.stringify(there)}`);
} finally {
  await browser.close();
}
process.exit(failed ? 1 : 0);
