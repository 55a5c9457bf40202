import { createHmac } from 'node:crypto';
import { isOutroError, type Answers, type OutroError, type Response } from 'outro';
import { ticketOf } from '../support/sessions.ts';
import { accountOf, loginIdsOf, removalOf, tabAt, tokenAt, uidAt } from './choose.ts';
import { appSecret, issuer, people } from './people.ts';
import { isDone, sessionOf } from './rows.ts';
import type { Step, StepKind, StepOf } from './steps.ts';
import { loadTab, scope, setToken, tokenIn, type Sent, type Tab } from './tabs.ts';
import { post, sessionsOf, signed, type World } from './world.ts';

/** What whatever method answered. */
type Answer = Response & Partial<Answers['unlink'] & Answers['explainRemoval']>;

/** What was seen of a step. */
export interface Done {
  step: Step;
  /** Every request of the step, with its answer, also where the page did not get it. */
  sent: Sent[];
  tab?: Tab;
  /** The session token that asked. */
  token?: string | undefined;
  response?: Answer;
  failure?: OutroError;
  callbacks: number;
  context: object;
  /** The two listeners of the page that called. */
  heard?: Tab['heard'];
  /** People whom a sign-in brought, and when it began. */
  persons?: string[];
  startedAt?: number | undefined;
  /** What an earlier request was answered that has now arrived again. */
  first?: Sent['answer'] | undefined;
  isReplay?: boolean;
}

type AtTab = StepOf<
  | 'removeConnection'
  | 'explainRemoval'
  | 'unlink'
  | 'logout'
  | 'getUserInfo'
  | 'getAccountInfo'
  | 'getDeparture'
  | 'getReceipt'
>;

const flat = (params: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );

const serverRemoval = (step: StepOf<'serverRemoval'>, _: Done, world: World) => {
  const UID = uidAt(world, step.uid);
  const params = removalOf(step.params, accountOf(world, UID), world);
  return atServer(step, 'socialize.removeConnection', { UID, ...params }, world);
};

const repeat = (done: Done, world: World): void => {
  for (const { path, body, answer } of done.sent) {
    const {
      apiKey: _key,
      APIKey: _same,
      ...params
    } = Object.fromEntries(new URLSearchParams(body));
    if (params['sig'] === undefined)
      world.repeatable.push({ path, params, isSigned: false, answer });
  }
};

/** What came of earlier calls, for those that ask about it. */
const earlierOf = ({ do: kind }: AtTab, { trips, rows }: World): object => {
  if (kind === 'getDeparture') return { departure: trips.at(-1) ?? 'none' };
  if (kind === 'getReceipt') return { callId: rows?.journal.at(-1)?.['call_id'] ?? 'none' };
  return {};
};

const atTab = async (step: AtTab, done: Done, world: World): Promise<void> => {
  const tab = tabAt(world, step.tab);
  done.tab = tab;
  done.heard = tab.heard;
  done.token = tokenIn(tab, world.site);
  tab.knows = done.token !== undefined;
  const call = tab.client[step.do] as (params: object) => Promise<Answer>;
  const session = done.token && world.rows && sessionOf(world.rows, done.token);
  const params =
    'which' in step.params
      ? removalOf(step.params, session && session['account_id'], world)
      : step.params;
  const callback = (): never => {
    done.callbacks += 1;
    throw new Error('a bad callback');
  };
  try {
    done.response = await call({
      ...params,
      ...earlierOf(step, world),
      context: done.context,
      callback,
    });
  } catch (error) {
    if (!isOutroError(error)) throw error;
    done.failure = error;
  }
  // A page that has logged out knows of nobody, whoever signs in meanwhile.
  if (step.do === 'logout') tab.knows = step.params.sessions === 'others' && tab.knows;
  repeat(done, world);
};

const atServer = async (
  { server, twice = false }: { server: number; twice?: boolean },
  path: string,
  given: object,
  world: World,
): Promise<void> => {
  const params: Record<string, string> = {
    idempotencyKey: `key ${world.site} ${(world.count += 1)}`,
    ...flat(given),
  };
  const isSigned = params['login_token'] === undefined && params['ticket'] === undefined;
  const send = isSigned ? signed : post;
  const servers = twice ? [server, server + 1] : [server];
  const [answer] = await Promise.all(servers.map((one) => send(world, one, path, params)));
  world.repeatable.push({ path, params, isSigned, answer });
};

