import { afterEach, describe, expect, it, vi } from 'vitest';
import { action, done, form, link, open, wait } from '../../support/forms.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a form', () => {
  it.each([
    ['Example 1', {}, { externalIdProviderName: 'facebook', subProviderName: 'none' }],
    [
      'Example 3',
      { external_id_provider_name: 'janrain', sub_provider_name: 'all' },
      { externalIdProviderName: 'janrain', subProviderName: 'all' },
    ],
    [
      'Example 4',
      { external_id_provider_name: 'janrain', sub_provider_name: 'gigya' },
      { externalIdProviderName: 'janrain', subProviderName: 'gigya' },
    ],
    [
      'without external_id_provider_name',
      { external_id_provider_name: undefined },
      { subProviderName: 'none' },
    ],
    ['without both', { external_id_provider_name: undefined, sub_provider_name: undefined }, {}],
  ])('%s unlinks through the client, then goes to redirectUrl', async (_, given, names) => {
    const { submit, settled, sent, visited, native } = open(form(given));
    expect(submit()).toBe(false);
    await settled();
    expect(sent).toEqual([names]);
    expect(visited).toEqual([done]);
    expect(native).not.toHaveBeenCalled();
  });

  it('added later counts too; one for something else does not', async () => {
    const { submit, settled, document, visited } = open('<form action="/search"></form>');
    expect(submit({ submitter: null })).toBe(true);
    document.body.innerHTML = form();
    expect(submit()).toBe(false);
    await settled();
    expect(visited).toEqual([done]);
  });

  it('whose fields are called like properties of a form works all the same', async () => {
    const { submit, settled, native, answers, document } = open(form());
    // What a browser does by itself when a field has such a name.
    const field = document.querySelector('input');
    for (const name of ['submit', 'action'])
      Object.defineProperty(document.querySelector('form'), name, { value: field });
    answers(() => Promise.reject(new TypeError('connection refused')));
    expect(submit()).toBe(false);
    await settled();
    expect(native).toHaveBeenCalledOnce();
  });
});

describe('a link', () => {
  it('Example 2 unlinks all, on a plain click anywhere in it', async () => {
    const { click, settled, sent, visited } = open(link);
    expect(click()).toBe(false);
    await settled();
    expect(sent).toEqual([{ subProviderName: 'none' }]);
    expect(visited).toEqual([done]);
  });

  it.each([
    { ctrlKey: true },
    { metaKey: true },
    { shiftKey: true },
    { altKey: true },
    { button: 1 },
  ])('clicked with %j is the browser’s', async (given) => {
    const { click, sent } = open(link);
    expect(click(given)).toBe(true);
    await wait();
    expect(sent).toEqual([]);
  });

  it('to elsewhere, and a click on nothing, are left alone', () => {
    const { click } = open(`<a href="/else"><b>x</b></a><i>y</i>`);
    expect([click(), click({}, 'i')]).toEqual([true, true]);
    expect(open(link.replace('<a', '<a download')).click()).toBe(true);
  });
});

describe('left to the server, which knows better', () => {
  it.each<[string, string]>([
    ['a redirectUrl on another origin', form({ redirectUrl: 'https://evil.example/' })],
    ['a redirectUrl that looks like a path', form({ redirectUrl: '//evil.example/' })],
    ['the same with a backslash', form({ redirectUrl: '/\\evil.example/' })],
    ['a redirectUrl that is script', form({ redirectUrl: 'javascript:alert(1)' })],
    ['a redirectUrl that is a blob', form({ redirectUrl: 'blob:https://shop.example/1' })],
    ['a redirectUrl with a user name', form({ redirectUrl: 'https://a@shop.example/' })],
    ['a redirectUrl that is no address', form({ redirectUrl: 'http://[' })],
    ['no redirectUrl', form({ redirectUrl: undefined })],
    ['an empty uid', form({ uid: '' })],
    ['no vhost', form({ vhost: undefined })],
    ['a misspelt provider name', form({ externalIdProviderName: 'facebook' })],
    ['a repeated name', form().replace('</form>', '<input name="uid" value="35" /></form>')],
    ['fields in the address of the action', form({}, `action="${action}?a=b" method="POST"`)],
    ['an action that only begins like ours', form({}, `action="${action}s" method="POST"`)],
  ])('%s', async (_, html) => {
    const { submit, sent } = open(html);
    expect(submit()).toBe(true);
    await wait();
    expect(sent).toEqual([]);
  });

  it.each(['name="uid"', 'formaction="/x"', 'formtarget="_top"'])(
    'a pressed button with %s',
    (attribute) => {
      const html = form().replace('</form>', `<button ${attribute}>x</button></form>`);
      const { submit, document } = open(html);
      expect(submit({ submitter: document.querySelector('button') })).toBe(true);
    },
  );

  it('a page made for somebody else: nothing is unlinked, the server refuses', async () => {
    const { submit, settled, sent, native } = open(form({ uid: '35' }));
    expect(submit()).toBe(false);
    await settled();
    expect(sent).toEqual([]);
    expect(native).toHaveBeenCalledOnce();
  });

  it('a default that a handler of the page prevented, however late it was added', async () => {
    for (const html of [form(), link]) {
      const { document, submit, click, sent } = open(html);
      for (const name of ['submit', 'click'])
        document.addEventListener(name, (event) => event.preventDefault());
      expect(html === link ? click() : submit()).toBe(false);
      // oxlint-disable-next-line no-await-in-loop -- one page after the other
      await wait();
      expect(sent).toEqual([]);
    }
  });
});

describe('4.11 what a stranger has put into the page', () => {
  it('a link or form to another host is left alone', async () => {
    const strange = 'https://evil.example/action/v2/unlinkaccount';
    // It leads back to the page's own site, as one would that wants to be taken for the site's own.
    const back = link.replace(/redirectUrl=[^&"]*/, `redirectUrl=${encodeURIComponent(done)}`);
    const pages = [back, form({ redirectUrl: done })].map((one) => one.replace(action, strange));
    for (const html of pages) {
      const page = open(html);
      if (html.startsWith('<a')) expect(page.click()).toBe(true);
      else expect(page.submit()).toBe(true);
      await wait();
      expect(page.sent).toEqual([]);
    }
  });

  it('a link asks first, and No changes nothing', async () => {
    const questions: string[] = [];
    const confirm = (question: string): boolean => {
      questions.push(question);
      return false;
    };
    const page = open(link, { confirm });
    expect(page.click()).toBe(false);
    await wait();
    expect({ sent: page.sent, visited: page.visited }).toEqual({ sent: [], visited: [] });
    expect(questions).toEqual([expect.stringContaining('Disconnect ')]);
  });
});
