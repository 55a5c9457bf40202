import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The secret of the served site, base64. */
export const secret = Buffer.alloc(32, 7).toString('base64');

/** `outro` as an operator runs it. */
export interface Served {
  child: ChildProcess;
  /** Where it listens, once it does. */
  ready: Promise<string>;
  ended: Promise<number | null>;
  /** All that it has written. */
  output(): string;
}

/** A folder of its own with a configuration, and `outro` started in it as often as wanted. */
export const openFolder = (change: object = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'outro-served-'));
  const running: ChildProcess[] = [];
  /** Writes the configuration, with something changed of the site or of all. */
  const configure = (ofSite: object = {}, ofAll: object = {}): string => {
    const site = {
      apiKey: '3_key',
      secret,
      publicUrl: 'http://localhost:1',
      origins: ['https://shop.example'],
      ...ofSite,
    };
    const configuration = { sites: [site], encryptionKeys: [{ id: 'a', key: secret }], ...ofAll };
    const file = join(folder, 'outro.json');
    writeFileSync(file, JSON.stringify(configuration));
    return file;
  };
  const stop = (): void => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  };
  configure({}, change);
  return {
    path: folder,
    configure,
    run(...args: string[]): Served {
      const child = spawn(process.execPath, [cli, ...args], {
        cwd: folder,
        env: { PATH: process.env['PATH'] },
      });
      running.push(child);
      let output = '';
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      const ready = new Promise<string>((resolve, reject) => {
        const hear = (chunk: Buffer): void => {
          output += chunk.toString();
          const address = /http:\/\/(localhost|127\.0\.0\.1|\[::1\]):\d+/.exec(output)?.[0];
          if (address) resolve(address);
        };
        child.stdout.on('data', hear);
        child.stderr.on('data', hear);
        void ended.then(() => reject(new Error(output)));
      });
      ready.catch(() => {});
      return { child, ready, ended, output: () => output };
    },
    stop,
    close() {
      stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
