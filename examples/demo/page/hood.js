// The drawer: what is true behind the page, for eyes. A real site needs none of it.
const { client } = outro;
const byId = (id) => document.getElementById(id);

const make = (name, text, ...children) => {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
};

/** Shows an object as it is. */
export const show = (id, value) => {
  byId(id).textContent = JSON.stringify(value, null, 2);
};

const showReceipt = (receipt) => {
  byId('no-receipt').hidden = receipt.length > 0;
  byId('receipt').replaceChildren(
    ...receipt.map(({ step, provider = '', status, reason }) => {
      const told = make('td', undefined, make('b', status));
      told.dataset.status = status;
      if (reason) told.append(make('small', reason));
      return make('tr', undefined, make('td', step), make('td', provider), told);
    }),
  );
};

const showUser = () =>
  client.getUserInfo().then(
    ({ user }) => show('user', user),
    () => {},
  );

// Asks each network itself; the page of another site could not.
const showNetworks = () =>
  Promise.all(
    [...document.querySelectorAll('[data-network]')].map(async (output) => {
      const answer = await fetch(`${output.dataset.origin}/whoami`, { credentials: 'include' });
      const { signedIn } = await answer.json();
      output.textContent = signedIn ? `signed in as ${signedIn}` : 'none';
    }),
  );

const tableOf = (name, rows) => {
  const columns = Object.keys(rows[0] ?? {});
  const cells = (row) => columns.map((column) => make('td', String(row[column] ?? '–')));
  const table = make(
    'table',
    undefined,
    make('caption', name),
    make('thead', undefined, make('tr', undefined, ...columns.map((text) => make('th', text)))),
    make('tbody', undefined, ...rows.map((row) => make('tr', undefined, ...cells(row)))),
  );
  return rows.length > 0 ? table : make('p', `${name}: none`);
};

let shown = '';
const showRows = async () => {
  const text = await (await fetch('/rows')).text();
  if (text === shown) return;
  shown = text;
  const tables = Object.entries(JSON.parse(text));
  byId('rows').replaceChildren(...tables.map(([name, rows]) => tableOf(name, rows)));
};

const refresh = () => Promise.allSettled([showUser(), showNetworks(), showRows()]);

/** Shows what an answer or an event says is over, and what is true by now. */
export const showOutcome = (response) => {
  show('response', response);
  if (response.receipt) showReceipt(response.receipt);
  void refresh();
};

// The last one tells that what was pending has come to its end.
for (const name of ['connectionRemoved', 'logout', 'receipt'])
  client.on(name, (event) => {
    byId('events').append(make('li', `${name}${event.provider ? ` (${event.provider})` : ''}`));
    showOutcome(event);
  });

const hood = byId('hood');
hood.addEventListener('toggle', () => void refresh());
// What goes on by itself, such as a permission that a network takes back later, is seen as it happens.
setInterval(() => {
  if (hood.open && !document.hidden) void Promise.allSettled([showNetworks(), showRows()]);
}, 2000);
void refresh();
