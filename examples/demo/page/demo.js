import { showOutcome } from './hood.js';

const say = (text) => {
  document.getElementById('message').textContent = text;
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

document.getElementById('edit').addEventListener('click', () => {
  gigya.socialize.showEditConnectionsUI({
    captionText: 'Edit connections',
    onConnectionRemoved: (event) => say(`Disconnected in ${event.source}: ${event.provider}`),
    onClose: () => say('Closed.'),
  });
});
