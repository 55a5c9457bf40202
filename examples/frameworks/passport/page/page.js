// The session is the site's own, a cookie that no script can read: outro's backend recognises it.
const apiDomain = `${location.origin}/outro`;
const client = window.outro.createClient({ apiKey: 'shop', apiDomain, credentials: true });

const show = (answer) => {
  const text = window.outro.isOutroError(answer) ? answer.message : JSON.stringify(answer.receipt);
  document.querySelector('output').textContent = text;
};

const showConnections = ({ user }) => {
  const items = Object.keys(user.identities).map((provider) => {
    const button = document.createElement('button');
    button.textContent = `Disconnect ${provider}`;
    button.addEventListener('click', () => client.removeConnection({ provider }).then(show, show));
    return button;
  });
  document.getElementById('connections').replaceChildren(...items);
};

/** Who the site itself says is there. */
const look = async () => {
  const response = await fetch('/me');
  const { name } = response.ok ? await response.json() : {};
  document.getElementById('me').textContent = name
    ? `${name} is signed in.`
    : 'Nobody is signed in.';
  if (name) await client.getUserInfo().then(showConnections, show);
  else document.getElementById('connections').replaceChildren();
};

client.on('connectionRemoved', showConnections);
client.on('logout', look);
document.getElementById('logout').addEventListener('click', () => client.logout().then(show, show));
void look();
