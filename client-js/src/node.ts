import { join } from 'node:path';
import type { Client } from './client.js';
import { openClientOn } from './open-client.js';
import { FileSpool } from './file/file-spool.js';
import type { ClientOptions } from './options.js';
import type { Platform } from './platform.js';
import { openInterApplicationBusOn, type InterApplicationBus } from './bus/inter-application-bus.js';

export * from './exports.js';

const platform: Platform = {
  // Other characters than these mean something to some file system.
  openSpool: (name, folder = './signalbox-spool', settings) =>
    FileSpool.open(join(folder, encodeURIComponent(name).replaceAll('*', '%2A').replace(/^\.+$/, 'dots$&')), settings),
  onNetwork: () => () => undefined,
};

/** Opens the spool and begins to connect. Publishing and subscribing may begin at once, with or without a network. */
export async function openClient(options: ClientOptions): Promise<Client> {
  const client = await openClientOn(platform, options);
  client.start();
  return client;
}

/** The same, as an application among others. */
export function openInterApplicationBus(options: ClientOptions): Promise<InterApplicationBus> {
  return openInterApplicationBusOn(platform, options);
}
