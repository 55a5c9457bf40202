'use client';

import { useState } from 'react';
import { createClient, type ClientOptions, type Receipt } from 'outro';
import { OutroProvider, useConnections, useLogout } from 'outro/react';

const Buttons = () => {
  const { connections, remove } = useConnections();
  const { logout, receipt } = useLogout();
  const [removed, setRemoved] = useState<Receipt>();
  const [refusal, setRefusal] = useState<Error>();
  const disconnect = (provider: string): void => {
    remove({ provider }).then((response) => setRemoved(response.receipt), setRefusal);
  };
  return (
    <section>
      {connections.map(({ provider, providerUID }) => (
        <button key={`${provider} ${providerUID}`} onClick={() => disconnect(provider)}>
          Disconnect {provider}
        </button>
      ))}
      <button onClick={() => void logout().catch(setRefusal)}>Log out</button>
      <output>{refusal?.message ?? JSON.stringify(receipt ?? removed)}</output>
    </section>
  );
};

/** What the person can leave. */
export const Leaving = (options: ClientOptions) => {
  const [client] = useState(() => createClient(options));
  return (
    <OutroProvider client={client}>
      <Buttons />
    </OutroProvider>
  );
};
