import { SignalboxError } from './error.js';

const PROTOCOLS = ['ws:', 'wss:', 'mqtt:', 'mqtts:', 'tcp:', 'ssl:'];

/** @throws SignalboxError OPTION_INVALID */
export function checkUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (PROTOCOLS.includes(protocol)) return text;
  const rule = 'it must begin with ws://, wss://, mqtt:// or mqtts://, and name a host';
  throw new SignalboxError('OPTION_INVALID', `url is '${withoutPassword(text)}'; ${rule}`);
}

/** Where the HTTP API of a server is that is spoken to over WebSocket. */
export function apiOf(url: string): string | undefined {
  const match = /^(ws|wss):\/\/([^/?#]+)/.exec(url);
  if (!match) return undefined;
  const host = (match[2] ?? '').replace(/^.*@/, '');
  return `${match[1] === 'ws' ? 'http' : 'https'}://${host}`;
}

/** For messages. Of what cannot be read as a URL, everything up to the last `@` may be a secret. */
export function withoutPassword(url: string): string {
  return url.replace(/^(.*?:\/\/)?.*@/s, '$1…@');
}
