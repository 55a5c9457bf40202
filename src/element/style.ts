/**
 * How `<outro-connections>` looks until the page says otherwise, by `::part()` and by `--outro-color`, `--outro-muted`,
 * `--outro-background`, `--outro-subtle`, `--outro-border`, `--outro-control`, `--outro-accent`, `--outro-danger`,
 * `--outro-danger-fill` and `--outro-radius`: light or dark as the page's `color-scheme` is, in the page's own type. All in
 * rem, so that larger text has more room; logical properties, so that right to left needs nothing; nothing by the width of
 * the window, so that it fits wherever it is put.
 *
 * Where `light-dark()` is not known the colours are those of the page.
 */
export const style = `
:host{display:block}
:host([hidden]),[hidden]{display:none}
.frame{--bg:var(--outro-background,light-dark(#fff,#15181d));--sub:var(--outro-subtle,light-dark(#f6f7f9,#1c2027));--text:var(--outro-color,light-dark(#16181d,#eef0f4));--muted:var(--outro-muted,light-dark(#5a606c,#a5adba));--line:var(--outro-border,light-dark(#e1e4ea,#2c323c));--ctl:var(--outro-control,light-dark(#868c98,#727a88));--link:var(--outro-accent,light-dark(#1a56c4,#8db4ff));--bad:var(--outro-danger,light-dark(#b3261e,#ff9a91));--r:var(--outro-radius,.75rem);color:var(--text);font-size:.9375rem;line-height:1.4667;text-align:start;display:grid;grid-template-columns:minmax(0,1fr);gap:1rem}
.frame *{box-sizing:border-box}
.receipts:empty,.news:empty,.foot:not(:has(button,:not(slot))){display:none}
ul,h2,h3{margin:0;padding:0;font:inherit}
li{list-style:none}
.text{flex:1 1 0;min-inline-size:0;overflow-wrap:anywhere}
.card{background:var(--bg);border:1px solid var(--line);border-radius:var(--r);box-shadow:0 1px 2px light-dark(#0f172a0d,#0000)}
.row{display:flex;align-items:flex-start;gap:.75rem;padding:.8125rem 1rem;min-block-size:4.25rem}
.row+.row{border-block-start:1px solid var(--line)}
.main{flex:1;min-inline-size:0;min-block-size:2.5rem;display:flex;flex-wrap:wrap;align-items:center;gap:.375rem .75rem}
.main>.text{flex-basis:7.5rem}
.mark{inline-size:2.5rem;block-size:2.5rem;flex:none;border-radius:.625rem;border:1px solid var(--line);background:light-dark(#fff,#1c2027);display:grid;place-items:center;font-weight:600;font-size:1rem;overflow:hidden}
.mark :is(svg,img){inline-size:1.375rem;block-size:1.375rem;object-fit:contain}
svg{fill:currentcolor}
.title{display:flex;flex-wrap:wrap;gap:.125rem .5rem;align-items:center}
.name,h2{font-weight:600}
.title>*{min-inline-size:0}
.muted{color:var(--muted)}
.muted,.note,.chip,.foot{font-size:.875rem;line-height:1.4286}
.badge{font-weight:500;font-size:.75rem;line-height:1.25rem;padding-inline:.5rem;border-radius:.625rem;border:1px solid var(--line);background:var(--sub);color:var(--muted)}
.note{flex-basis:100%;display:flex;gap:.5rem;overflow-wrap:anywhere;min-inline-size:0;color:var(--muted)}
.note .i{margin-block-start:.125rem}
.note>*{min-inline-size:0}
.note:has(.danger){color:var(--text)}
.b{font:inherit;font-weight:500;line-height:1.25rem;min-block-size:2.25rem;min-inline-size:2.25rem;max-inline-size:100%;padding:.4375rem .875rem;border-radius:.5rem;border:1px solid var(--ctl);background:var(--bg);color:inherit;cursor:pointer;display:inline-flex;align-items:center;justify-content:center;gap:.5rem;text-align:center;position:relative}
.b:hover{background:var(--sub)}
.b.quiet{border-color:#0000;background:none;color:var(--muted);padding-inline:.625rem}
.b.quiet:hover{background:var(--sub);color:var(--text)}
.b[aria-disabled]{color:var(--muted);border-color:var(--line);background:none;cursor:default}
.b.busy>span{visibility:hidden}
.b.busy>.i{position:absolute}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.i{inline-size:1rem;block-size:1rem;flex:none;fill:none;stroke:currentcolor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.danger{color:var(--bad)}
.big{inline-size:1.25rem;block-size:1.25rem;stroke-width:1.6}
.foot{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:.5rem;padding:.625rem 1rem;border-block-start:1px solid var(--line)}
.foot>.note{order:1}
.foot>.b{margin-inline-start:auto}
.foot>.quiet:not([aria-disabled]){margin-inline-end:-.625rem}
.notice{display:flex;flex-wrap:wrap;align-items:flex-start;gap:.5rem .75rem;padding:.9375rem 1rem}
.notice>.i{margin-block-start:.0625rem}
.notice>.text{flex-basis:10rem}
[part=connections]>.notice>.text:only-child{padding-block:.5rem;text-align:center;font-weight:500}
.head{display:flex;gap:.75rem;align-items:flex-start}
.chips{display:flex;flex-wrap:wrap;gap:.375rem;margin-block-start:.375rem}
.chips>li{min-inline-size:0;max-inline-size:100%}
.chip{display:block;padding:.0625rem .625rem;border-radius:1rem;background:var(--bg);border:1px solid var(--line);color:var(--text);overflow-wrap:anywhere}
a.chip{color:var(--link);border-color:currentcolor;text-decoration:none;font-weight:500}
.spin{animation:spin .8s linear infinite}
@keyframes spin{to{transform:rotate(1turn)}}
div.bone{margin-block:.375rem .625rem;background:var(--sub);border-radius:.375rem;block-size:.75rem;max-inline-size:9rem}
div.bone+.bone{max-inline-size:6rem}
span.bone{background:var(--sub)}
.unseen{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-reduced-motion:no-preference){.b{transition:background-color .12s,color .12s}}
@media (prefers-reduced-motion:reduce){.spin{animation:none}}
@media (pointer:coarse){.b{min-block-size:2.75rem;min-inline-size:2.75rem}a.chip{display:inline-block;padding-block:.75rem}a.chip{padding-inline:.875rem;border-radius:1.5rem}.chips{gap:.5rem}}
@media (forced-colors:active){.card,.mark,.b,.badge,.chip{border:1px solid}.mark path{fill:CanvasText}.b[aria-disabled]{color:GrayText;border-color:GrayText}.bone{background:GrayText}}
`;
