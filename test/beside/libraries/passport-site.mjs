// A site as passport's guides make it: express, sessions in Postgres, sign-in by OpenID Connect. Where outro is given, it
// stands beside: what it needs of the site is between the lines `outro` and `/outro`.
import connect from 'connect-pg-simple';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';

export const secret = 'the secret of the session middleware';

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

const strategy = (pool, { issuer, origin }) =>
  new OpenIDConnectStrategy(
    {
      issuer,
      authorizationURL: `${issuer}/auth`,
      tokenURL: `${issuer}/token`,
      userInfoURL: `${issuer}/me`,
      clientID: 'shop',
      clientSecret: 'the secret of the shop',
      callbackURL: `${origin}/login/return`,
      skipUserProfile: true,
      passReqToCallback: true,
    },
    async (request, _issuer, { id: subject }, _context, id, access, refresh, done) => {
      const { beganAt } = request.session;
      try {
        const user = await findOrCreate(pool, 'oidc-acme', subject);
        done(null, user, { subject, tokens: { access, refresh, id }, beganAt });
      } catch (error) {
        done(error);
      }
    },
  );

/** @param place `{ pool, issuer, origin, outro }`, the last a handler and its listener, where there is one. */
export const createSite = ({ pool, issuer, origin, outro }) => {
  const app = express();
  const people = new passport.Passport();
  people.use(strategy(pool, { issuer, origin }));
  people.serializeUser(({ id }, done) => done(null, id));
  people.deserializeUser(async (id, done) => {
    try {
      const { rows } = await pool.query('select id, name from users where id = $1', [id]);
      done(null, rows[0] ?? false);
    } catch (error) {
      done(error);
    }
  });
  // outro
  if (outro) app.use('/outro', (request, response) => void outro.listener(request, response));
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
    try {
      await outro?.handler.signedIn({
        uid: request.user.id,
        provider: 'oidc-acme',
        subject,
        tokens,
        session: request.sessionID,
        beganAt: new Date(beganAt),
      });
    } catch {
      return request.session.destroy(() => response.status(401).send('sign in again'));
    }
    // /outro
    return response.redirect('/');
  });
  app.get('/', ({ user, sessionID }, response) =>
    user ? response.json({ ...user, sessionID }) : response.status(401).send('nobody'),
  );
  // As any page that is slow, and changes something in its session.
  app.get('/slow', (request, response) => {
    request.session.seen = Date.now();
    setTimeout(() => response.send('done'), 300);
  });
  return app;
};
