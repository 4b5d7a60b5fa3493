// A process to be killed: node publisher.mjs URL FOLDER FIRST. Says of each number that it is spooled.
import { writeSync } from 'node:fs';
import { openClient } from '../../../../../client-js/dist/node.js';

const [url, folder] = process.argv.slice(2, 4);
const client = await openClient({ url, identity: { uuid: 'killed' }, spool: { folder }, backoff: { initialMillis: 10 } });
for (let n = Number(process.argv[4]); ; n++) {
  const told = client.publish('sdk/killed', n).spooled.then(() => writeSync(1, `${n}\n`));
  if (n % 20 === 0) await told;
}
