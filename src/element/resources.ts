import type { Mark } from '../words/marks.ts';
import type { Words } from '../words/words.ts';

/** What an element shows and does not have in its own file; each door brings it its own way. */
export interface Resources {
  /** The words of a language by its letters, such as `de`; nothing where there are none. */
  words: (language: string) => Promise<Words> | undefined;
  /** The mark of a provider by its id; nothing where there is none. */
  mark: (provider: string) => Promise<Mark | undefined> | undefined;
}

/** What a site says of a provider itself. */
export interface ProviderLook {
  /** The name that people know. */
  name?: string | undefined;
  /** Address of a picture. */
  mark?: string | undefined;
}
