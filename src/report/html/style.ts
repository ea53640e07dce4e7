/** How the page looks, by day and by night. */
export const style = `
:root{color-scheme:light dark;--bg:light-dark(#fff,#12161c);--fg:light-dark(#1d2430,#dde3ea);--soft:light-dark(#5b6675,#97a3b2);
--line:light-dark(#dfe4ea,#2a323d);--card:light-dark(#f6f8fa,#1a2029);--bad:light-dark(#b3261e,#ff8a80);--good:light-dark(#146c2e,#7bd88f);
--open:light-dark(#8a5a00,#f2c14e);--link:light-dark(#0b57d0,#8ab4f8)}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
main{max-width:1320px;margin:0 auto;padding:24px 20px 64px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:0}
p{margin:6px 0}.soft{color:var(--soft)}
.closing{font-size:17px;padding:14px 16px;border-left:4px solid var(--link);background:var(--card);border-radius:4px;margin:16px 0}
code{font:13px/1.45 ui-monospace,monospace}
td code{overflow-wrap:break-word}
pre{margin:8px 0;padding:10px 12px;background:var(--bg);border:1px solid var(--line);border-radius:6px;overflow-x:auto}
input{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:7px 10px;width:min(420px,100%)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:8px 0}
th,td{text-align:left;vertical-align:top;padding:6px 10px;border-bottom:1px solid var(--line)}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th button{all:unset;cursor:pointer;font-weight:600}
th button:focus-visible{outline:2px solid var(--link)}
th[aria-sort=ascending] button::after{content:" \\2191"}th[aria-sort=descending] button::after{content:" \\2193"}
section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 16px;margin:16px 0;content-visibility:auto;contain-intrinsic-size:auto 400px}
a{color:var(--link)}
.tag{display:inline-block;padding:0 8px;border:1px solid currentColor;border-radius:10px;font-size:13px;white-space:nowrap}
.breaks,.newly-denied{color:var(--bad)}.safe{color:var(--good)}
.undecided,.hosts,.no-evidence,.not-judged,.ignored,.newly-allowed{color:var(--open)}
details{margin:8px 0}summary{cursor:pointer}
[hidden]{display:none}
@media print{input{display:none}section{break-inside:avoid;content-visibility:visible}}
`;
