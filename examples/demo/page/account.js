// A page without a bundler: the script brings the element. With one: import { defineConnections } from 'outro/connections'.
await outro.defineConnections();

const leave = async () => {
  const { receipt } = await outro.client.logout();
  const done = receipt.some(({ step, status }) => step === 'session' && status !== 'failed');
  document.getElementById('message').textContent = done
    ? 'You are logged out.'
    : 'You are not logged out yet.';
};
document.getElementById('leave').addEventListener('click', () => void leave());
