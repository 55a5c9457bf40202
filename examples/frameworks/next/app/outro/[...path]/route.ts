import { createHandler } from 'outro/server';
import { configure, findPlace, openStore } from '../../../../../site.ts';

const place = findPlace('/outro');
const open = async () =>
  createHandler({
    ...configure(place),
    store: await openStore(),
  });
let handler: ReturnType<typeof open> | undefined;

// Next.js hands the whole address over; the path that outro is mounted under is that of its `publicUrl`.
const answer = async (request: Request): Promise<Response> => {
  handler ??= open();
  const own = new Request(request.url, request);
  // Next.js compresses by itself, and loses the header of an answer that is compressed already.
  own.headers.delete('accept-encoding');
  return (await handler)(own);
};

export { answer as GET, answer as POST, answer as OPTIONS };
