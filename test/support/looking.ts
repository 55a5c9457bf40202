// What can be seen of a page by whoever looks closely; runs in the page.

/** What is wrong with what is shown, a line each. */
export const findFaults = (isCoarse: boolean): string[] => {
  const faults: string[] = [];
  const every = (root: ParentNode): HTMLElement[] =>
    [...root.querySelectorAll<HTMLElement>('*')].flatMap((one) => [
      one,
      ...(one.shadowRoot ? every(one.shadowRoot) : []),
    ]);
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const known = new Map<string, number[]>();
  const channels = (color: string): number[] => {
    const found = known.get(color);
    if (found) return found;
    if (!canvas) throw new Error('no canvas');
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
    known.set(color, [r, g, b, a / 255]);
    return [r, g, b, a / 255];
  };
  const light = ([r = 0, g = 0, b = 0]: number[]): number => {
    const [x = 0, y = 0, z = 0] = [r, g, b].map((one) => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (from: Element): number[] => {
    let at: Element | null = from;
    while (at) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if ((color[3] ?? 0) > 0.99) return color;
      const parent: Element | null = at.parentElement;
      at = parent ?? (at.getRootNode() as ShadowRoot).host ?? null;
    }
    return channels('Canvas');
  };
  const contrast = (one: number[], other: number[]): number => {
    const [dark = 0, bright = 0] = [light(one), light(other)].toSorted((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const isShown = (one: HTMLElement): boolean =>
    one.checkVisibility({ visibilityProperty: true }) && one.closest('.unseen') === null;
  const nameOf = (one: HTMLElement): string =>
    `${(one.getRootNode() as ShadowRoot).host?.getAttribute('data-state') ?? 'page'} ${one.localName}.${one.getAttribute('class') ?? ''} "${one.textContent.trim().slice(0, 30)}"`;

  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} wide in ${clientWidth}`);
  const shown = every(document).filter(isShown);
  for (const one of shown) {
    const style = getComputedStyle(one);
    if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && style.display !== 'inline')
      faults.push(`overflows: ${nameOf(one)} ${one.scrollWidth} in ${one.clientWidth}`);
    if (style.textOverflow !== 'clip') faults.push(`is cut short: ${nameOf(one)}`);
    const words = [...one.childNodes].filter(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
    );
    // What a site's page says outside of ours is its own.
    const isOurs = one.getRootNode() !== document || document.querySelector('main.card') !== null;
    if (words.length === 0 || !isOurs || one.closest('.busy')) continue;
    const ratio = contrast(channels(style.color), ground(one));
    // What is asked before something goes has to be read by everybody.
    const least = one.closest(
      '.dialog :is(.steps, .ways, h2), main:has(.dangerous) :is(.steps, .ways, h1, .name)',
    )
      ? 7
      : 4.5;
    if (ratio < least) faults.push(`contrast ${ratio.toFixed(2)} under ${least}: ${nameOf(one)}`);
  }
  const targets = shown.filter((one) => one.matches('button,a[href],summary'));
  const boxes = targets.map((one) => ({ one, box: one.getBoundingClientRect() }));
  for (const { one, box } of boxes) {
    const least = isCoarse ? 44 : 24;
    const isInline = one.matches('a:not(.chip)');
    if (box.height < (isInline && !isCoarse ? 16 : least) - 0.5 || box.width < least - 0.5)
      faults.push(`small target ${box.width}×${box.height}: ${nameOf(one)}`);
    const edge = contrast(
      channels(getComputedStyle(one).borderTopColor),
      ground(one.parentElement ?? one),
    );
    const isPlain = one.matches('.quiet,.dangerous,[aria-disabled],a');
    if (!isPlain && edge < 3) faults.push(`border ${edge.toFixed(2)}: ${nameOf(one)}`);
  }
  for (const { one, box } of boxes)
    for (const { one: other, box: next } of boxes)
      if (
        one !== other &&
        box.left < next.right &&
        next.left < box.right &&
        box.top < next.bottom - 0.5 &&
        next.top < box.bottom - 0.5
      )
        faults.push(`targets overlap: ${nameOf(one)} and ${nameOf(other)}`);
  return [...new Set(faults)];
};

/** Widest and narrowest places of whole words that a browser has broken without need: labels of buttons and badges. */
export const brokenLabels = (): string[] => {
  const every = (root: ParentNode): HTMLElement[] =>
    [...root.querySelectorAll<HTMLElement>('*')].flatMap((one) => [
      one,
      ...(one.shadowRoot ? every(one.shadowRoot) : []),
    ]);
  return every(document)
    .filter(
      (one) =>
        one.matches('button span, button.quiet, main .b, .badge, h3') && one.children.length === 0,
    )
    .flatMap((one) => {
      const text = one.firstChild;
      if (!text?.textContent) return [];
      return [...text.textContent.matchAll(/[\p{L}\p{M}]+/gu)].flatMap((word) => {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        // Japanese breaks anywhere.
        const isFree = /[\u3040-\u30ff\u4e00-\u9fff]/.test(word[0]);
        return lines.size > 1 && !isFree ? [`${word[0]} in "${text.textContent ?? ''}"`] : [];
      });
    });
};

/**
 * Ends what moves towards a state, in elements within elements too: the state is what is looked at. What has only just
 * been changed begins to move with the next frame, and a window behind others draws none.
 */
export const endMotion = async (): Promise<void> => {
  const rootsIn = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
    root,
    ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) =>
      shadowRoot ? rootsIn(shadowRoot) : [],
    ),
  ];
  for (let frame = 0; frame < 3; frame += 1) {
    for (const root of rootsIn(document))
      for (const one of root.getAnimations())
        if (one.effect?.getComputedTiming().iterations !== Infinity) one.finish();
    await Promise.race([
      new Promise((resolve) => requestAnimationFrame(resolve)),
      new Promise((resolve) => setTimeout(resolve, 100)),
    ]);
  }
};
