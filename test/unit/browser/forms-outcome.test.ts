import { createClient, enhanceForms, type Response as Answer } from 'outro';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { action, done, form, query, link, open, wait } from '../../support/forms.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the outcome', () => {
  it.each([
    [
      { errorCode: 400106, errorMessage: 'Not connected' },
      '?unlinkaccount=error&errorCode=400106&reason=Not+connected',
    ],
    [
      {
        errorCode: 400006,
        errorMessage: 'Invalid parameter value',
        errorDetails: 'sub_provider_name: expected none',
      },
      '?unlinkaccount=error&errorCode=400006&reason=Invalid+parameter+value&parameter=sub_provider_name',
    ],
  ])('%j goes into the query as the server writes it', async (answer, expected) => {
    const { submit, settled, visited } = open(form(), {}, answer);
    submit();
    await settled();
    expect(visited).toEqual([`https://shop.example/userprofile${expected}`]);
  });

  it('an empty provider name is refused, not taken for all', async () => {
    const { submit, settled, visited, sent } = open(form({ external_id_provider_name: '' }));
    submit();
    await settled();
    expect(sent).toEqual([]);
    expect(new URL(visited[0] ?? '').searchParams.get('parameter')).toBe(
      'external_id_provider_name',
    );
  });

  it('keeps query and fragment of redirectUrl and replaces an earlier outcome', async () => {
    const redirectUrl = '/p?tab=2&amp;unlinkaccount=error&amp;errorCode=1&amp;reason=x#links';
    const { submit, settled, visited } = open(form({ redirectUrl }));
    submit();
    await settled();
    expect(visited).toEqual(['https://shop.example/p?tab=2&unlinkaccount=unlinked#links']);
  });

  it('is told to onDone, before the page is left; what it throws harms nobody', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const order: string[] = [];
    const onDone = ({ errorCode }: Answer): never => {
      order.push(`told ${errorCode}`);
      throw new Error('bad callback');
    };
    const navigate = (url: string): void => void order.push(url);
    const { submit } = open(form(), { onDone, navigate });
    submit();
    await vi.waitFor(() => expect(order).toEqual(['told 0', done]));
    expect(log).toHaveBeenCalledOnce();
  });
});

describe('the service out of reach', () => {
  const down: [string, () => Promise<Response>][] = [
    ['refuses', () => Promise.reject(new TypeError('connection refused'))],
    ['hangs', () => new Promise(() => {})],
    ['answers garbage', async () => new Response('<html>', { status: 502 })],
  ];

  it.each(down)('it %s: a form is sent as without script', async (_, answer) => {
    const onDone = vi.fn();
    const { submit, settled, answers, native, document, visited } = open(form(), { onDone });
    answers(answer);
    submit();
    await settled();
    expect(native.mock.contexts).toEqual([document.querySelector('form')]);
    expect([visited, onDone.mock.calls]).toEqual([[], []]);
  });

  it.each(down)('it %s: a link leads where it says', async (_, answer) => {
    const onDone = vi.fn();
    const { click, settled, answers, visited } = open(link, { onDone });
    answers(answer);
    click();
    await settled();
    expect(visited).toEqual([`https://shop.example${action}?${query.replaceAll('&amp;', '&')}`]);
    expect(onDone).not.toHaveBeenCalled();
  });
});

describe('while one is under way', () => {
  it('a second submit does nothing, until the page was left or stayed', async () => {
    let leave = (): void => {};
    const navigate = vi.fn(() => new Promise<void>((resolve) => (leave = resolve)));
    const { submit, sent } = open(form(), { navigate });
    expect([submit(), submit()]).toEqual([false, false]);
    await vi.waitFor(() => expect(navigate).toHaveBeenCalledOnce());
    expect(submit()).toBe(false);
    await wait();
    expect(sent).toHaveLength(1);
    leave();
    await wait();
    submit();
    await vi.waitFor(() => expect(sent).toHaveLength(2));
  });

  it('by default the page is left through its location', async () => {
    const { submit, window } = open(form(), { navigate: undefined });
    const assign = vi.spyOn(window.location, 'assign').mockImplementation(() => {});
    submit();
    await vi.waitFor(() => expect(assign.mock.calls).toEqual([[done]]));
  });

  it('a navigation that fails is logged and leaves the page usable', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const navigate = (): never => {
      throw new Error('no router');
    };
    const { submit, sent } = open(form(), { navigate });
    submit();
    await vi.waitFor(() => expect(log).toHaveBeenCalledOnce());
    await wait();
    submit();
    await vi.waitFor(() => expect(sent).toHaveLength(2));
  });
});

describe('undone', () => {
  it('forms and links are plain again', () => {
    const { submit, click, undo } = open(form() + link);
    undo();
    expect([submit(), click()]).toEqual([true, true]);
  });

  it('without a page there is nothing to do', () => {
    const client = createClient({ apiKey: 'key', apiDomain: 'outro.example' });
    expect(enhanceForms(client)()).toBeUndefined();
  });
});
