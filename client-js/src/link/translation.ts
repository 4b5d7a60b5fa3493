import type { IClientPublishOptions, IPublishPacket, Packet } from 'mqtt';
import type { Envelope, Headers } from '../outbound/envelope.js';
import { TTL_SECONDS_MAX } from '../outbound/publish-options.js';
import { retryAfterMillis } from './backoff.js';
import type { Arrival } from './packets.js';

/** In CONNECT: the server is to say of each message where it stands in its log, which it says under the same name. */
export const SEQUENCE = 'sb-sequence';

/** How a connection ended, or was refused. */
export interface Ending {
  readonly text: string;
  readonly reasonCode: number | undefined;
  /** By the server: how long to stay away. */
  readonly retryAfterMillis: number | undefined;
}

/** @returns undefined: the packet ends nothing */
export function ending(packet: Packet): Ending | undefined {
  if (packet.cmd !== 'disconnect' && packet.cmd !== 'connack') return undefined;
  const { reasonCode = 0, properties } = packet;
  if (packet.cmd === 'connack' && reasonCode === 0) return undefined;
  const text = properties?.reasonString ?? `the server said 0x${reasonCode.toString(16)}`;
  return { text, reasonCode, retryAfterMillis: retryAfterMillis(properties?.userProperties?.['sb-retry-after']) };
}

export function publishOptions(envelope: Envelope): IClientPublishOptions {
  const { contentType, replyTo, correlation, expiresAt, headers } = envelope;
  return {
    qos: 1,
    retain: envelope.retain ?? false,
    properties: {
      ...(contentType !== undefined && { contentType }),
      ...(replyTo !== undefined && { responseTopic: replyTo }),
      ...(correlation && { correlationData: correlation as Buffer }),
      // Rounded up: a message that may still be sent has a second at least. A clock may have been set back.
      ...(expiresAt !== undefined && {
        messageExpiryInterval: Math.min(Math.max(1, Math.ceil((expiresAt - Date.now()) / 1_000)), TTL_SECONDS_MAX),
      }),
      ...(headers &&
        Object.keys(headers).length > 0 && { userProperties: headers as Record<string, string | string[]> }),
    },
  };
}

export function arrival(packet: IPublishPacket): Arrival {
  const { subscriptionIdentifier, contentType, responseTopic, correlationData, messageExpiryInterval, userProperties } =
    packet.properties ?? {};
  const ids: number | number[] | undefined = subscriptionIdentifier;
  // The first of that name is the server's.
  const { [SEQUENCE]: sequences, ...headers } = { ...userProperties } as Headers;
  const sequence = typeof sequences === 'string' ? sequences : sequences?.[0];
  return {
    topic: packet.topic,
    payload: packet.payload as Uint8Array,
    qos: packet.qos,
    retained: packet.retain,
    redelivered: packet.dup,
    subscriptionIds: ids === undefined ? [] : typeof ids === 'number' ? [ids] : ids,
    contentType,
    replyTo: responseTopic,
    correlation: correlationData,
    ttlSeconds: messageExpiryInterval,
    sequence: sequence !== undefined && /^\d{1,15}$/.test(sequence) ? Number(sequence) : undefined,
    headers,
  };
}
