import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below those that Linux gives to whoever asks for any, and a range for each worker: nobody is given it until it is used.
const size = 3000;
const lowest = 20_000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 4) * size;

/** A port of this machine that nobody uses. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const attempt = (): void => {
      const port = randomInt(lowest, lowest + size);
      const server = createServer().once('error', attempt);
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
    };
    attempt();
  });
