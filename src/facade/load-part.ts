import { attempt, genuine } from '../browser/page.ts';
import type { CreateCalls } from '../browser/open-client.ts';
import type { enhanceForms } from '../browser/calls/forms.ts';
import type { defineConnections } from '../element/define-connections.ts';
import type { AnswerName } from './answer-name.ts';
import { parts } from './parts.ts';
import type { ScriptTag } from './script-tag.ts';
import type { ShowEditConnections } from './gigya.ts';

/** What the later files of the script hand over. */
export interface Parts {
  calls: {
    createCalls: CreateCalls;
    enhanceForms: typeof enhanceForms;
    answerName: AnswerName;
  };
  connections: {
    showEditConnections: ShowEditConnections;
    defineConnections: typeof defineConnections;
  };
}

type Name = keyof Parts;

// A classic script has no exports: it leaves them here, and is asked for them as soon as it has run.
const placeOf = (name: Name): symbol => Symbol.for(`outro.${name}`);

/** Hands a part over to the script that asked for it. */
export const handOver = <Part extends Name>(name: Part, part: Parts[Part]): void => {
  Object.defineProperty(globalThis, placeOf(name), { value: part, configurable: true });
};

const take = <Part extends Name>(name: Part): Parts[Part] => {
  const place = placeOf(name);
  const part = Reflect.get(globalThis, place) as Parts[Part] | undefined;
  Reflect.deleteProperty(globalThis, place);
  if (!part) throw new TypeError(`${name}: nothing was handed over`);
  return part;
};

interface TrustedTypes {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => string };
}

const importChecked = async (address: string, integrity: string): Promise<unknown> => {
  const bytes = await (await fetch(address, { integrity })).blob();
  const checked = URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }));
  return import(checked).finally(() => URL.revokeObjectURL(checked));
};

/**
 * Makes what loads the later files of the script, each only as it was built: the tag's own `integrity` pins this file, and
 * this file pins them. By a script of its own, with the page's nonce and, under Trusted Types, the policy `outro`; where
 * that policy is refused, by an import of the bytes that were checked.
 *
 * @see design.md section 9; browser-parts.md, ways a and d
 */
export const createLoader = (
  { url, scriptElement }: Pick<ScriptTag, 'url' | 'scriptElement'>,
  window: Window,
): (<Part extends Name>(name: Part) => Promise<Parts[Part]>) => {
  const { document } = window;
  // The tag may be gone when a part is asked for.
  const nonce = scriptElement?.nonce;
  let tries = '';
  let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

  const run = (address: string, integrity: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const script = genuine(document, 'createElement')('script');
      // Before the address: a request that has begun knows none of them.
      script.integrity = integrity;
      script.crossOrigin = 'anonymous';
      if (nonce) script.nonce = nonce;
      script.addEventListener('load', () => {
        script.remove();
        resolve(undefined);
      });
      script.addEventListener('error', () => {
        script.remove();
        reject(new TypeError(`${address} did not load, or is not as it was built`));
      });
      script.src = policy ? policy.createScriptURL(address) : address;
      genuine(document, 'documentElement').append(script);
    });

  return async (name) => {
    const { file, integrity } = parts[name];
    const types = attempt(() => (window as { trustedTypes?: TrustedTypes }).trustedTypes);
    // A second policy of that name is refused; a first one may be, too.
    policy ??= attempt(() =>
      types?.createPolicy('outro', {
        createScriptURL: (given) => {
          const isOurs = Object.values(parts).some((one) =>
            given.split('?')[0]?.endsWith(one.file),
          );
          if (!isOurs || new URL(given).origin !== url?.origin) throw new TypeError(given);
          return given;
        },
      }),
    );
    // What was refused once stays refused in the browser's cache, under the same address.
    const address = new URL(file + tries, url).href;
    try {
      await (types && !policy ? importChecked(address, integrity) : run(address, integrity));
      return take(name);
    } catch (error) {
      tries += '?';
      throw error;
    }
  };
};
