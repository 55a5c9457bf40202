type Attributes = Record<string, string | false>;

/** Makes an element of attributes and text, never of markup; what is `false` or empty is left out. */
export const make = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...children: (Node | string | false)[]
): HTMLElementTagNameMap[Tag] => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== false) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== false));
  return element;
};

/** Makes a button; one that is `aria-disabled` does nothing, and can still be reached and heard. */
export const makeButton = (
  part: string,
  text: string,
  press: () => void,
  attributes: Attributes = {},
): HTMLButtonElement => {
  const button = make('button', { type: 'button', part: `button ${part}`, ...attributes }, text);
  button.addEventListener('click', () => attributes['aria-disabled'] || press());
  return button;
};
