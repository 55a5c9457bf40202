type Attributes = Record<string, string | false>;

type Child = Node | string | false | undefined;

const fill = <Made extends Element>(
  element: Made,
  attributes: Attributes,
  children: readonly Child[],
): Made => {
  for (const [name, value] of Object.entries(attributes))
    if (value !== false) element.setAttribute(name, value);
  element.append(
    ...children.filter((child): child is Node | string => child !== false && child !== undefined),
  );
  return element;
};

/** Makes an element of attributes and text, never of markup; what is `false` or missing is left out. */
export const make = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...children: Child[]
): HTMLElementTagNameMap[Tag] => fill(document.createElement(tag), attributes, children);

/** Makes a button; one that is `aria-disabled` does nothing, and can still be reached and heard. */
export const makeButton = (
  part: string,
  children: Child | Child[],
  press: () => void,
  attributes: Attributes = {},
): HTMLButtonElement => {
  const button = make(
    'button',
    { type: 'button', part: `button ${part}`, class: 'b', ...attributes },
    ...[children].flat(),
  );
  button.addEventListener('click', () => button.getAttribute('aria-disabled') || press());
  return button;
};

/** Makes a picture of outlines, which nobody has to hear. */
export const makePicture = (
  name: string,
  box: number,
  paths: readonly (readonly [fill: string, outline: string])[],
): SVGElement => {
  const space = 'http://www.w3.org/2000/svg';
  const picture = document.createElementNS(space, 'svg');
  const outlines = paths.map(([color, d]) =>
    // Nothing but a colour: a fill can also be an address.
    fill(
      document.createElementNS(space, 'path'),
      { d, fill: /^#[\da-f]{6}$/i.test(color) && color },
      [],
    ),
  );
  return fill(
    picture,
    { class: name, viewBox: `0 0 ${box} ${box}`, 'aria-hidden': 'true' },
    outlines,
  );
};