const open = (world: World, token: unknown): string => {
  world.tokens.push(String(token));
  return String(token);
};

const signIn = async (step: StepOf<'signIn'>, done: Done, world: World): Promise<void> => {
  const { began, allowsLogin, loginId } = step;
  const { uid } = step.who;
  const loginIDs = loginIdsOf(uid, loginId);
  const startedAt = began === undefined ? undefined : (world.moments.at(-1 - began) ?? 0) / 1000;
  const sid = `sid ${(world.count += 1) % 9}`;
  const told = { startedAt, allowsLogin, issuer, sid };
  const { json, persons, first } = sessionsOf(world, step.who.people, told);
  const openedBy = step.openedBy === 'first' ? first : step.openedBy;
  done.persons = persons;
  done.startedAt = startedAt;
  const answer = await signed(world, step.server, 'socialize.notifyLogin', {
    ...(uid && { siteUID: uid }),
    ...(persons.length > 0 && { providerSessions: json }),
    ...(openedBy && { openedBy }),
    ...(loginIDs && { loginIDs }),
  });
  if (answer.errorCode !== 0) return;
  const token = open(world, answer['cookieValue']);
  if (step.elsewhere) return;
  const tab = tabAt(world, step.tab);
  // The page that signed in is loaded anew; others of the browser do not know yet.
  setToken(tab, world.site, token);
  await loadTab(tab, world.site, world.fetch);
};

const send = (
  world: World,
  server: number,
  path: string,
  body?: URLSearchParams,
): Promise<unknown> =>
  world.deliver(
    server,
    new Request(`https://outro.example/inbound/${world.site}/${path}`, {
      method: body ? 'POST' : 'GET',
      ...(body && { body }),
    }),
  );

const again = async (step: StepOf<'again'>, done: Done, world: World): Promise<void> => {
  const one = world.repeatable.at(-1 - step.which);
  if (!one) return;
  const sendAgain = one.isSigned ? signed : post;
  done.first = one.answer;
  // Neither a refusal is kept nor what has changed nothing: it may be otherwise the next time.
  done.isReplay =
    one.params['idempotencyKey'] !== undefined &&
    one.answer?.errorCode === 0 &&
    world.rows !== undefined &&
    isDone(world.rows, one.answer.callId);
  await sendAgain(world, step.server, one.path, one.params);
};

const inboundRemoval = (step: StepOf<'inboundRemoval'>, world: World): Promise<unknown> => {
  const { providerUID } = people[step.person] ?? {};
  const issued_at = Math.floor(Date.now() / 1000);
  const content = { algorithm: 'HMAC-SHA256', issued_at, user_id: providerUID, n: world.count };
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
  const mac = createHmac('sha256', appSecret).update(payload).digest('base64url');
  const path = `facebook/${step.isDeletion ? 'data-deletion' : 'deauthorize'}`;
  const signed_request = `${mac}.${payload}`;
  return send(world, step.server, path, new URLSearchParams({ signed_request }));
};

const work = async (step: StepOf<'work'>, world: World): Promise<void> => {
  if (step.isDue)
    await world.query(
      `with due as (update outro.errands set next_at = now() - interval '1 second'
         where site = $1 and state = 'pending' and lease is null)
       update outro.destinations set paused_until = null where site = $1`,
      [world.site],
    );
  await world.servers[step.server % 2]?.work();
};

const misuse = async (step: StepOf<'misuse'>, world: World): Promise<void> => {
  const token = tokenAt(world, step.token);
  const ticket = token;
  const login_token = ticketOf(token);
  await post(world, step.server, 'socialize.redeemLeaveTicket', { ticket, sessions: 'all' });
  await post(world, step.server, 'socialize.logout', { login_token, sessions: 'all' });
  await post(world, step.server, 'socialize.removeConnection', { login_token });
};

const setAccountInfo = (step: StepOf<'setAccountInfo'>, _: Done, world: World) => {
  const { loginId, removeLoginEmails, lastIdentityHandling } = step;
  const UID = uidAt(world, step.uid);
  const loginIDs = loginIdsOf(UID, loginId);
  const params = { UID, loginIDs, removeLoginEmails, lastIdentityHandling };
  return atServer(step, 'accounts.setAccountInfo', params, world);
};

