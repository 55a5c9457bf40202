import { createHandler } from 'outro/server';
import { configure, findPlace, openStore } from '../../../../../site.ts';

const place = findPlace('/outro');
const open = async () =>
  createHandler({
    ...configure(place),
    store: await openStore(),
  });
let handler: ReturnType<typeof open> | undefined;

// Next.js hands the whole address over; outro's own begins behind the path that it is mounted under.
const answer = async (request: Request): Promise<Response> => {
  handler ??= open();
  const { pathname, search } = new URL(request.url);
  const address = new URL(pathname.slice('/outro'.length) + search, place.outro);
  const own = new Request(address, request);
  // Next.js compresses by itself, and loses the header of an answer that is compressed already.
  own.headers.delete('accept-encoding');
  return (await handler)(own);
};

export { answer as GET, answer as POST };
