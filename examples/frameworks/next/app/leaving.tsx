'use client';

import { useState } from 'react';
import { createClient, type ClientOptions, type Receipt } from 'outro';
import { OutroProvider, useConnections, useLogout } from 'outro/react';

const Buttons = () => {
  const { connections, status, remove } = useConnections();
  const { logout, isPending, receipt } = useLogout();
  const [removed, setRemoved] = useState<Receipt>();
  const [refusal, setRefusal] = useState<Error>();
  const disconnect = (provider: string): void => {
    remove({ provider }).then((response) => setRemoved(response.receipt), setRefusal);
  };
  return (
    <section aria-busy={status === 'loading'}>
      <p>You are {status}.</p>
      {connections.map(({ provider, providerUID }) => (
        <button key={`${provider} ${providerUID}`} onClick={() => disconnect(provider)}>
          Disconnect {provider}
        </button>
      ))}
      <button disabled={isPending} onClick={() => void logout().catch(setRefusal)}>
        Log out
      </button>
      <output>{refusal?.message ?? JSON.stringify(receipt ?? removed, null, 1)}</output>
    </section>
  );
};

/** What people can leave; rendered on the server as not known yet. */
export const Leaving = (options: ClientOptions) => {
  const [client] = useState(() => createClient(options));
  return (
    <OutroProvider client={client}>
      <Buttons />
    </OutroProvider>
  );
};
