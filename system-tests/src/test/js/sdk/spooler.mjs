// A process that is killed: node spooler.mjs URL FOLDER COUNT. Fills an empty spool and says how quickly, then sends, and
// dies as soon as the server has acknowledged more than half.
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
// By its own hand: while another process takes its time for that, all could be sent. Between two looks come no more
// acknowledgements than messages are on their way.
setInterval(() => {
  if (count - client.pending().messages > count / 2) process.kill(process.pid, 'SIGKILL');
}, 1);
