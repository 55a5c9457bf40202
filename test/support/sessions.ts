import { createHash } from 'node:crypto';
import type { Answer, House } from './house.ts';

// What tests of sessions share: a person with several devices, and which of them are still signed in.

/** The leave ticket of a session token, made as a page makes it. */
export const ticketOf = (token: string): string =>
  createHash('sha256').update(`outro leave ticket ${token}`).digest('base64');

/** Signs a person in on another device, with one provider if named; gives the session token. */
export const device = async (house: House, siteUID: string, provider?: string): Promise<string> => {
  const providers = provider ? { [provider]: { providerUID: `${siteUID} ${provider}` } } : {};
  const { cookieValue } = await house.signIn({ siteUID, providers, elsewhere: true });
  return String(cookieValue);
};

/** Whether each token still opens something. */
export const areLive = (house: House, ...tokens: string[]): Promise<boolean[]> =>
  Promise.all(
    tokens.map(async (login_token) => {
      const { errorCode } = await house.post('socialize.getUserInfo', { login_token });
      return errorCode === 0;
    }),
  );

/** The steps of an answer's receipt, as `step status`. */
export const stepsOf = (answer: Answer): string[] =>
  (answer['receipt'] as { step: string; status: string }[]).map(
    ({ step, status }) => `${step} ${status}`,
  );

/** Makes every sign-in of the site older, by so many seconds. */
export const ageSessions = (house: House, seconds: number) =>
  house.database.query(
    "update outro.sessions set created_at = created_at - $2 * interval '1 second' where site = $1",
    [house.apiKey, seconds],
  );
