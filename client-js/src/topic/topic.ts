import { SignalboxError, shorten } from '../error.js';
import { checkText, escapeLevel, unescapeLevel } from './levels.js';

/**
 * The name a message is published under, in MQTT's form (levels separated by `/`).
 *
 * @throws SignalboxError TOPIC_INVALID or TOPIC_TOO_DEEP
 */
export function checkTopic(text: string): string {
  checkText(text, 'TOPIC_INVALID', 'topic');
  const wildcard = text.search(/[+#]/);
  if (wildcard >= 0) {
    throw new SignalboxError(
      'TOPIC_INVALID',
      `topic '${shorten(text)}' has the wildcard '${text.charAt(wildcard)}' at index ${String(wildcard)}; ` +
        'only filters may have wildcards (MQTT 5, 3.3.2.1)',
    );
  }
  return text;
}

/**
 * `market.AAPL.prices` to `market/AAPL/prices`. A dot, percent sign or asterisk inside a level is written `%2E`, `%25`,
 * `%2A`, which makes the mapping one to one.
 */
export function topicOfNative(text: string): string {
  if (text.includes('*')) {
    throw new SignalboxError('TOPIC_INVALID', `topic '${shorten(text)}' has the wildcard '*'; only filters may`);
  }
  return checkTopic(
    text
      .split('.')
      .map((level) => unescapeLevel(level, 'TOPIC_INVALID', 'topic'))
      .join('/'),
  );
}

/** The inverse of {@link topicOfNative}. */
export function topicToNative(topic: string): string {
  return topic.split('/').map(escapeLevel).join('.');
}
