import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

const tryPort = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(undefined));
    server.listen(port, () => resolve(server));
  });

// A range for each worker: two examples may be starting at once.
const lowest = 20_000 + 1000 * (Number(process.env['VITEST_POOL_ID'] ?? 0) % 10);

/** The first of five free ports in a row: an example takes three, its page, the network, outro; the demo takes five. */
export const findPorts = async (): Promise<number> => {
  for (;;) {
    const first = lowest + 5 * Math.floor(Math.random() * 199);
    const servers = await Promise.all([0, 1, 2, 3, 4].map((offset) => tryPort(first + offset)));
    await Promise.all(
      servers.map(
        (server) =>
          new Promise<unknown>((resolve) => (server ? server.close(resolve) : resolve(0))),
      ),
    );
    if (servers.every(Boolean)) return first;
  }
};

/** Whether somebody answers at an address of this machine that is not the one by which an example is asked. */
const isOpenElsewhere = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.2', timeout: 1000 });
    const say = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', say(true)).once('error', say(false)).once('timeout', say(false));
  });

/** A running example. */
export interface RunningExample {
  address: string;
  output: () => string;
  /** Ends it as Ctrl+C does; says whether any process of it is left. */
  stop: () => Promise<'nothing left' | 'left behind'>;
}

// A signal of 0 asks whether anybody of the group is there.
const isAlive = (group: number): boolean => {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
};

/** Copies an example out of the repository, with the packages that its own package names and no others. */
const copyOut = (name: string): string => {
  const frameworks = `${root}examples/frameworks`;
  const folder = mkdtempSync(join(tmpdir(), 'outro-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(`${frameworks}/${name}`, folder, { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const one of Object.keys(dependencies)) {
    const place = `${folder}/node_modules/${one}`;
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(one === 'outro' ? root : `${frameworks}/node_modules/${one}`, place);
  }
  return folder;
};

/**
 * Starts an example as `npm run example NAME` does after the build, and waits until it is open: to this machine alone.
 *
 * @param isAlone copied out of the repository, by its own `npm start`.
 */
export const startExample = async (
  name: string,
  environment: Record<string, string> = {},
  isAlone = false,
): Promise<RunningExample> => {
  const [command, cwd] = isAlone
    ? [['npm', 'start', '--silent'], copyOut(name)]
    : [['sh', 'examples/run', name], root];
  const [program = '', ...rest] = command;
  const first = await findPorts();
  const child = spawn(program, rest, {
    cwd,
    env: {
      ...process.env,
      PORT: String(first),
      NODE_ENV: 'development',
      ...environment,
    },
    // A process group of its own, to be ended and looked for as a whole.
    detached: true,
  });
  const group = child.pid as number;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  onTestFinished(() => void (isAlive(group) && process.kill(-group, 'SIGKILL')));
  let output = '';
  const address = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /open at (http:\/\/localhost:\d+)/.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void ended.then(() => reject(new Error(`the example ${name} ended: ${output}`)));
  });
  for (const port of [first, first + 1, first + 2])
    if (await isOpenElsewhere(port))
      throw new Error(`${name}: port ${port} is open to other machines, and nobody asked for that`);
  return {
    address,
    output: () => output,
    async stop() {
      process.kill(-group, 'SIGINT');
      await ended;
      // What a framework has started ends behind it, on a busy machine a moment later.
      for (let attempt = 0; attempt < 300 && isAlive(group); attempt += 1)
        await new Promise((resolve) => setTimeout(resolve, 100));
      return isAlive(group) ? 'left behind' : 'nothing left';
    },
  };
};

/** Signs in at the network as a person does: its sign-in page, its question, back to the page. */
export const connectFacebook = async (page: Page, address: string): Promise<void> => {
  await page.goto(address);
  await page.getByRole('link', { name: 'Connect Facebook' }).click();
  const field = page.getByLabel('Your name');
  const allow = page.getByRole('button', { name: 'Allow' });
  await field.or(allow).waitFor();
  if (await field.isVisible()) {
    await field.fill('ada');
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await allow.click();
  await page.waitForURL(`${address}/`);
};
