export {
  InterApplicationBus,
  type BusEvents,
  type BusListener,
  type BusContext,
  type BusStats,
} from './bus/inter-application-bus.js';
export type { Identity, Source } from './bus/identity.js';
export { Client } from './client.js';
export type { ClientEvents, ClientStats, SubscribeOptions, Subscription } from './client-types.js';
export type { PublishOptions } from './outbound/publish-options.js';
export { auto, bytes, json, text, type Codec } from './codec/codec.js';
export { SignalboxError, type ErrorCode } from './error.js';
export type { DeadLetter, ReplayOptions, StoredMessage } from './http/stored-message.js';
export type { LastValuesOptions } from './inbound/last-values.js';
export type { Message } from './inbound/message.js';
export type { MessageStream } from './inbound/stream.js';
export type { BackoffOptions } from './link/backoff.js';
export type { ClientOptions, Credentials, SpoolOptions } from './options.js';
export type { Headers } from './outbound/envelope.js';
export type { RefusedMessage, RefusedMessages } from './outbound/refused-messages.js';
export type { Acknowledgement, Receipt } from './outbound/receipt.js';
export type { RequestOptions } from './request/requests.js';
export type { Pending } from './spool/spool.js';
export { checkFilter, filterOfNative, filterToNative, matches } from './topic/filter.js';
export { checkTopic, topicOfNative, topicToNative } from './topic/topic.js';
