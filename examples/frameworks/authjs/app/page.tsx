import { auth, signIn } from '../auth.ts';
import { Leaving } from './leaving.tsx';

const enter = async (): Promise<void> => {
  'use server';
  await signIn('acme', { redirectTo: '/' }, { login_hint: 'ada' });
};

const Page = async () => {
  const session = await auth();
  return (
    <main>
      <h1>outro beside Auth.js</h1>
      <form action={enter}>
        <button>Sign in as Ada</button>
      </form>
      <p id="me">{session?.user ? `${session.user.name} is signed in.` : 'Nobody is signed in.'}</p>
      {session && (
        <Leaving apiKey="shop" apiDomain={`${process.env['ORIGIN']}/outro`} credentials />
      )}
    </main>
  );
};

export default Page;
