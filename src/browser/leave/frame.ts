import type { Outcome } from '../../core/receipt.ts';
import { genuine } from '../page.ts';

// A logout page often posts a form to itself; after a first load it gets this long to go on.
const quiet = 1000;

const asked = {
  status: 'asked',
  reason: 'asked in a hidden frame; its result cannot be seen',
} as const;

/**
 * Loads a provider's logout page in a hidden frame: bounded by `limit` milliseconds, removed afterwards.
 * The best it can report is `asked`, since a frame's `load` fires for refused and failed pages alike.
 *
 * @see browser-logout.md, rules 1 and 4
 */
export const leaveByFrame = (url: string, document: Document, limit: number): Promise<Outcome> =>
  new Promise((resolve) => {
    const frame = genuine(document, 'createElement')('iframe');
    let loads = 0;
    let stillness: ReturnType<typeof setTimeout> | undefined;

    function settle(outcome: Outcome): void {
      clearTimeout(stillness);
      clearTimeout(deadline);
      genuine(document, 'removeEventListener')('securitypolicyviolation', onViolation);
      frame.remove();
      resolve(outcome);
    }
    function onViolation(event: SecurityPolicyViolationEvent): void {
      if (!/^(frame|child|default)-src/.test(event.effectiveDirective)) return;
      if (!url.startsWith(event.blockedURI)) return;
      const reason = `this page's Content-Security-Policy (${event.effectiveDirective}) refused the frame`;
      settle({ status: 'blocked', reason });
    }

    const deadline = setTimeout(settle, limit, asked);
    genuine(document, 'addEventListener')('securitypolicyviolation', onViolation);
    frame.addEventListener('load', () => {
      loads += 1;
      clearTimeout(stillness);
      stillness = setTimeout(settle, loads > 1 ? 0 : quiet, asked);
    });
    frame.addEventListener('error', () => settle(asked));
    // Set before `src`, or the first page loads without them.
    frame.setAttribute('sandbox', 'allow-scripts allow-forms allow-same-origin');
    frame.referrerPolicy = 'no-referrer';
    frame.title = 'Signing out';
    frame.style.display = 'none';
    frame.src = url;
    (genuine(document, 'body') ?? genuine(document, 'documentElement')).append(frame);
  });
