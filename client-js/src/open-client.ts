import { Client } from './client.js';
import type { Will } from './link/link-settings.js';
import type { ClientOptions } from './options.js';
import type { Platform } from './platform.js';
import { settingsOf, type Settings } from './settings.js';
import { MemorySpool } from './spool/memory-spool.js';

/** A client with its spool, not yet started. */
export async function openClientOn(
  platform: Platform,
  options: ClientOptions,
  will?: (settings: Settings) => Will,
): Promise<Client> {
  const settings = settingsOf(options);
  const { kind, name, folder, quota, ownerWaitMillis } = settings.spool;
  const spool =
    kind === 'memory' ? new MemorySpool(quota) : await platform.openSpool(name, folder, { quota, ownerWaitMillis });
  return new Client(platform, settings, spool, will?.(settings));
}
