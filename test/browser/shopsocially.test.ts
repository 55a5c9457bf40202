// The sample of ShopSocially's page, run by the example that `node examples/shopsocially/main.ts` starts.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sample } from '../../examples/shopsocially/sample.ts';
import { launchChromium, watch } from '../support/world.ts';

// shopsocially-unlink, "Example", word for word; its spacing is what the conversion to text has left of it.
const verbatim = `
//Code snippet for sample implementation:

ss_mi.ssmi_unlink_user('ssuser@gmail.com') //calling API

var ssmi_user_unlink_success = function(response){

   if(response.is_unlinked == true){

          is_revoked = response.is_permissions_revoked;

        /*Handle code to alert user saying that he his unlink from current network

         and he may log into another network

        */

    }

    else{

        /* Notify user that give email address does not exist in db so can not unlink

         */

    }

}

var ssmi_user_unlink_failure = function(response){

 if(response.error == true){

  //print reason for error

   console.log(response.reason);

                 // take necessary actions

 }

}
`;

const main = fileURLToPath(new URL('../../examples/shopsocially/main.ts', import.meta.url));

let example: ChildProcess;
let browser: Browser;
let origin: string;

const startExample = (): Promise<string> =>
  new Promise((resolve, reject) => {
    example = spawn(process.execPath, [main], { env: { ...process.env, PORT: '0' } });
    let output = '';
    const listen = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /open at (\S+);/.exec(output)?.[1];
      if (found) resolve(found);
    };
    example.stdout?.on('data', listen);
    example.stderr?.on('data', listen);
    example.once('exit', () => reject(new Error(`the example ended: ${output}`)));
  });

beforeAll(async () => {
  origin = await startExample();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  example?.kill();
});

/** A fresh browser profile, what its page printed and what a strict page must not cause. */
const open = async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const printed: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'log') printed.push(message.text());
  });
  return { page, printed, problems: await watch(page), close: () => context.close() };
};

const signIn = async (page: Page): Promise<void> => {
  await page.goto(`${origin}/sign-in`);
  await expectOutput(page, 'facebook');
};

const expectOutput = (page: Page, text: string): Promise<void> =>
  expect.poll(() => page.locator('output').textContent()).toContain(text);

const statement = /^ *document\.querySelector\('output'\)\.textContent = .*;$/gm;
const words = (code: string): string => code.replaceAll(/\s+/g, ' ').trim();

describe('the sample code snippet', () => {
  it('is the one of the page, but for a line under each of its three placeholders', () => {
    expect(sample.match(statement)).toHaveLength(3);
    expect(words(sample.replaceAll(statement, ''))).toBe(words(verbatim));
  });

  it('unlinks the user under a strict policy, though its callbacks come after the call', async () => {
    const { page, printed, problems, close } = await open();
    await signIn(page);
    await page.goto(`${origin}/unlink`);
    await expectOutput(page, 'You are unlinked');
    // The sample's own global; false until the backend can take a permission back.
    expect(await page.evaluate('is_revoked')).toBe(false);
    await page.goto(origin);
    await expectOutput(page, 'none');
    expect({ printed, problems }).toEqual({ printed: [], problems: [] });
    await close();
  });

  it('tells a user who is not signed in, as one that does not exist', async () => {
    const { page, problems, close } = await open();
    await page.goto(`${origin}/unlink`);
    await expectOutput(page, 'not known here');
    expect(await page.evaluate("typeof is_revoked + ' ' + typeof ssmi_user_unlink_success")).toBe(
      'undefined function',
    );
    expect(problems).toEqual([]);
    await close();
  });

  it('prints the reason when the API call fails', async () => {
    const { page, printed, close } = await open();
    await signIn(page);
    await page.route('**/socialize.unlink', (route) => route.abort());
    await page.goto(`${origin}/unlink`);
    await expectOutput(page, 'please try again');
    expect(printed).toEqual(['Error while Unlinking Social Login User']);
    await close();
  });
});

describe('window.ss_mi', () => {
  const tag = '<script src="/js/outro.js?apiKey=shopsocially-example"></script>';
  const serve = async (page: Page, html: string): Promise<void> => {
    const answer = { body: `<!doctype html>${html}`, contentType: 'text/html' };
    await page.route(`${origin}/own`, (route) => route.fulfill(answer));
  };

  it('answers without a request, yet to callbacks that a slow later script defines', async () => {
    const { page, printed, close } = await open();
    const body = `function ssmi_user_unlink_failure(response) { console.log(JSON.stringify(response)) }`;
    await page.route(`${origin}/later.js`, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.fulfill({ body, contentType: 'text/javascript' });
    });
    const call = '<script>ss_mi.ssmi_unlink_user()</script>';
    await serve(page, `${tag}${call}<script src="/later.js"></script>`);
    await page.goto(`${origin}/own`);
    await expect.poll(() => printed).toEqual(['{"error":true,"reason":"Email address missing"}']);
    await close();
  });

  it('of somebody else is left alone, and a second copy of the script replaces nothing', async () => {
    const { page, close } = await open();
    await page.addInitScript('window.ss_mi = { vendor: true }');
    await page.goto(origin);
    expect(await page.evaluate('ss_mi')).toEqual({ vendor: true });
    await close();

    const twice = await open();
    await serve(twice.page, `${tag}<script>first = ss_mi</script>${tag}`);
    await twice.page.goto(`${origin}/own`);
    expect(await twice.page.evaluate('typeof first.ssmi_unlink_user')).toBe('function');
    expect(await twice.page.evaluate('ss_mi === first')).toBe(true);
    await twice.close();
  });
});
