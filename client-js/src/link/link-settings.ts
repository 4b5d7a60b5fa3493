import type { IClientOptions } from 'mqtt';
import type { Settings } from '../settings.js';
import type { LinkSettings } from './link.js';
import { SEQUENCE } from './translation.js';

/** What the server publishes when this client is lost, unless it is back before the delay is over. */
export interface Will {
  readonly topic: string;
  readonly delaySeconds: number;
}

/** The same for each attempt, but for credentials that change. */
export async function linkSettings(
  settings: Settings,
  will: Will | undefined,
  arrived: LinkSettings['arrived'],
): Promise<LinkSettings> {
  const { credentials } = settings;
  const mqtt: IClientOptions = {
    ...settings.tls,
    ...(typeof credentials === 'function' ? await credentials() : credentials),
    clientId: settings.clientId,
    keepalive: settings.keepAliveSeconds,
    connectTimeout: settings.connectTimeoutMillis,
    properties: {
      sessionExpiryInterval: settings.sessionExpirySeconds,
      receiveMaximum: settings.receiveMaximum,
      userProperties: { [SEQUENCE]: '1' },
    },
    ...(will && {
      will: {
        topic: will.topic,
        // An empty retained message: nothing is there any more. MQTT.js takes no empty array for a payload.
        payload: '' as unknown as Buffer,
        qos: 1,
        retain: true,
        properties: { willDelayInterval: will.delaySeconds },
      },
    }),
  };
  return { url: settings.url, mqtt, packetBytesMax: settings.packetBytesMax, arrived };
}
