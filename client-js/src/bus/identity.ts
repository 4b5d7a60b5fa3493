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
  const forbidden = FORBIDDEN.exec(text);
  const why =
    text.length === 0 || text.length > CHARACTERS_MAX
      ? `has ${String(text.length)} characters; 1 to ${String(CHARACTERS_MAX)} are allowed`
      : forbidden
        ? `has '${forbidden[0]}' at index ${String(forbidden.index)}; '/', '+', '#', '*' and control characters may not be in it`
        : text.startsWith('$')
          ? "begins with '$'"
          : text === 'all'
            ? "is 'all', which means everybody"
            : undefined;
  if (why !== undefined) throw new SignalboxError('IDENTITY_INVALID', `the ${what} '${text.slice(0, 80)}' ${why}`);
  return text;
}

/** As it is written in one text: `uuid`, or `uuid/name` where they differ. */
export function senderOf(identity: Identity): string {
  return identity.uuid === identity.name ? identity.uuid : `${identity.uuid}/${identity.name}`;
}

export function identityOfSender(sender: string): Identity {
  const slash = sender.indexOf('/');
  return slash < 0 ? { uuid: sender, name: sender } : { uuid: sender.slice(0, slash), name: sender.slice(slash + 1) };
}

/** Whom a subscriber listens to, or a message is for: everybody (`*`), an application, or one window of it. */
export interface Source {
  readonly uuid: string;
  readonly name?: string;
}

/** @throws SignalboxError IDENTITY_INVALID */
export function sourceText(source: Source): string {
  if (source.uuid === '*') return '*';
  check('uuid', source.uuid);
  return source.name === undefined ? source.uuid : `${source.uuid}/${check('name', source.name)}`;
}

/** Whether `*`, `uuid` or `uuid/name` is, or includes, that one. */
export function sourceIncludes(source: string, sender: Identity): boolean {
  return source === '*' || source === sender.uuid || source === `${sender.uuid}/${sender.name}`;
}
