import { gigyaTs, graze, npm, rgigya } from './others.ts';
import { dotnet, java, phpSdk, python, wordpress } from './vendor.ts';
import type { ClientRow } from './wire.ts';

// TABLE of the clients that sites already have, and what each puts on the wire, written from what their sources do:
// SAP/gigya-python-sdk 3.6.0, SAP/gigya-java-sdk 3.2.4, SAP/gigya-php-sdk 3.1.0, SAP/gigya-dotnet-sdk 2.16.6, npm gigya
// 3.0.2, tswymer/gigya-ts, graze/gigya-client, cloudspace/rgigya, gigya/wordpress (cms_kit).

/** Each client in each of its modes; .NET's token mode ends in an exception of its own before anything is sent. */
export const clients: readonly ClientRow[] = [
  ...(['signed', 'token'] as const).map(python),
  ...(['signed', 'token', 'RSA'] as const).map(java),
  ...(['signed', 'token', 'RSA'] as const).map(phpSdk),
  ...(['signed', 'RSA'] as const).map(dotnet),
  ...(['signed', 'secret', 'token', 'RSA'] as const).map(npm),
  ...(['secret', 'RSA'] as const).map(gigyaTs),
  ...(['secret', 'token'] as const).map(graze),
  ...(['signed', 'secret'] as const).map(rgigya),
  ...(['signed', 'RSA'] as const).map(wordpress),
];
