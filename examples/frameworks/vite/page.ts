import { createClient, isOutroError, type ClientOptions, type Response, type User } from 'outro';

// Key and backend, as main.ts defines them.
declare const OUTRO: ClientOptions;

const outro = createClient(OUTRO);
const find = (selector: string): HTMLElement => document.querySelector(selector) as HTMLElement;

// What is over now.
const show = ({ receipt }: Response): void => {
  find('output').textContent = JSON.stringify(receipt, null, 1);
};
// Why nothing is.
const explain = (error: unknown): void => {
  find('output').textContent = isOutroError(error)
    ? `${error.failure}: ${error.details}`
    : String(error);
};

const showConnections = ({ user }: { user: User }): void => {
  const buttons = Object.keys(user.identities).map((provider) => {
    const button = document.createElement('button');
    button.textContent = `Disconnect ${provider}`;
    button.addEventListener('click', () => {
      outro.removeConnection({ provider, lastIdentityHandling: 'soft' }).then(show, explain);
    });
    return button;
  });
  find('#connections').replaceChildren(...buttons);
};
const look = (): Promise<void> => outro.getUserInfo().then(showConnections, explain);

outro.on('connectionRemoved', showConnections);
outro.on('logout', () => void look());
find('#logout').addEventListener('click', () => void outro.logout().then(show, explain));
await look();
