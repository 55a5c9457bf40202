const byId = (id) => document.getElementById(id);

const show = (id, value) => {
  byId(id).textContent = JSON.stringify(value, null, 2);
};

const showReceipt = (receipt) => {
  byId('receipt').replaceChildren(
    ...receipt.map(({ step, provider = '', status, reason = '' }) => {
      const row = document.createElement('tr');
      for (const text of [step, provider, status, reason])
        row.append(Object.assign(document.createElement('td'), { textContent: text }));
      return row;
    }),
  );
};

const showUser = () => gigya.socialize.getUserInfo({ callback: ({ user }) => show('user', user) });

// Asks each network itself; the page of another site could not.
const showNetworks = () =>
  Promise.all(
    [...document.querySelectorAll('[data-network]')].map(async (output) => {
      const answer = await fetch(`${output.dataset.origin}/whoami`, { credentials: 'include' });
      const { signedIn } = await answer.json();
      output.textContent = signedIn ? `signed in as ${signedIn}` : 'none';
    }),
  );

const say = (text) => {
  byId('message').textContent = text;
};

const showOutcome = (response) => {
  show('response', response);
  showReceipt(response.receipt);
  void showUser();
  void showNetworks();
};

// The sample of the Gigya page for removeConnection, with its lost brackets put back.
function printResponse(response) {
  if (response.errorCode == 0) {
    var user = response.user;
    var msg = 'User ' + user.nickname + ' has been disconnected';
    say(msg);
  } else {
    say('Error :' + response.errorMessage + '. ' + response.errorDetails);
  }
  showOutcome(response);
}

// The sample of the Gigya page for logout.
function printLogout(response) {
  if (response.errorCode == 0) {
    say('User has logged out');
  } else {
    say('Error :' + response.errorMessage);
  }
  showOutcome(response);
}

const logEvent = (event) => {
  const entry = document.createElement('li');
  entry.textContent = `${event.eventName}${event.provider ? ` (${event.provider})` : ''}`;
  byId('events').append(entry);
};

gigya.socialize.addEventHandlers({ onConnectionRemoved: logEvent, onLogout: logEvent });

for (const button of document.querySelectorAll('[data-remove]'))
  button.addEventListener('click', () => {
    const lastIdentityHandling = document.querySelector('[name=last]:checked').value;
    const provider = button.dataset.remove || undefined;
    gigya.socialize.removeConnection({ callback: printResponse, provider, lastIdentityHandling });
  });

for (const button of document.querySelectorAll('[data-logout]'))
  button.addEventListener('click', () => {
    gigya.socialize.logout({ callback: printLogout, forceProvidersLogout: button.dataset.logout });
  });

byId('edit').addEventListener('click', () => {
  gigya.socialize.showEditConnectionsUI({
    captionText: 'Edit connections',
    onConnectionRemoved: (event) => {
      say(`Disconnected in ${event.source}: ${event.provider}`);
      showOutcome(event);
    },
    onClose: () => say('Closed.'),
  });
});

void showUser();
void showNetworks();
