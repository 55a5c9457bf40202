import { createHandler, type Handler } from 'outro/server';
import { onTestFinished } from 'vitest';
import { secret, type Answer, type House } from './house.ts';
import { openTestDatabase } from './store.ts';

// What tests of page events share: an open page of a person, and further instances of the backend.

type Store = Awaited<ReturnType<typeof openTestDatabase>>['store'];

/** One event as a page reads it off the stream. */
export interface Heard {
  event: string;
  id: string;
  data: { eventName?: string; provider?: string; receipt?: { step: string; status: string }[] };
}

/** A page that listens. */
export interface OpenPage {
  response: Response;
  /** Everything heard so far, without `ready`. */
  heard: Heard[];
  /** Where a later stream goes on. */
  lastEventId(): string;
  comments: number;
  isOver: boolean;
  leave(): Promise<void>;
}

/** Asks for a stream as a page of the site does; whatever comes back. */
export const askToListen = (
  house: House,
  params: Record<string, string>,
  {
    handler = house.handler,
    headers,
    signal,
  }: { handler?: Handler; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Response> =>
  handler(
    new Request('https://outro.example/socialize.listen', {
      method: 'POST',
      body: new URLSearchParams({ apiKey: house.apiKey, ...params }),
      headers: { Origin: 'https://shop.example', ...headers },
      ...(signal && { signal }),
    }),
  );

/** The answer when no stream came of it. */
export const refusalOf = async (response: Promise<Response>): Promise<Answer> =>
  (await (await response).json()) as Answer;

const parse = (block: string): Heard => {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
  );
  const { event = '', id = '', data = 'null' } = fields;
  return { event, id, data: event === 'ready' ? {} : (JSON.parse(data) as Heard['data']) };
};

/** Opens a page's stream and reads it until it ends; resolves when the stream is ready. */
export const listen = async (
  house: House,
  login_token: string,
  {
    lastEventId,
    ...init
  }: { lastEventId?: string; handler?: Handler; headers?: Record<string, string> } = {},
): Promise<OpenPage> => {
  const asked = { login_token, ...(lastEventId !== undefined && { lastEventId }) };
  const response = await askToListen(house, asked, init);
  if (response.headers.get('content-type') !== 'text/event-stream')
    throw new Error(await response.text());
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error('the stream has no body');
  const heard: Heard[] = [];
  let readyId = '';
  const page: OpenPage = {
    response,
    heard,
    lastEventId: () => heard.at(-1)?.id ?? readyId,
    comments: 0,
    isOver: false,
    leave: () => reader.cancel(),
  };
  const first = await reader.read();
  let text = first.value ?? '';
  const take = (): void => {
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks)
      if (block.startsWith(':')) page.comments += 1;
      else {
        const one = parse(block);
        if (one.event === 'ready') readyId = one.id;
        else heard.push(one);
      }
  };
  const read = async (): Promise<void> => {
    for (;;) {
      take();
      const { done, value } = await reader.read();
      if (done) break;
      text += value;
    }
    page.isOver = true;
  };
  void read();
  onTestFinished(page.leave);
  return page;
};

/** Another instance of the backend, for the same site. */
export const startInstance = (house: House, store: Store = house.database.store): Handler => {
  const handler = createHandler({
    sites: [
      {
        apiKey: house.apiKey,
        secret,
        publicUrl: 'https://outro.example',
        origins: ['https://shop.example'],
      },
    ],
    encryptionKeys: [{ id: 'test', key: secret }],
    store,
  });
  onTestFinished(() => handler.close());
  return handler;
};

/** Signs the person in on one more device; gives that session's token. */
export const signInElsewhere = async (
  house: House,
  siteUID = 'u',
  ...names: string[]
): Promise<string> => {
  const providers = Object.fromEntries(
    names.map((name) => [name, { providerUID: `${name}-${siteUID}` }]),
  );
  const answer = await house.signIn({ siteUID, providers, elsewhere: true });
  return String(answer['cookieValue']);
};
