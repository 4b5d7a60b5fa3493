import type { ErrorCode } from '../error.js';

/** One message that waits. Without a body when the disk no longer gives back what it was given. */
interface StoredEntry {
  /** Ascending from 1, never given twice in the life of a spool. */
  readonly sequence: number;
  readonly body: Uint8Array | undefined;
}

export interface SpoolEntry extends StoredEntry {
  /** Of the spool when it was put in; with the sequence it is the key of the message. */
  readonly spoolId: string;
}

export interface Pending {
  readonly messages: number;
  /** Of bodies: topic, properties and payload as they are written down. */
  readonly bytes: number;
}

/** Why a message will not be sent. */
export interface Refusal {
  readonly code: ErrorCode;
  /** Of MQTT 5 (2.4), when the server gave one. */
  readonly reasonCode?: number;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly refusedAt: number;
}

export interface RefusedEntry extends StoredEntry {
  readonly refusal: Refusal;
}

export interface Appended {
  readonly sequence: number;
  /** Resolves when it is as durable as this spool makes things; rejects when the storage refused it. */
  readonly stored: Promise<void>;
}

/** The same without a promise for each message. */
export type Told = (sequence: number, error?: unknown) => void;

/**
 * What is to be sent, in the order it was given. One owner at a time; its methods may be called in any order, and their
 * effects happen in the order of the calls.
 */
export interface Spool {
  /**
   * Of what is put in from now on: random, 128 bit in base64url, another one each time a spool is opened. A copy of its
   * storage, or one that was set back to an earlier time, gives its new messages no keys that were given before.
   */
  readonly id: string;
  /** Whether what is stored outlives this process. */
  readonly durable: boolean;
  /** How much was lost to damage of the storage when it was opened, in bytes. */
  readonly damagedBytes: number;
  pending(): Pending;
  /** @throws SignalboxError SPOOL_FULL at once: nothing was taken, and nothing that was taken before is touched */
  append(body: Uint8Array, told?: Told): Appended;
  /** Oldest first, those behind that sequence; at least one if there is any, and no more than the bounds allow. */
  read(after: number, messagesMax: number, bytesMax: number): Promise<readonly SpoolEntry[]>;
  /**
   * They are done with. If that is forgotten by a crash they are sent again, under the same keys. Rejects when it could
   * not be written down yet; it is tried again.
   */
  remove(sequences: readonly number[]): Promise<void>;
  /**
   * It will not be sent: it no longer waits, and is kept beside what does. Until this has resolved it is where it was.
   */
  shelve(entry: SpoolEntry, refusal: Refusal): Promise<void>;
  refusedCount(): number;
  /** What was shelved, oldest first, from that sequence on. */
  refused(messagesMax: number, from?: number): Promise<readonly RefusedEntry[]>;
  /** @returns whether there was one */
  removeRefused(sequence: number): Promise<boolean>;
  close(): Promise<void>;
}

export interface SpoolSettings {
  readonly quota: Quota;
  /** How long to wait for another owner to let go, in milliseconds. */
  readonly ownerWaitMillis: number;
}

export interface Quota {
  readonly messagesMax: number;
  readonly bytesMax: number;
}

/** 128 random bits in base64url. */
export function newSpoolId(): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...random))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
