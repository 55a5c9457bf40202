// A site as passport's guides make it: express, sessions in Postgres, sign-in by OpenID Connect. It runs without outro as
// well; what it has of it stands between the lines `outro` and `/outro`.
// outro
import { getRequestListener } from '@hono/node-server';
// /outro
import connect from 'connect-pg-simple';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';

/** The site at its provider. */
export const clientID = 'shop';

/** The person behind an identity; who comes for the first time gets a user of their own. */
const findOrCreate = async (pool, provider, subject) => {
  const { rows } = await pool.query(
    'select user_id as id from federated_credentials where provider = $1 and subject = $2',
    [provider, subject],
  );
  if (rows.length > 0) return rows[0];
  const made = await pool.query('insert into users (name) values ($1) returning id', [subject]);
  await pool.query(
    'insert into federated_credentials (user_id, provider, subject) values ($1, $2, $3)',
    [made.rows[0].id, provider, subject],
  );
  return made.rows[0];
};

const strategy = ({ pool, issuer, clientSecret, origin }) =>
  new OpenIDConnectStrategy(
    {
      issuer,
      authorizationURL: `${issuer}/auth`,
      tokenURL: `${issuer}/token`,
      userInfoURL: `${issuer}/me`,
      clientID,
      clientSecret,
      callbackURL: `${origin}/login/return`,
      skipUserProfile: true,
      passReqToCallback: true,
    },
    async (request, _issuer, { id: subject }, _context, id, access, refresh, done) => {
      // Noted here, because passport begins a new session.
      const beganAt = new Date(request.session.beganAt);
      try {
        const user = await findOrCreate(pool, 'oidc-acme', subject);
        done(null, user, { subject, tokens: { access, refresh, id }, beganAt });
      } catch (error) {
        done(error);
      }
    },
  );

const createPassport = (place) => {
  const people = new passport.Passport();
  people.use(strategy(place));
  people.serializeUser(({ id }, done) => done(null, id));
  people.deserializeUser(async (id, done) => {
    try {
      const { rows } = await place.pool.query('select id, name from users where id = $1', [id]);
      done(null, rows[0] ?? false);
    } catch (error) {
      done(error);
    }
  });
  return people;
};

/**
 * The site.
 *
 * @param place `{ pool, issuer, clientSecret, origin, secret, outro }`: its database, its provider, where it is, the secret of
 *   its sessions, and outro's handler, where there is one.
 */
export const createSite = (place) => {
  const { pool, secret, outro } = place;
  const app = express();
  const people = createPassport(place);
  // outro
  if (outro) app.use('/outro', getRequestListener(outro));
  // /outro
  const store = new (connect(session))({ pool, pruneSessionInterval: false });
  app.use(session({ store, secret, resave: false, saveUninitialized: false }));
  app.use(people.session());
  app.get('/login/:name', (request, response, next) => {
    if (request.params.name === 'return') return next();
    request.session.beganAt = Date.now();
    const options = { loginHint: request.params.name };
    return people.authenticate('openidconnect', options)(request, response, next);
  });
  app.get('/login/return', people.authenticate('openidconnect'), async (request, response) => {
    const { subject, tokens, beganAt } = request.authInfo;
    // outro
    const told = { uid: request.user.id, provider: 'oidc-acme', subject, tokens, beganAt };
    const isLate = await outro?.signedIn({ ...told, session: request.sessionID }).catch(() => true);
    if (isLate) return request.session.destroy(() => response.redirect('/?again'));
    // /outro
    return response.redirect('/');
  });
  app.get('/me', ({ user, sessionID }, response) =>
    user ? response.json({ ...user, sessionID }) : response.status(401).send('nobody'),
  );
  // As any page that is slow, and changes something in its session.
  app.get('/slow', (request, response) => {
    request.session.seen = Date.now();
    setTimeout(() => response.send('done'), 300);
  });
  app.use(express.static(new URL('page', import.meta.url).pathname));
  return app;
};
