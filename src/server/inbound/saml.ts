import type { Hears } from '../../providers/row.ts';
import { readLogoutRequest } from '../departure/saml.ts';
import { actOnce, inboundHeaders, type InboundMessage, type Receiver } from './message.ts';

// Milliseconds; its request runs out before.
const seenTime = 900_000;

const endSessions = async (
  message: InboundMessage,
  nameId: string,
  sid: string | undefined,
): Promise<void> => {
  const { site, provider, parts } = message;
  // A site need not have told of session indexes; then all of the person's sessions are meant rather than none.
  const known =
    sid !== undefined &&
    (await parts.store.exits.endProviderSessions({ site: site.apiKey, provider, sid })).length > 0;
  await message.effects.signOut(known ? { sid } : { providerUid: nameId });
};

/**
 * Single logout that the identity provider began: the browser brings its signed LogoutRequest, and takes our
 * LogoutResponse back. The same request again is answered again, and changes nothing.
 *
 * @throws invalidSignature, invalidParameter, requestExpired
 * @see SAML 2.0 Profiles section 4.4
 */
export const receiveSamlLogout: Receiver<Extract<Hears, { kind: 'saml' }>> = async (message) => {
  const { site, provider, settings, parts } = message;
  const address = `${site.publicUrl}/inbound/${site.apiKey}/${provider}/saml`;
  const { saml } = settings;
  if (!saml) throw new Error('no saml is configured');
  const request = await readLogoutRequest(saml, address, message.request.query);
  const once = ['saml', `${site.apiKey} ${provider} ${request.id}`] as const;
  await actOnce(parts.store.exits, [...once, new Date(Date.now() + seenTime)], () =>
    endSessions(message, request.nameId, request.sessionIndex),
  );
  const headers = { ...inboundHeaders, 'Referrer-Policy': 'no-referrer' };
  return new Response(null, {
    status: 302,
    headers: { ...headers, Location: await request.answer() },
  });
};
