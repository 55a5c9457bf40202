import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient, type ClientOptions, type OutroError, type Receipt } from 'outro';
import { OutroProvider, useConnections, useLogout } from 'outro/react';

// Key and backend, as main.ts defines them.
declare const OUTRO: ClientOptions;

const Connections = ({ onRemoved }: { onRemoved: (receipt: Receipt) => void }) => {
  const { connections, status, error, remove } = useConnections();
  const [refusal, setRefusal] = useState<OutroError>();
  const disconnect = (provider: string): void => {
    remove({ provider }).then(({ receipt }) => onRemoved(receipt), setRefusal);
  };
  return (
    <section aria-busy={status === 'loading'}>
      {connections.map(({ provider, providerUID }) => (
        <button key={`${provider} ${providerUID}`} onClick={() => disconnect(provider)}>
          Disconnect {provider}
        </button>
      ))}
      {status === 'signed-out' && <p>Nobody is signed in.</p>}
      <p role="alert">{(refusal ?? error)?.message}</p>
    </section>
  );
};

const Page = () => {
  const { logout, isPending, receipt, error } = useLogout();
  const [removed, setRemoved] = useState<Receipt>();
  return (
    <main>
      <h1>outro in a React app</h1>
      <p>
        <a href="/connect/facebook">Connect Facebook</a>
      </p>
      <Connections onRemoved={setRemoved} />
      <p>
        {/* What is refused is in `error`. */}
        <button disabled={isPending} onClick={() => void logout().catch(() => {})}>
          Log out
        </button>
      </p>
      <output>{error?.message ?? JSON.stringify(receipt ?? removed, null, 1)}</output>
    </main>
  );
};

const client = createClient(OUTRO);
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <OutroProvider client={client}>
      <Page />
    </OutroProvider>
  </StrictMode>,
);
