import { attempt, genuine } from '../browser/page.ts';
import type { CreateCalls } from '../browser/call.ts';
import type { enhanceForms } from '../browser/calls/forms.ts';
import type { DefineConnections } from '../element/define-connections.ts';
import type { CreateRemovalFlow } from '../element/removal-flow.ts';
import type { AnswerName } from './answer-name.ts';
import type { PartFile } from './parts.ts';
import type { ScriptTag } from './script-tag.ts';
import type { Later } from './gigya.ts';
import type { unlinkUser } from './unlink-user.ts';

/** What the later files of the script hand over. */
export interface Parts {
  calls: {
    createCalls: CreateCalls;
    /** Brings another part, which this one pins. */
    bring: <Part extends 'connections' | 'facade'>(load: Load, name: Part) => Promise<Parts[Part]>;
  };
  facade: {
    enhanceForms: typeof enhanceForms;
    unlinkUser: typeof unlinkUser;
    answerName: AnswerName;
  };
  /** Given the address of the script, beside which words and marks are, and what loads the part that it pins. */
  connections: (
    base: URL | undefined,
    load: Load,
  ) => {
    showEditConnections: Awaited<ReturnType<Later['drawing']>>;
    defineConnections: DefineConnections;
  };
  removal: CreateRemovalFlow;
}

type Name = keyof Parts;

/** Loads a later file of the script, only as it was built. */
export type Load = <Part extends Name>(name: Part, file: PartFile) => Promise<Parts[Part]>;

// A classic script has no exports: it leaves them here, and is asked for them as soon as it has run.
const placeOf = (name: Name): symbol => Symbol.for(`outro.${name}`);

/** Hands a part over to the script that asked for it. */
export const handOver = <Part extends Name>(name: Part, part: Parts[Part]): void => {
  Object.defineProperty(globalThis, placeOf(name), { value: part, configurable: true });
};

interface TrustedTypes {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => string };
}

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
): Load => {
  const { document } = window;
  // The tag may be gone when a part is asked for.
  const nonce = scriptElement?.nonce;
  const types = attempt(() => (window as { trustedTypes?: TrustedTypes }).trustedTypes);
  let tries = '';
  let address = '';
  let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

  const importChecked = async (integrity: string): Promise<void> => {
    const bytes = await (await fetch(address, { integrity })).blob();
    const checked = URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }));
    await import(checked).finally(() => URL.revokeObjectURL(checked));
  };
  const run = (integrity: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const script = genuine(document, 'createElement')('script');
      // Before the address: a request that has begun knows none of them.
      script.integrity = integrity;
      script.crossOrigin = 'anonymous';
      if (nonce) script.nonce = nonce;
      script.addEventListener('load', resolve);
      script.addEventListener('error', reject);
      script.src = policy?.createScriptURL(address) ?? address;
      genuine(document, 'documentElement').append(script);
      script.remove();
    });

  return async <Part extends Name>(name: Part, { file, integrity }: PartFile) => {
    // A second policy of that name is refused; a first one may be, too. This one makes nothing but our own addresses.
    policy ??= attempt(() =>
      types?.createPolicy('outro', {
        createScriptURL: (given) => (given === address ? given : ''),
      }),
    );
    // What was refused once stays refused in the browser's cache, under the same address.
    address = new URL(file + tries, url).href;
    try {
      await (types && !policy ? importChecked(integrity) : run(integrity));
      const place = placeOf(name);
      const part = Reflect.get(globalThis, place) as Parts[Part];
      Reflect.deleteProperty(globalThis, place);
      return part;
    } catch (error) {
      tries += '?';
      throw error;
    }
  };
};