const deleteAccount = (step: StepOf<'deleteAccount'>, done: Done, world: World) => {
  const token = step.token === undefined ? undefined : tokenAt(world, step.token);
  done.token = token;
  const who = token === undefined ? { UID: uidAt(world, step.uid) } : { login_token: token };
  return atServer(step, 'accounts.deleteAccount', who, world);
};

const redeem = (step: StepOf<'redeemLeaveTicket'>, done: Done, world: World) => {
  const token = tokenAt(world, step.token);
  done.token = token;
  const params = { ticket: ticketOf(token), sessions: step.sessions };
  return atServer(step, 'socialize.redeemLeaveTicket', params, world);
};

const getToken = async ({ server, uid }: StepOf<'getToken'>, done: Done, world: World) => {
  const asked = { grant_type: 'none', x_siteUID: uidAt(world, uid) };
  await atServer({ server }, 'socialize.getToken', asked, world);
  const token = done.sent.at(-1)?.answer['access_token'];
  if (token) open(world, token);
};

const online = async (tab: Tab, world: World): Promise<void> => {
  tab.page.mainFrame.window.dispatchEvent(new tab.page.mainFrame.window.Event('online'));
  await world.settle();
};

const acts: { [Kind in StepKind]: (step: StepOf<Kind>, done: Done, world: World) => unknown } = {
  signIn,
  load: async ({ tab }, _, world) => {
    await loadTab(tabAt(world, tab), world.site, world.fetch);
  },
  online: ({ tab }, _, world) => online(tabAt(world, tab), world),
  removeConnection: atTab,
  explainRemoval: atTab,
  unlink: atTab,
  logout: atTab,
  getUserInfo: atTab,
  getAccountInfo: atTab,
  getDeparture: atTab,
  getReceipt: atTab,
  serverRemoval,
  serverUnlink: (step, _, world) =>
    atServer(step, 'socialize.unlink', { UID: uidAt(world, step.uid), ...step.params }, world),
  serverLogout: (step, _, world) =>
    atServer(step, 'accounts.logout', { UID: uidAt(world, step.uid) }, world),
  setAccountInfo,
  setUID: (step, _, world) =>
    atServer(
      step,
      'socialize.setUID',
      { UID: uidAt(world, step.uid), siteUID: step.siteUID },
      world,
    ),
  deleteAccount,
  redeemLeaveTicket: redeem,
  getToken,
  exchangeUIDSignature: async ({ server, uid }, _, world) => {
    const UID = uidAt(world, uid);
    const signatureTimestamp = Math.floor(Date.now() / 1000);
    const params = { UID, UIDSignature: 'forged', signatureTimestamp };
    await atServer({ server }, 'socialize.exchangeUIDSignature', params, world);
  },
  feed: ({ server }, _, world) => atServer({ server }, 'outro.feed', {}, world),
  again,
  misuse: (step, _, world) => misuse(step, world),
  inboundRemoval: (step, _, world) => inboundRemoval(step, world),
  inboundLogout: ({ server, sid }, _, world) => {
    const query = new URLSearchParams({ iss: issuer, sid: `sid ${sid}` });
    return send(world, server, `oidc-acme/front-channel?${query.toString()}`);
  },
  work: (step, _, world) => work(step, world),
  provider: ({ mood }, _, world) => {
    world.mood = mood;
  },
};

/** Does one step, on its own behalf, and gives what was seen of it. */
export const perform = async (step: Step, world: World): Promise<Done> => {
  const done: Done = { step, sent: [], callbacks: 0, context: {} };
  const server = 'server' in step ? step.server : 0;
  const tab = 'tab' in step ? tabAt(world, step.tab) : undefined;
  const on = { sent: done.sent, server, trouble: 'trouble' in step ? step.trouble : undefined };
  await scope.run({ ...on, ...(tab && { tab }) }, async () => {
    await (acts[step.do] as (step: Step, done: Done, world: World) => unknown)(step, done, world);
  });
  for (const { answer } of done.sent)
    for (const { ways = [] } of (answer['departures'] ?? []) as { ways?: { trip?: string }[] }[])
      for (const { trip } of ways) if (trip) world.trips.push(trip);
  return done;
};
