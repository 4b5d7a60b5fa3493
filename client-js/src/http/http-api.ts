import type { Codec } from '../codec/codec.js';
import { SignalboxError, textOf } from '../error.js';
import type { ClientOptions } from '../options.js';
import { withoutPassword } from '../url.js';
import { lines } from './lines.js';
import {
  fromText,
  storedMessage,
  type DeadLetter,
  type MessageDocument,
  type ReplayOptions,
  type StoredMessage,
} from './stored-message.js';

interface DeadLetterDocument {
  readonly id: number;
  readonly session: string;
  readonly sequence: number;
  readonly time: number;
  readonly deaths: DeadLetter<unknown>['deaths'];
  readonly message: MessageDocument;
}

/** What the server tells over HTTP: history, replay, dead letters, figures. */
export class HttpApi {
  constructor(
    private readonly base: string | undefined,
    private readonly credentials: ClientOptions['credentials'],
  ) {}

  async history<T>(topic: string, last: number, codec: Codec<T> | undefined): Promise<StoredMessage<T>[]> {
    const answer = await this.#get('history', { topic, last: String(last) });
    const { messages } = (await answer.json()) as { messages: MessageDocument[] };
    return messages.map((message) => storedMessage(message, codec));
  }

  async *replay<T>(filter: string, options: ReplayOptions<T>): AsyncGenerator<StoredMessage<T>> {
    const query: Record<string, string> = { filter, from: fromText(options.from ?? 'all') };
    if (options.speed !== undefined) query['speed'] = String(options.speed);
    if (options.limit !== undefined) query['limit'] = String(options.limit);
    const answer = await this.#get('replay', query, options.signal);
    if (!answer.body) return;
    for await (const line of lines(answer.body))
      yield storedMessage(JSON.parse(line) as MessageDocument, options.codec);
  }

  async deadLetters<T>(last: number, codec: Codec<T> | undefined): Promise<DeadLetter<T>[]> {
    const answer = await this.#get('dead-letters', { limit: String(last) });
    const { deadLetters } = (await answer.json()) as { deadLetters: DeadLetterDocument[] };
    return deadLetters.map((letter) => ({
      id: letter.id,
      session: letter.session,
      deaths: letter.deaths,
      message: storedMessage(letter.message, codec, letter),
    }));
  }

  async stats(): Promise<Readonly<Record<string, number>>> {
    return (await (await this.#get('stats', {})).json()) as Readonly<Record<string, number>>;
  }

  async #get(path: string, query: Record<string, string>, signal?: AbortSignal): Promise<Response> {
    if (this.base === undefined) {
      throw new SignalboxError('OPTION_INVALID', `'${path}' is asked over HTTP; give the client the option 'api'`);
    }
    const url = `${this.base.replace(/\/$/, '')}/api/v1/${path}?${new URLSearchParams(query).toString()}`;
    let answer: Response;
    try {
      answer = await fetch(url, { headers: await this.#headers(), ...(signal && { signal }) });
    } catch (error) {
      const shown = withoutPassword(url);
      // What fetch says of an address with a password has that in it.
      const cause = shown === url ? error : 'user and password belong into the option credentials';
      throw new SignalboxError('HTTP_FAILED', `${shown} did not answer: ${textOf(cause)}`, undefined, cause);
    }
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
    const why = [problem.code, problem.detail].filter((text) => text !== undefined).join(': ');
    throw new SignalboxError('HTTP_FAILED', `${withoutPassword(url)} answered ${String(answer.status)} ${why}`);
  }

  async #headers(): Promise<Record<string, string>> {
    const { credentials } = this;
    const known = typeof credentials === 'function' ? await credentials() : credentials;
    if (!known) return {};
    const utf8 = new TextEncoder().encode(`${known.username}:${known.password}`);
    const latin1 = Array.from(utf8, (byte) => String.fromCharCode(byte)).join('');
    return { Authorization: `Basic ${btoa(latin1)}` };
  }
}
