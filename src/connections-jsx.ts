import type * as React from 'react';
import type { ConnectionsElement } from './element/connections-element.ts';
import type { ConnectionsEvents } from './element/connections-events.ts';

/** What `<outro-connections>` takes in JSX; React 19 sets its properties and hears its events. */
export type ConnectionsAttributes = React.DetailedHTMLProps<
  React.HTMLAttributes<ConnectionsElement>,
  ConnectionsElement
> &
  Partial<Pick<ConnectionsElement, 'client' | 'messages' | 'removal' | 'shows'>> & {
    'disconnect-all'?: boolean | undefined;
    onremoved?: ((event: ConnectionsEvents['removed']) => void) | undefined;
  };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      /** What `defineConnections` of `outro/connections` makes. */
      'outro-connections': ConnectionsAttributes;
    }
  }
}
