// Mounted under a path, outro's address is more than a host.
const apiDomain = `${location.origin}/outro`;
const client = window.outro.createClient({ apiKey: 'example-shop', apiDomain });

const show = (answer) => {
  const text = window.outro.isOutroError(answer) ? answer.message : JSON.stringify(answer.receipt);
  document.querySelector('output').textContent = text;
};

const disconnectBy = (one, provider) => () => one.removeConnection({ provider }).then(show, show);

const showConnections = ({ user }) => {
  const items = Object.keys(user.identities).map((provider) => {
    const button = document.createElement('button');
    button.textContent = `Disconnect ${provider}`;
    button.addEventListener('click', disconnectBy(client, provider));
    return button;
  });
  document.getElementById('connections').replaceChildren(...items);
};
const look = () => client.getUserInfo().then(showConnections, show);

client.on('connectionRemoved', showConnections);
client.on('logout', look);
document.getElementById('logout').addEventListener('click', () => client.logout().then(show, show));
const late = window.outro.createClient({
  apiKey: 'example-shop',
  apiDomain: `${location.origin}/too-late`,
});
document.getElementById('too-late').addEventListener('click', disconnectBy(late, 'facebook'));
void look();
