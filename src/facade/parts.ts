/** A later file of the script: its name beside the script, and what it has to be. */
export interface PartFile {
  file: string;
  /** As a tag's `integrity` has it. */
  integrity: string;
}

/**
 * TABLE of the script's later files. The build fills it in, so that who pins the script pins them too: the script knows the
 * first, that one knows those of its own, and what draws knows what removes.
 */
export const parts: Record<'calls' | 'connections' | 'facade' | 'removal', PartFile> = {
  calls: { file: 'outro.calls.js', integrity: '' },
  facade: { file: 'outro.facade.js', integrity: '' },
  connections: { file: 'outro.connections.js', integrity: '' },
  removal: { file: 'outro.removal.js', integrity: '' },
};
