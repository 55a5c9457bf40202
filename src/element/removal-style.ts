/**
 * How questions and receipts look, beside what `style` says: they come after the list. The page's own colours are those of
 * `style`, and `--outro-danger-fill`.
 */
export const removalStyle = `
.frame{--fill:var(--outro-danger-fill,light-dark(#c62f25,#cf3f34));--ok:light-dark(#0a6b3c,#6bd69a);--wait:light-dark(#874a00,#efb656)}
.receipts{display:grid;grid-template-columns:minmax(0,1fr);gap:1rem}
.b.dangerous{background:var(--fill);border-color:var(--fill);color:light-dark(#fff,#fff)}
.b.dangerous:hover{background:color-mix(in srgb,var(--fill),#000 12%)}
.a{color:var(--link);font-weight:500;text-underline-offset:3px;text-decoration-thickness:1px;border-radius:3px}
.a:hover{text-decoration-thickness:2px}
.a .i{vertical-align:-2px;margin-inline-start:.375rem;inline-size:.875rem;block-size:.875rem}
.done{color:var(--ok)}.pending{color:var(--wait)}.link{color:var(--link)}
.foot>.text{flex-basis:16rem}
.receipt>.head{padding:1rem 1rem 0}
.receipt h2{font-size:1rem;line-height:1.375}
.left{color:var(--muted);margin-block-start:.125rem}
.receipt>.head>.b{padding:0;flex:none;margin:-.375rem;margin-inline-end:-.5rem}
.disc{inline-size:2rem;block-size:2rem;flex:none;margin-block-start:.1875rem;border-radius:50%;display:grid;place-items:center;background:color-mix(in srgb,currentcolor 10%,var(--bg))}
.body{padding:.25rem 1rem 1rem}
.body h3{font-weight:600;font-size:.8125rem;line-height:1.25rem;margin-block:.875rem .375rem}
.steps{display:grid;grid-template-columns:minmax(0,1fr);gap:.625rem}
.steps>li{display:grid;grid-template-columns:1rem minmax(0,1fr);gap:.625rem;overflow-wrap:anywhere}
.steps .i,.ways>.i{margin-block-start:.1875rem}
.steps .a .i{margin-block-start:0}
code{font:.8125rem/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
.dialog{background:var(--bg);color:var(--text);border:1px solid var(--line);border-radius:calc(var(--r) + .25rem);padding:1.5rem;inline-size:min(28rem,100% - 2rem);max-inline-size:none;max-block-size:calc(100% - 2rem);overflow:auto;overscroll-behavior:contain;box-shadow:0 24px 48px -12px light-dark(#0f172a40,#000c)}
.dialog::backdrop{background:light-dark(#0f172a80,#000000b3)}
.dialog>.head{margin-block-end:1rem}
.dialog>.head>.text{align-self:center}
.dialog .disc{margin-block-start:0}
.dialog h2{font-size:1.125rem;line-height:1.3333}
.dialog .steps>li,.ways{color:var(--text)}
.over{inline-size:min(36rem,100% - 2rem)}
.over>.head>.b{flex:none;padding:0}
.ways{margin-block-start:1rem;padding:.75rem;border-radius:.5rem;background:var(--sub);display:grid;grid-template-columns:1rem minmax(0,1fr);gap:.625rem}
.buttons{display:flex;flex-wrap:wrap;justify-content:flex-end;gap:.5rem;position:sticky;inset-block-end:-1.5rem;background:var(--bg);margin-block:.5rem -1.5rem;padding-block:1rem 1.5rem}
h2{inline-size:fit-content;max-inline-size:100%}
h2:focus-visible{outline-offset:1px;border-radius:.125rem}
@media (prefers-reduced-motion:no-preference){.dialog{animation:rise .15s cubic-bezier(.2,0,0,1)}@keyframes rise{from{opacity:0;transform:translateY(8px)}}}
@media (pointer:coarse){.receipt>.head>.b{min-block-size:2.75rem;min-inline-size:2.75rem}.a{display:inline-block;padding-block:.75rem;margin-block:-.375rem}}
@media (max-width:26rem){.dialog{padding:1.25rem}.buttons{inset-block-end:-1.25rem;margin-block-end:-1.25rem;padding-block-end:1.25rem}.buttons .b{flex:1 1 auto}}
@media (forced-colors:active){.dialog,.ways,.disc{border:1px solid}}
`;
