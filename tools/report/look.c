/* look.c -- how the page looks, and what it does: its styles, and a script it can do without
 *
 * Colours are checked by the tests: texts have a contrast of at least 4.5 in both schemes. Figures
 * are drawn for white paper, so they stand on white in the dark scheme as well.
 */
#include "html.h"

static const char style[] =
	":root{color-scheme:light dark;--paper:#ffffff;--ink:#1a1a1f;--soft:#55555f;--rule:#c9c9d1;"
	"--band:#f2f2f6;--link:#0b57a4;--off:#a8401a}\n"
	"@media (prefers-color-scheme:dark){:root{--paper:#17171b;--ink:#ececf1;--soft:#b4b4bf;"
	"--rule:#44444d;--band:#232329;--link:#8ab8f0;--off:#f0a07c}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;background:var(--paper);color:var(--ink);"
	"font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}\n"
	"header,main,footer,nav{max-width:76rem;margin:0 auto;padding:0 1.2rem}\n"
	"header{padding-top:1.2rem}h1{font-size:1.7rem;line-height:1.2;margin:.2rem 0}\n"
	"h2{font-size:1.3rem;margin:2.4rem 0 .6rem;border-bottom:1px solid var(--rule)}\n"
	"h3{font-size:1.05rem;margin:1.4rem 0 .4rem}p{max-width:48rem}\n"
	"a{color:var(--link)}a:focus-visible,button:focus-visible,input:focus-visible,"
	"[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}\n"
	"nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0}\n"
	".soft{color:var(--soft)}.off-by{color:var(--off);white-space:nowrap}\n"
	".scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;"
	"font-size:.92rem}\n"
	"th,td{padding:.3rem .7rem;text-align:right;vertical-align:top;white-space:nowrap;"
	"border-bottom:1px solid var(--rule)}\n"
	"thead "
	"th:nth-child(-n+2){text-align:left}th[scope=row]{text-align:left;white-space:normal;min-"
	"width:13rem;font-weight:600}"
	".plain thead "
	"th:nth-child(2){text-align:right}td.text{text-align:left;white-space:normal}thead "
	"th{background:var(--band)}\n"
	"td small,th small{display:block;color:var(--soft);font-weight:400}\n"
	"td small.off-by{color:var(--off)}\n"
	"#streams{position:sticky;top:0;z-index:2;background:var(--band);padding:.5rem .8rem;"
	"border:1px solid var(--rule);border-radius:.4rem;margin:1.2rem 0 0}\n"
	"#streams label{margin-right:1.1rem;white-space:nowrap}"
	".sign{display:inline-block;width:1.6rem;height:.9rem;background:#fff;border:1px solid "
	"var(--rule);vertical-align:-.1rem;margin-right:.3rem}\n"
	"figure{margin:1rem 0}figcaption{color:var(--soft);font-size:.9rem;max-width:60rem;"
	"white-space:pre-line}\n"
	".paper{background:#ffffff;border:1px solid "
	"var(--rule);border-radius:.3rem;overflow:hidden}\n"
	".paper svg{display:block;width:100%;height:auto}.charts{display:grid;gap:1rem;"
	"grid-template-columns:repeat(auto-fill,minmax(19rem,1fr))}.charts figure{margin:0}\n"
	".paper.moved svg{cursor:grab;touch-action:none}img{max-width:100%;height:auto}\n"
	".tools{display:flex;gap:.3rem;margin:0 0 .3rem}button{font:inherit;padding:.1rem .7rem;"
	"background:var(--band);color:var(--ink);border:1px solid var(--rule);border-radius:.3rem;"
	"cursor:pointer}\n"
	"pre{background:var(--band);padding:.7rem;border-radius:.3rem;white-space:pre-wrap;"
	"overflow-wrap:anywhere;font-size:.85rem}\n"
	"code{font-size:.88em;overflow-wrap:anywhere}.off{display:none}footer{padding:2rem 1.2rem;"
	"color:var(--soft);font-size:.88rem}\n"
	"@media "
	"print{:root{--paper:#fff;--ink:#000;--soft:#444;--rule:#999;--band:#fff;--link:#000;"
	"--off:#000}nav,.tools,#streams{display:none}body{font-size:10pt}figure,tr,pre{break-"
	"inside:"
	"avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}table{font-size:7pt}"
	"th,td{padding:.15rem .3rem}th[scope=row]{min-width:0}}\n";

/* Streams are shown and hidden by their class; figures are zoomed by their viewBox. */
static const char script[] =
	"'use strict';(function(){var d=document,box=d.getElementById('streams');\n"
	"if(box){box.hidden=false;box.querySelectorAll('input').forEach(function(i){\n"
	"var f=function(){d.querySelectorAll('.'+i.value).forEach(function(e){"
	"e.classList.toggle('off',!i.checked)})};i.addEventListener('change',f);f()})}\n"
	"d.querySelectorAll('.zoom').forEach(function(z){var "
	"s=z.querySelector('svg');if(!s)return;\n"
	"var a=s.getAttribute('viewBox').split(/[ ,]+/).map(Number),v=a.slice(),b=d.createElement("
	"'div');b.className='tools';\n"
	"function show(){s.setAttribute('viewBox',v.join(' '));"
	"z.classList.toggle('moved',v[2]<a[2])}\n"
	"function by(k,x,y){var w=Math.min(a[2],Math.max(a[2]/40,v[2]*k)),h=w*a[3]/a[2];"
	"v=[v[0]+(v[2]-w)*x,v[1]+(v[3]-h)*y,w,h];keep()}\n"
	"function keep(){v[0]=Math.min(a[0]+a[2]-v[2],Math.max(a[0],v[0]));"
	"v[1]=Math.min(a[1]+a[3]-v[3],Math.max(a[1],v[1]));show()}\n"
	"[['+','Zoom in',function(){by(.7,.5,.5)}],['\\u2212','Zoom "
	"out',function(){by(1/.7,.5,.5)}],"
	"['Whole','Show the whole figure',function(){v=a.slice();show()}]].forEach(function(t){"
	"var e=d.createElement('button');e.type='button';e.textContent=t[0];"
	"e.setAttribute('aria-label',t[1]);e.addEventListener('click',t[2]);b.appendChild(e)});\n"
	"z.parentNode.insertBefore(b,z);\n"
	"z.addEventListener('wheel',function(e){if(!e.ctrlKey)return;e.preventDefault();"
	"var r=s.getBoundingClientRect();by(e.deltaY<0?.85:1/.85,(e.clientX-r.left)/r.width,"
	"(e.clientY-r.top)/r.height)},{passive:false});\n"
	"var "
	"p=null;z.addEventListener('pointerdown',function(e){if(v[2]<a[2]){p=[e.clientX,e.clientY]"
	";z.setPointerCapture(e.pointerId)}});\n"
	"z.addEventListener('pointermove',function(e){if(!p)return;var "
	"k=v[2]/s.getBoundingClientRect()"
	".width;v[0]-=(e.clientX-p[0])*k;v[1]-=(e.clientY-p[1])*k;p=[e.clientX,e.clientY];keep()});"
	"\n"
	"['pointerup','pointercancel'].forEach(function(n){z.addEventListener(n,function(){p=null})"
	"})"
	"})})();\n";

void html_begin(const char *title, FILE *to)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src "
	      "data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; "
	      "form-action 'none'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
	      to);
	html_text(title, to);
	fprintf(to, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style);
}

void html_end(FILE *to)
{
	fprintf(to, "<script>\n%s</script>\n</body>\n</html>\n", script);
}
