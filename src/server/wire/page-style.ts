import type { Brand } from '../config/brand.ts';

const names = {
  bg: 'background',
  sub: 'subtle',
  text: 'text',
  muted: 'muted',
  line: 'line',
  ctl: 'control',
  link: 'accent',
  ok: 'done',
  wait: 'pending',
  bad: 'danger',
  fill: 'dangerFill',
} as const;

/** How every page looks, by the measures of the element: all in rem and by logical properties. */
const rules = `*{box-sizing:border-box}
body{margin:0;min-block-size:100vh;background:var(--page);color:var(--text);font:.9375rem/1.4667 system-ui,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
.page{max-inline-size:34rem;margin-inline:auto;padding:2.5rem 1rem 4rem;display:grid;grid-template-columns:minmax(0,1fr);gap:1.25rem}
ul,h1,h2,p,dl,dd{margin:0;padding:0;font:inherit}
li{list-style:none}
header{display:flex;align-items:center;gap:.625rem;font-weight:600;font-size:1rem}
header>span{min-inline-size:0}
picture{flex:none}
.logo{block-size:2rem;inline-size:auto;max-inline-size:10rem;flex:none;object-fit:contain;display:block}
.card{background:var(--bg);border:1px solid var(--line);border-radius:.75rem;box-shadow:0 1px 2px light-dark(#0f172a0d,#0000);padding:1.5rem;display:grid;grid-template-columns:minmax(0,1fr);gap:1.25rem}
.head{display:flex;gap:.75rem;align-items:flex-start}
.head>div{flex:1;min-inline-size:0}
h1{font-weight:600;font-size:1.375rem;line-height:1.3}
.head .disc{margin-block-start:-.125rem}
.muted{color:var(--muted)}
.small{font-size:.875rem;line-height:1.4286}
.list{border:1px solid var(--line);border-radius:.5rem;overflow:hidden}
.row{display:flex;align-items:flex-start;gap:.75rem;padding:.75rem}
.main{flex:1;min-inline-size:0;min-block-size:2.5rem;display:flex;flex-wrap:wrap;align-items:center;gap:.5rem .75rem}
.row+.row{border-block-start:1px solid var(--line)}
.row[aria-current]{background:var(--sub)}
.row[aria-current] .badge{background:var(--bg);color:var(--link);border-color:currentcolor}
.main>.text{flex:1 1 6rem;min-inline-size:0}
.name{font-weight:600}
.mark{inline-size:2.5rem;block-size:2.5rem;flex:none;border-radius:.625rem;border:1px solid var(--line);background:light-dark(#fff,#1c2027);color:light-dark(#16181d,#eef0f4);display:grid;place-items:center;font-weight:600;font-size:1rem;overflow:hidden}
.mark svg{inline-size:1.375rem;block-size:1.375rem;fill:currentcolor}
.i{inline-size:1rem;block-size:1rem;flex:none;fill:none;stroke:currentcolor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.big{inline-size:1.25rem;block-size:1.25rem;stroke-width:1.6}
.disc{inline-size:2rem;block-size:2rem;flex:none;border-radius:50%;display:grid;place-items:center;background:color-mix(in srgb,currentcolor 10%,var(--bg))}
.done{color:var(--ok)}.pending{color:var(--wait)}.link{color:var(--link)}.danger{color:var(--bad)}
.steps{display:grid;grid-template-columns:minmax(0,1fr);gap:.625rem}
.steps>li,.ways{display:grid;grid-template-columns:1rem minmax(0,1fr);gap:.625rem}
.steps .i,.ways>.i{margin-block-start:.1875rem}
.ways{padding:.75rem;border-radius:.5rem;background:var(--sub)}
.alert{border-inline-start:.25rem solid var(--wait);padding-inline-start:.75rem}
.chips{display:flex;flex-wrap:wrap;gap:.375rem;margin-block-start:.375rem}
.chips>li{min-inline-size:0;max-inline-size:100%}
.chip,.badge{font-size:.875rem;line-height:1.4286;padding:.0625rem .625rem;border-radius:1rem;background:var(--bg);border:1px solid var(--line)}
.chip{display:block}
.badge{background:var(--sub);color:var(--muted);font-weight:500;flex:none;max-inline-size:100%}
form,.buttons{display:flex;flex-wrap:wrap;gap:.5rem}
.b{font:inherit;font-weight:500;line-height:1.25rem;min-block-size:2.75rem;min-inline-size:2.75rem;max-inline-size:100%;padding:.4375rem .875rem;border-radius:.5rem;border:1px solid var(--ctl);background:var(--bg);color:inherit;cursor:pointer;text-decoration:none;display:inline-flex;align-items:center;justify-content:center;gap:.5rem;text-align:center}
.b:hover{background:var(--sub)}
.b.first{background:var(--link);border-color:var(--link);color:var(--bg)}
.b.first:hover{background:color-mix(in srgb,var(--link),var(--text) 15%)}
.b.dangerous{background:var(--fill);border-color:var(--fill);color:#fff}
.b.dangerous:hover{background:color-mix(in srgb,var(--fill),#000 12%)}
.a,summary{color:var(--link);font-weight:500;border-radius:.1875rem;cursor:pointer}
.a{display:inline-block;padding-block:.75rem;margin-block:-.75rem;text-underline-offset:3px;text-decoration-thickness:1px}
.a:hover{text-decoration-thickness:2px}
summary{padding-block:.75rem;margin-block:-.75rem}
details p{margin-block-start:.75rem}
dt{color:var(--muted);font-size:.875rem}
code{font:.8125rem/1.4 ui-monospace,monospace}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
@media (max-width:26rem){.page{padding-block:1.25rem}.card{padding:1.25rem}form .b{flex:1 1 auto}}
@media (prefers-reduced-motion:no-preference){.b{transition:background-color .12s}}
@media (forced-colors:active){.card,.list,.mark,.disc,.chip,.badge,.ways,.b{border:1px solid}.mark path{fill:CanvasText}}`;

const styles = new WeakMap<Brand['palettes'], string>();

/** The style of the pages of a site. */
export const styleOf = ({ palettes }: Brand): string => {
  const known = styles.get(palettes);
  if (known !== undefined) return known;
  const { light, dark } = palettes;
  const colors = Object.entries(names).map(
    ([name, field]) => `--${name}:light-dark(${light[field]},${dark[field]})`,
  );
  // The card is lighter than what is behind it in the light; in the dark its border is enough.
  const page = `--page:light-dark(${light.subtle},${dark.background})`;
  const style = `:root{color-scheme:light dark;${[...colors, page].join(';')}}\n${rules}`;
  styles.set(palettes, style);
  return style;
};
