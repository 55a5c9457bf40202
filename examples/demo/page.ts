const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text made safe to stand in HTML. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (mark) => escapes[mark] ?? '');

const style = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{margin:0;background:light-dark(#f6f7f9,#15181d);color:light-dark(#16181d,#eef0f4)}
main{max-width:22rem;margin:12vh auto 0;padding:1.5rem;border:1px solid light-dark(#e1e4ea,#2c323c);border-radius:.75rem;background:light-dark(#fff,#1c2027)}
h1{margin:0 0 1rem;font-size:1.375rem}
label{display:block;margin-bottom:1rem}
input,button{box-sizing:border-box;width:100%;min-height:2.75rem;padding:.5rem .75rem;border:1px solid #868c98;border-radius:.5rem;font:inherit}
button{border:0;background:#1a56c4;color:#fff;cursor:pointer}
@media (max-width:26rem){main{margin:1rem}}`;

/** A small accessible page around trusted HTML. */
export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</html>
`;
