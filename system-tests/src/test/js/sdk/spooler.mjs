// A process to be killed: node spooler.mjs URL FOLDER COUNT. Fills an empty spool and says how quickly, then says how many
// messages the server has acknowledged.
import { writeSync } from 'node:fs';
import { openClient } from '../../../../../client-js/dist/node.js';

const [url, folder] = process.argv.slice(2, 4);
const count = Number(process.argv[4]);
const client = await openClient({ url, identity: { uuid: 'spooler' }, spool: { folder }, backoff: { initialMillis: 10 } });
if (client.pending().messages === 0) {
  const began = performance.now();
  let last;
  for (let n = 0; n < count; n++) {
    last = client.publish('sdk/spool', n).spooled;
    // As many as an application may have without waiting for any.
    if (n % 1_000 === 999) await new Promise(setImmediate);
  }
  await last;
  const millis = performance.now() - began;
  writeSync(1, `${count} messages in ${millis.toFixed(0)} ms, ${Math.round((1_000 * count) / millis)} a second: spooled\n`);
}
let acknowledged = count - client.pending().messages;
setInterval(() => {
  const now = count - client.pending().messages;
  if (now !== acknowledged) writeSync(1, `${(acknowledged = now)}\n`);
}, 1);
