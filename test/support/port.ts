import { createServer } from 'node:net';

// Of those that the system gives nobody by itself and no browser refuses (as it does 10080), and a range for each worker:
// what is free stays so until it is used.
const size = 1000;
const lowest = 11_000 + size * (Number(process.env['VITEST_POOL_ID'] ?? 0) % 9);
let turn = Math.floor(Math.random() * size);

/** A port of this machine that nobody uses. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const attempt = (): void => {
      turn = (turn + 1) % size;
      const port = lowest + turn;
      const server = createServer().once('error', attempt);
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
    };
    attempt();
  });
