import { SignalboxError, shorten } from '../error.js';
import { checkText, escapeLevel, unescapeLevel } from './levels.js';

const SHARE = '$share';

/**
 * What a subscriber asks for, in MQTT's form: `+` is one level, a last `#` any number of them.
 *
 * @throws SignalboxError FILTER_INVALID or TOPIC_TOO_DEEP
 */
export function checkFilter(text: string): string {
  checkText(text, 'FILTER_INVALID', 'filter');
  const levels = text.split('/');
  for (const level of levels) {
    if (level.length > 1 && /[+#]/.test(level)) {
      throw new SignalboxError(
        'FILTER_INVALID',
        `filter level '${shorten(level)}' mixes a wildcard with other characters; a wildcard fills its level (MQTT 5, 4.7.1)`,
      );
    }
  }
  const any = levels.indexOf('#');
  if (any >= 0 && any < levels.length - 1) {
    throw new SignalboxError(
      'FILTER_INVALID',
      `filter '${shorten(text)}' has '#' in level ${String(any + 1)} of ${String(levels.length)}; it must be the last (MQTT 5, 4.7.1.2)`,
    );
  }
  if (levels[0] === SHARE) checkShared(text, levels);
  return text;
}

function checkShared(text: string, [, group = '', ...filter]: readonly string[]): void {
  if (group !== '' && !/[+#]/.test(group) && filter.join('/') !== '') return;
  throw new SignalboxError(
    'FILTER_INVALID',
    `'${shorten(text)}' is no shared subscription; write $share/group/filter, the group without wildcards (MQTT 5, 4.8.2)`,
  );
}

/** `market.*.prices` to `market/+/prices`; escapes as in `topicOfNative`. */
export function filterOfNative(text: string): string {
  const levels = text.split('.').map((level) => {
    if (level === '*') return '+';
    if (/[*+]/.test(level)) {
      throw new SignalboxError(
        'FILTER_INVALID',
        `filter level '${shorten(level)}' has '*' or '+' beside other characters; '*' fills its level`,
      );
    }
    return unescapeLevel(level, 'FILTER_INVALID', 'filter');
  });
  return checkFilter(levels.join('/'));
}

/** The inverse of {@link filterOfNative}. */
export function filterToNative(filter: string): string {
  return filter
    .split('/')
    .map((level) => (level === '+' ? '*' : escapeLevel(level)))
    .join('.');
}

/** As the server matches, a shared subscription by the filter behind its group: wildcards in the first level never match topics that begin with `$` (MQTT 5, 4.7.2). */
export function matches(filter: string, topic: string): boolean {
  if (filter.startsWith(`${SHARE}/`)) return matches(filter.split('/').slice(2).join('/'), topic);
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [at, level] of wanted.entries()) {
    if (level === '#') return true;
    const there = levels[at];
    if (there === undefined || (level !== '+' && level !== there)) return false;
  }
  return wanted.length === levels.length;
}
