import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of the benchmark that carries out one order after the other. */
export interface Child<Order> {
  ask<Result>(order: Order): Promise<Result>;
  stop(): Promise<void>;
}

/** Starts one of this folder's processes. */
export const startChild = <Order>(file: string): Child<Order> => {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { serialization: 'advanced' });
  const pending = new Map<number, (error: Error) => void>();
  child.once('exit', (code) => {
    for (const reject of pending.values()) reject(new Error(`${file} ended with ${code}`));
  });
  let last = 0;
  return {
    ask: <Result>(order: Order) =>
      new Promise<Result>((resolve, reject) => {
        const id = ++last;
        const hear = (message: unknown): void => {
          const answer = message as { id: number; result: Result; error?: string };
          if (answer.id !== id) return;
          child.off('message', hear);
          pending.delete(id);
          if (answer.error === undefined) resolve(answer.result);
          else reject(new Error(`${file}: ${answer.error}`));
        };
        child.on('message', hear);
        pending.set(id, reject);
        child.send({ id, order });
      }),
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
};
