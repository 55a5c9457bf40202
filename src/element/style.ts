/**
 * How `<outro-connections>` looks until the page says otherwise, by `::part()` and by `--outro-color`,
 * `--outro-background`, `--outro-border`, `--outro-radius` and `--outro-gap`: the system's colours, so that light and
 * dark follow the page's `color-scheme`; logical properties, so that right-to-left needs nothing.
 */
export const style = `
:host{display:block;color:var(--outro-color,CanvasText);background:var(--outro-background,Canvas)}
:host([hidden]),p:empty{display:none}
ul,p{margin:0;padding:0}
li{list-style:none}
li,p{overflow-wrap:anywhere}
[part=connection],[part=actions]{display:flex;flex-wrap:wrap;align-items:center;gap:var(--outro-gap,.75rem);padding-block:var(--outro-gap,.75rem)}
[part=connection]{border-block-end:1px solid var(--outro-border,currentcolor)}
[part=text]{flex:1 1 12rem;min-inline-size:0}
[part=name],[part=title]{font-weight:bold}
button,[part=receipt],dialog{border:1px solid var(--outro-border,currentcolor);border-radius:var(--outro-radius,.25rem)}
button{min-block-size:2.75em;padding-inline:1em;font:inherit;color:inherit;background:none;cursor:pointer}
[aria-disabled]{color:GrayText;border-style:dashed;cursor:not-allowed}
:focus-visible{outline:2px solid currentcolor;outline-offset:2px}
[part=status],[part=receipt]{margin-block:var(--outro-gap,.75rem)}
[part=receipt]{padding:var(--outro-gap,.75rem)}
dialog{max-inline-size:min(32rem,100% - 3rem);color:inherit;background:inherit}
`;
