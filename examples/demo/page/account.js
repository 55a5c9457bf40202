// A page without a bundler: the script brings the element. With one: import { defineConnections } from 'outro/connections'.
await outro.defineConnections();
