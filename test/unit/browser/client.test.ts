import { Window } from 'happy-dom';
import { createClient, isOutroError, type Client } from 'outro';
import { describe, expect, it, vi } from 'vitest';
import { echoing } from '../../support/echoing.ts';

const connect = (answer: unknown = { errorCode: 0 }): { client: Client; window: Window } => {
  const window = new Window({ url: 'https://www.shop.example/' });
  window.document.cookie = 'glt_key=token; path=/';
  const document = window.document as unknown as Document;
  const fetch = echoing(async () => Response.json(answer));
  return {
    client: createClient({ apiKey: 'key', apiDomain: 'outro.example', fetch, document }),
    window,
  };
};

describe('createClient', () => {
  it.each([
    [{}, 'apiKey: expected the key of your site'],
    [{ apiKey: 'key' }, 'apiDomain: expected the host of your outro backend'],
    [undefined, 'apiKey: expected the key of your site'],
  ])('refuses %j and says what is missing', (options, details) => {
    try {
      createClient(options as never);
      expect.fail('expected a refusal');
    } catch (error) {
      expect(isOutroError(error) && error.details).toBe(details);
    }
  });

  it('works without a page: nobody is signed in', async () => {
    const client = createClient({ apiKey: 'key', apiDomain: 'http://localhost:1' });
    expect((await client.getUserInfo()).user.UID).toBe('');
    expect((await client.logout()).receipt).toEqual([{ step: 'session', status: 'already' }]);
  });

  it('a cookie that cannot be read or decoded is no session', async () => {
    const { client, window } = connect();
    window.document.cookie = 'glt_key=%E0%A4%A; path=/';
    expect((await client.getUserInfo()).user.UID).toBe('');
    const sandboxed = {
      get cookie(): string {
        throw new DOMException('sandboxed', 'SecurityError');
      },
      location: { hostname: 'x' },
    } as unknown as Document;
    const other = createClient({ apiKey: 'key', apiDomain: 'outro.example', document: sandboxed });
    expect((await other.getUserInfo()).user.UID).toBe('');
  });

  it('logout forgets the cookie that another host of the site has set', async () => {
    const { client, window } = connect();
    window.document.cookie = 'glt_key=wide; domain=shop.example; path=/';
    await client.logout();
    expect(window.document.cookie).toBe('');
  });
});

describe('events', () => {
  it('one bad listener harms nobody: the others, the callback and the promise go on', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { client } = connect();
    const seen: string[] = [];
    const bad = (): never => {
      throw new Error('bad listener');
    };
    client.on('logout', bad);
    client.on('logout', () => seen.push('second'));
    const response = await client.logout({
      callback: () => {
        seen.push('callback');
        bad();
      },
    });
    expect(response.errorCode).toBe(0);
    expect(seen).toEqual(['second', 'callback']);
    expect(log).toHaveBeenCalledTimes(2);
    log.mockRestore();
  });

  it('each listener has a copy of its own', async () => {
    const { client } = connect();
    client.on('logout', (event) => Object.assign(event, { eventName: 'changed' }));
    let seen = '';
    client.on('logout', ({ eventName }) => (seen = eventName));
    await client.logout();
    expect(seen).toBe('logout');
  });

  it('on gives back what stops listening, and stops only that', async () => {
    const { client, window } = connect();
    let count = 0;
    const handler = (): void => void (count += 1);
    const stop = client.on('logout', handler);
    client.on('logout', handler);
    stop();
    stop();
    await client.logout();
    window.document.cookie = 'glt_key=token; path=/';
    await client.logout();
    expect(count).toBe(2);
  });

  it('addEventHandlers is additive, at once, and lends its context where the call has none', async () => {
    const { client, window } = connect();
    const contexts: unknown[] = [];
    const onLogout = ({ context }: { context: unknown }): void => void contexts.push(context);
    const seen: number[] = [];
    const mine = { mine: true };
    client.addEventHandlers({
      onLogout,
      context: mine,
      callback: ({ errorCode }) => seen.push(errorCode),
    });
    client.addEventHandlers({ onLogout });
    expect(seen).toEqual([0]);
    await client.logout();
    window.document.cookie = 'glt_key=token; path=/';
    await client.logout({ context: 'theirs' });
    expect(contexts).toEqual([mine, null, 'theirs', 'theirs']);
  });

  it('addEventHandlers refuses what is no function, and then registers nothing', async () => {
    const { client } = connect();
    const handlers = { onLogout: () => expect.fail('not registered'), onConnectionRemoved: 'x' };
    expect(() => client.addEventHandlers(handlers as never)).toThrow(
      'onConnectionRemoved: expected a function',
    );
    await client.logout();
  });
});
