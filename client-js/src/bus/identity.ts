import { SignalboxError } from '../error.js';

/** Who an application is: `uuid` names it, `name` a window or instance of it. */
export interface Identity {
  readonly uuid: string;
  readonly name: string;
}

const CHARACTERS_MAX = 128;
// eslint-disable-next-line no-control-regex -- these are what must not be there
const FORBIDDEN = /[/+#*\u0000-\u001f\u007f-\u009f]/;

/** @throws SignalboxError IDENTITY_INVALID */
export function identityOf(given: Partial<Identity>): Identity {
  const uuid = check('uuid', given.uuid ?? crypto.randomUUID());
  return { uuid, name: check('name', given.name ?? uuid) };
}

function check(what: string, text: string): string {
  const why = whyNot(text);
  if (why !== undefined) throw new SignalboxError('IDENTITY_INVALID', `the ${what} '${text.slice(0, 80)}' ${why}`);
  return text;
}

/** @returns undefined: it may be part of an identity */
function whyNot(text: string): string | undefined {
  const forbidden = FORBIDDEN.exec(text);
  if (text.length === 0 || text.length > CHARACTERS_MAX) {
    return `has ${String(text.length)} characters; 1 to ${String(CHARACTERS_MAX)} are allowed`;
  }
  if (forbidden) {
    const where = `has '${forbidden[0]}' at index ${String(forbidden.index)}`;
    return `${where}; '/', '+', '#', '*' and control characters may not be in it`;
  }
  if (text.startsWith('$')) return "begins with '$'";
  return text === 'all' ? "is 'all', which means everybody" : undefined;
}

/** As it is written in one text: `uuid`, or `uuid/name` where they differ. */
export function senderOf(identity: Identity): string {
  return identity.uuid === identity.name ? identity.uuid : `${identity.uuid}/${identity.name}`;
}

/** @returns undefined: nobody, or what cannot be an identity; anybody may write what he likes there */
export function identityOfSender(sender: string | undefined): Identity | undefined {
  if (sender === undefined) return undefined;
  const slash = sender.indexOf('/');
  const [uuid, name] = slash < 0 ? [sender, sender] : [sender.slice(0, slash), sender.slice(slash + 1)];
  return whyNot(uuid) === undefined && whyNot(name) === undefined ? { uuid, name } : undefined;
}

/** Whom a subscriber listens to, or a message is for: everybody (`*`), an application, or one window of it. */
export interface Source {
  readonly uuid: string;
  readonly name?: string;
}

/**
 * A window is `uuid/name` also where its name is the uuid: that alone is all windows.
 *
 * @throws SignalboxError IDENTITY_INVALID
 */
export function sourceText(source: Source): string {
  if (source.uuid === '*') return '*';
  check('uuid', source.uuid);
  return source.name === undefined ? source.uuid : `${source.uuid}/${check('name', source.name)}`;
}

/** Whether `*`, `uuid` or `uuid/name` is, or includes, that one. */
export function sourceIncludes(source: string, sender: Identity): boolean {
  return source === '*' || source === sender.uuid || source === `${sender.uuid}/${sender.name}`;
}
