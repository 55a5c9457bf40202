// A page without a bundler: the element lies beside the script. With one: import { defineConnections } from 'outro/connections'.
const script = document.querySelector('script[src*="apiKey"]');
const { defineConnections } = await import(new URL('outro.connections.js', script.src));

defineConnections(outro.client);
