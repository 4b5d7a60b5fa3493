import { SignalboxError, type ErrorCode } from '../error.js';

/** MQTT 5, 4.7.3, in UTF-8. */
export const TOPIC_BYTES_MAX = 65_535;
/** The depth bounds the cost of a match. */
export const TOPIC_LEVELS_MAX = 128;

const ESCAPES: Readonly<Record<string, string>> = { '.': '%2E', '%': '%25', '*': '%2A' };
const ESCAPED: Readonly<Record<string, string>> = { '2E': '.', '25': '%', '2A': '*' };
const SURROGATE = /[\uD800-\uDFFF]/;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

const encoder = new TextEncoder();

/** How long it is in UTF-8; no more than enough to know when that cannot exceed the maximum. */
export function utf8Bytes(text: string, max: number): number {
  // Three bytes at most for each unit of UTF-16.
  return 3 * text.length <= max ? text.length : encoder.encode(text).length;
}

/** The rules that topics and filters share: length, depth, characters. */
export function checkText(text: string, code: ErrorCode, what: string): void {
  if (text === '') {
    throw new SignalboxError(code, `${what} is empty; it needs at least one character`);
  }
  const zero = text.indexOf('\0');
  if (zero >= 0) {
    throw new SignalboxError(code, `${what} has the character U+0000 at index ${String(zero)}`);
  }
  const half = SURROGATE.test(text) ? LONE_SURROGATE.exec(text) : null;
  if (half) {
    throw new SignalboxError(code, `${what} has half a surrogate pair at index ${String(half.index)}`);
  }
  const bytes = utf8Bytes(text, TOPIC_BYTES_MAX);
  if (bytes > TOPIC_BYTES_MAX) {
    throw new SignalboxError(
      code,
      `${what} has ${String(bytes)} bytes of UTF-8; the limit is ${String(TOPIC_BYTES_MAX)}`,
    );
  }
  const levels = text.split('/').length;
  if (levels > TOPIC_LEVELS_MAX) {
    throw new SignalboxError(
      'TOPIC_TOO_DEEP',
      `${what} has ${String(levels)} levels; the limit is ${String(TOPIC_LEVELS_MAX)}`,
    );
  }
}

/** A level of MQTT's form as it is written between dots. */
export function escapeLevel(level: string): string {
  return level.replace(/[.%*]/g, (character) => ESCAPES[character] ?? character);
}

/** A level that stood between dots, as it is in MQTT's form. */
export function unescapeLevel(level: string, code: ErrorCode, what: string): string {
  if (level.includes('/')) {
    throw new SignalboxError(code, `${what} level '${level}' has '/', the separator of MQTT; use '.'`);
  }
  return level.replace(/%(.{0,2})/gs, (_, digits: string) => {
    const character = ESCAPED[digits];
    if (character === undefined) {
      throw new SignalboxError(code, `${what} level '${level}' has '%${digits}'; only %2E, %25 and %2A are known`);
    }
    return character;
  });
}
