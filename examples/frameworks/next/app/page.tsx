import { apiKey, findPlace } from '../../../site.ts';
import { Leaving } from './leaving.tsx';

const Page = () => (
  <main>
    <h1>outro in Next.js</h1>
    <p>
      <a href="/connect/facebook">Connect Facebook</a>
    </p>
    <Leaving apiKey={apiKey} apiDomain={findPlace('/outro').outro} />
  </main>
);

export default Page;
