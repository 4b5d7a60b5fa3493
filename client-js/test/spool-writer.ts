// A process to be killed: writes into the spool of the folder named, and says of each message that it is stored.
import { writeSync } from 'node:fs';
import { FileSpool } from '../src/file/file-spool.js';

const spool = await FileSpool.open(process.argv[2] ?? '', {
  quota: { messagesMax: 1_000_000, bytesMax: 1 << 30 },
  ownerWaitMillis: 0,
});
for (let n = 0; ; n++) {
  const text = `${String(process.pid)}-${String(n)}`;
  const { sequence, stored } = spool.append(new TextEncoder().encode(text));
  const told = stored.then(() => writeSync(1, `${String(sequence)} ${text}\n`));
  if (n % 50 === 0) await told;
}
