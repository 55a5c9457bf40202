import { fail } from '../../core/error.ts';
import type { Hears } from '../../providers/row.ts';
import { idOf, inboundHeaders, type Receiver } from './message.ts';

const text = '<!doctype html><html lang="en"><title>Heard</title></html>';

/**
 * OpenID Connect front-channel logout: the provider loads this in a frame. Only the pair of its issuer and a session
 * id that a sign-in told of ends anything, since anybody can put this address into an image tag; no cookie is read.
 *
 * @throws missingParameter when one of the two is missing
 * @see OpenID Connect Front-Channel Logout 1.0 section 2; providers.md section 5.8
 */
export const receiveFrontChannel: Receiver<Extract<Hears, { kind: 'front-channel' }>> = async (
  message,
) => {
  const { request, settings } = message;
  const read = (name: string): string =>
    idOf(request.param(name)) ??
    fail('missingParameter', `${name}: expected iss and sid, both, as text`);
  const [issuer, sid] = [read('iss'), read('sid')];
  if (issuer === settings.issuer) await message.effects.signOut({ issuer, sid });
  const ancestors = new URL(settings.issuer ?? '').origin;
  return new Response(text, {
    headers: {
      ...inboundHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; frame-ancestors ${ancestors}`,
      'Referrer-Policy': 'no-referrer',
    },
  });
};
