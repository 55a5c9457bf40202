const { client, isOutroError } = window.outro;

// What is over now, or why nothing is.
const show = (answer) => {
  const text = isOutroError(answer) ? answer.message : JSON.stringify(answer.receipt, null, 1);
  document.querySelector('output').textContent = text;
};

const showConnections = ({ user }) => {
  const items = Object.keys(user.identities).map((provider) => {
    const button = document.createElement('button');
    button.textContent = `Disconnect ${provider}`;
    button.addEventListener('click', () => client.removeConnection({ provider }).then(show, show));
    const item = document.createElement('li');
    item.append(button);
    return item;
  });
  document.getElementById('connections').replaceChildren(...items);
};
const look = () => client.getUserInfo().then(showConnections, show);

// Also when it happens in another tab, in another browser or at the provider.
client.on('connectionRemoved', showConnections);
client.on('logout', look);
document.getElementById('logout').addEventListener('click', () => client.logout().then(show, show));
void look();
