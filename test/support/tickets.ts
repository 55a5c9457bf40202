import { IDBFactory } from 'fake-indexeddb';

/** A leave ticket that waits. */
export interface KeptTicket {
  ticket: string;
  sessions: string;
  since: number;
}

/** Gives a window of happy-dom, which has none, the databases of its browser. */
export const giveDatabases = (window: object, databases = new IDBFactory()): IDBFactory => {
  Object.defineProperty(window, 'indexedDB', { value: databases, configurable: true });
  return databases;
};

/** The leave tickets that are noted in a cookie of a page, for one site. */
export const readNotes = (
  window: { document: { cookie: string } },
  apiKey: string,
): KeptTicket[] => {
  const name = `__Host-outro_${apiKey}=`;
  const pair = window.document.cookie.split('; ').find((one) => one.startsWith(name));
  return pair ? (JSON.parse(decodeURIComponent(pair.slice(name.length))) as KeptTicket[]) : [];
};

/** The leave tickets that wait in a browser for one site. */
export const readTickets = async (databases: IDBFactory, apiKey: string): Promise<KeptTicket[]> => {
  const name = `outro_${apiKey}`;
  const known = await databases.databases();
  if (!known.some((one) => one.name === name)) return [];
  return new Promise((resolve, reject) => {
    const request = databases.open(name);
    request.addEventListener('error', reject);
    request.addEventListener('success', () => {
      const { result } = request;
      const all = result.transaction('tickets').objectStore('tickets').getAll();
      all.addEventListener('success', () => resolve(all.result as KeptTicket[]));
      result.close();
    });
  });
};
