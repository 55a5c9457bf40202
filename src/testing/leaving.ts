import { httpStatus } from '../core/codes.ts';
import { failure, type Envelope } from '../core/envelope.ts';
import { OutroError } from '../core/error.ts';
import { isOutroError } from '../core/is-outro-error.ts';
import { methods, type ClientMethodName, type MethodRow } from '../core/methods.ts';
import { providers as table } from '../providers/providers.ts';
import type { WireUser } from '../core/user.ts';
import { pause } from './pause.ts';
import { redeem, rehearse } from './rehearsal.ts';
import { scenarios, type LeavingScenario, type Situation } from './scenarios.ts';

/** The part of msw’s `http` that is used: the site hands in its own. */
export interface Http<Handler> {
  post: (address: string, answer: (info: { request: Request }) => Promise<Response>) => Handler;
}

/** What a site rehearses. */
export interface LeavingOptions {
  /** The backend that the site’s client is given: its host, or its origin with `https://`. */
  apiDomain: string;
  scenario: LeavingScenario;
  /** Ids of the providers that the person is connected to. Default: the first of the provider table. */
  providers?: string[] | undefined;
  /** What else is known of the person, under the names of the wire. */
  user?: Partial<WireUser> | undefined;
  /** Milliseconds that `slowBackend` takes. Default 8000, which is longer than a client waits. */
  wait?: number | undefined;
}

// Under a service worker a client believes a success only if it hands its `context` back.
const write = (answer: Envelope, context: string | undefined): Response => {
  const statusCode = httpStatus(answer.errorCode);
  const callId = crypto.randomUUID().replaceAll('-', '');
  return Response.json({ callId, context, ...answer, apiVersion: 2, statusCode });
};

const refuse = (error: unknown): Envelope => {
  if (isOutroError(error)) return failure(error);
  throw error;
};

/**
 * Handlers for msw that answer as a backend would while one person leaves: a site rehearses with them what its pages
 * show when the provider is down, the last way in is to go, or nothing can be reached. They answer in the wire format,
 * remember what was removed, and leave everything else to other handlers.
 *
 * @param http of msw, in the site’s own version.
 * @throws invalidParameter when `providers` names one that nobody knows
 * @example
 * import { http } from 'msw';
 * import { setupServer } from 'msw/node';
 * const server = setupServer(
 *   ...leavingHandlers(http, { apiDomain: 'outro.example.com', scenario: 'providerDown' }),
 * );
 */
export const leavingHandlers = <Handler>(
  http: Http<Handler>,
  { apiDomain, scenario, providers, user = {}, wait = 8000 }: LeavingOptions,
): Handler[] => {
  const origin = new URL(/^https?:/.test(apiDomain) ? apiDomain : `https://${apiDomain}`).origin;
  const situation: Situation = scenarios[scenario];
  const { network } = situation;
  const connected = providers ?? Object.keys(table).slice(0, 1);
  const answer = rehearse(situation, origin, connected, user);

  const carry = async (
    request: Request,
    make: (fields: Record<string, string>) => Envelope,
  ): Promise<Response> => {
    const fields = Object.fromEntries(new URLSearchParams(await request.text()));
    if (network === 'offline') return Response.error();
    if (network === 'refused by a gateway')
      return Response.json({ message: 'Unprocessable Content' }, { status: 422 });
    if (network === 'slow') await pause(wait);
    try {
      return write(make(fields), fields['context']);
    } catch (error) {
      return write(refuse(error), fields['context']);
    }
  };
  const rows = Object.entries<MethodRow>(methods) as [ClientMethodName, MethodRow][];
  const handlers = rows.flatMap(([name, { path, aliases = [] }]) =>
    [...(path ? [path] : []), ...aliases].map((one) =>
      http.post(`${origin}/${one}`, ({ request }) =>
        carry(request, (fields) => answer(name, fields)),
      ),
    ),
  );
  const unheard = new OutroError('notSupported', 'listen: a rehearsal has no stream of events');
  return [
    ...handlers,
    http.post(`${origin}/socialize.redeemLeaveTicket`, ({ request }) =>
      carry(request, () => redeem(situation)),
    ),
    http.post(`${origin}/socialize.listen`, ({ request }) =>
      carry(request, () => failure(unheard)),
    ),
  ];
};
