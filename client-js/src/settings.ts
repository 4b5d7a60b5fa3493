import { identityOf, senderOf, type Identity } from './bus/identity.js';
import { SignalboxError } from './error.js';
import { DEFAULT_BACKOFF, type BackoffOptions } from './link/backoff.js';
import type { ClientOptions } from './options.js';
import type { Quota } from './spool/spool.js';
import { apiOf, checkUrl } from './url.js';

/** The longest that a timer waits; a longer one fires at once, and attempts would follow each other without a pause. */
const TIMER_MILLIS_MAX = 0x7fff_ffff;

export type Settings = ReturnType<typeof settingsOf>;

/**
 * The options with their defaults, checked.
 *
 * @throws SignalboxError OPTION_INVALID or IDENTITY_INVALID
 */
export function settingsOf(options: ClientOptions) {
  const identity: Identity = identityOf(options.identity ?? {});
  const sender = senderOf(identity);
  const clientId = options.clientId ?? `app:${sender}`;
  const spool = options.spool ?? {};
  const quota: Quota = {
    messagesMax: count('spool.messagesMax', spool.messagesMax, 100_000, 1, 100_000_000),
    bytesMax: count('spool.bytesMax', spool.bytesMax, 256 << 20, 1, Number.MAX_SAFE_INTEGER),
  };
  return {
    url: checkUrl(options.url),
    api: options.api ?? apiOf(options.url),
    identity,
    sender,
    clientId,
    credentials: options.credentials,
    tls: options.tls ?? {},
    spool: {
      kind: spool.kind ?? 'durable',
      name: spool.name ?? clientId,
      folder: spool.folder,
      quota,
      ownerWaitMillis: count('spool.ownerWaitMillis', spool.ownerWaitMillis, 5_000, 0, 86_400_000),
    },
    backoff: backoffOf(options.backoff ?? {}),
    keepAliveSeconds: count('keepAliveSeconds', options.keepAliveSeconds, 20, 1, 65_535),
    sessionExpirySeconds: count('sessionExpirySeconds', options.sessionExpirySeconds, 30, 0, 0xffff_ffff),
    connectTimeoutMillis: count('connectTimeoutMillis', options.connectTimeoutMillis, 10_000, 100, 3_600_000),
    closeTimeoutMillis: count('closeTimeoutMillis', options.closeTimeoutMillis, 10_000, 0, 3_600_000),
    inFlightMax: count('inFlightMax', options.inFlightMax, 256, 1, 65_535),
    receiveMaximum: count('receiveMaximum', options.receiveMaximum, 256, 1, 65_535),
    packetBytesMax: count('packetBytesMax', options.packetBytesMax, 16 << 20, 128, 268_435_460),
    keysMax: count('keysMax', options.keysMax, 16_384, 1, 10_000_000),
    volatileMax: count('volatileMax', options.volatileMax, 1_000, 1, 10_000_000),
    lastValues: {
      topicsMax: count('lastValues.topicsMax', options.lastValues?.topicsMax, 1_000, 0, 10_000_000),
      bytesMax: count('lastValues.bytesMax', options.lastValues?.bytesMax, 8 << 20, 0, Number.MAX_SAFE_INTEGER),
    },
  };
}

function backoffOf(options: Partial<BackoffOptions>): BackoffOptions {
  const millis = (name: Exclude<keyof BackoffOptions, 'multiplier'>, min: number): number =>
    count(`backoff.${name}`, options[name], DEFAULT_BACKOFF[name], min, TIMER_MILLIS_MAX);
  const [initialMillis, delayMillisMax] = [millis('initialMillis', 1), millis('delayMillisMax', 1)];
  if (delayMillisMax < initialMillis) {
    const below = `it must not be below backoff.initialMillis, which is ${String(initialMillis)}`;
    throw invalid(`backoff.delayMillisMax is ${String(delayMillisMax)}, and ${below}`);
  }
  const multiplier = options.multiplier ?? DEFAULT_BACKOFF.multiplier;
  if (!Number.isFinite(multiplier) || multiplier < 1) {
    throw invalid(`backoff.multiplier is ${String(multiplier)}; it must be a number from 1 on`);
  }
  return {
    initialMillis,
    multiplier,
    delayMillisMax,
    resetAfterMillis: millis('resetAfterMillis', 0),
    onlineMillisMax: millis('onlineMillisMax', 0),
  };
}

function count(name: string, value: number | undefined, byDefault: number, min: number, max: number): number {
  const number = value ?? byDefault;
  if (!Number.isInteger(number) || number < min || number > max) {
    throw invalid(`${name} is ${String(number)}; it must be a whole number from ${String(min)} to ${String(max)}`);
  }
  return number;
}

function invalid(what: string): SignalboxError {
  return new SignalboxError('OPTION_INVALID', what);
}
