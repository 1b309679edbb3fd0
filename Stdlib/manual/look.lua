--- How pages of the manual look, and how one finds something in them.
local look = {}

look.style = [[
:root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--soft:#f4f5f7;--line:#d5d8dd;--link:#0060a0;--dim:#5d6673}
@media(prefers-color-scheme:dark){:root{--ink:#e4e6ea;--paper:#16181c;--soft:#20242a;--line:#3a404a;--link:#7ab8f0;
--dim:#9aa3b0}}
*{box-sizing:border-box}body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);
display:grid;grid-template-columns:16rem minmax(0,1fr);min-height:100vh}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
nav{background:var(--soft);border-right:1px solid var(--line);padding:1rem;position:sticky;top:0;height:100vh;
overflow-y:auto;font-size:.9rem}nav h2{font-size:.8rem;text-transform:uppercase;letter-spacing:.06em;color:var(--dim);
margin:1.2rem 0 .3rem;border:0}nav ul{list-style:none;margin:0;padding:0}nav [aria-current]{font-weight:700}
main{padding:1.5rem 2.5rem 4rem;max-width:60rem}h1{line-height:1.2;margin-top:0}
h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}h3{margin:2rem 0 .3rem;font-size:1.05rem}
h3 a.own{color:inherit}code,pre{font:.88em/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.7rem .9rem;overflow-x:auto}
pre b{color:#8250df;font-weight:600}pre i{color:var(--dim)}pre s{color:#116329;
text-decoration:none}@media(prefers-color-scheme:dark){pre b{color:#d2a8ff}pre s{color:#7ee787}}
dl{margin:.4rem 0 .8rem;display:grid;grid-template-columns:minmax(7rem,max-content) minmax(0,1fr);gap:.15rem 1rem}
dt{font-weight:600}dd{margin:0;min-width:0;overflow-wrap:anywhere}dd.all{grid-column:1/-1}
dd code:first-child{color:var(--dim)}
input[type=search]{width:100%;padding:.4rem .6rem;font:inherit;border:1px solid var(--line);border-radius:6px;
background:var(--paper);color:var(--ink)}#found{list-style:none;padding:0;margin:.5rem 0}#found small{color:var(--dim);
display:block}#found [aria-selected=true]{background:var(--line)}svg{max-width:100%;height:auto}
table{border-collapse:collapse}td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}
@media(max-width:50rem){body{display:block}nav{position:static;height:auto;border:0}main{padding:1rem}
dl{grid-template-columns:1fr}}@media print{nav{display:none}body{display:block}}]]

--- Looks through `index`, rows of name, address and first sentence: all words must be in one, and names count most.
look.script = [==[
const box=document.getElementById('search'),list=document.getElementById('found');let chosen=-1;
const find=()=>{const words=box.value.toLowerCase().split(/\s+/).filter(w=>w);chosen=-1;
const score=([name,,text])=>{let sum=0;const n=name.toLowerCase(),all=n+' '+text.toLowerCase();
for(const w of words){if(!all.includes(w))return 0;const parts=n.split(/[.:]/);
sum+=n===w||parts[parts.length-1]===w?100:n.startsWith(w)||parts.some(p=>p.startsWith(w))?20:n.includes(w)?10:1}
return sum-n.length/100};
const hits=words.length?index.map(e=>[score(e),e]).filter(([s])=>s>0).sort((a,b)=>b[0]-a[0]).slice(0,30):[];
list.replaceChildren(...hits.map(([,[name,address,text]])=>{const item=document.createElement('li'),
link=document.createElement('a'),small=document.createElement('small');link.href=address;link.textContent=name;
small.textContent=text;item.append(link,small);return item}));
list.hidden=!words.length;if(words.length&&!hits.length){const item=document.createElement('li');
item.textContent='nothing has all these words';list.append(item)}};
box.addEventListener('input',find);
box.addEventListener('keydown',e=>{const links=[...list.querySelectorAll('a')];
if(e.key==='Enter'&&links.length){location.href=links[Math.max(chosen,0)].href}
if(e.key==='ArrowDown'||e.key==='ArrowUp'){e.preventDefault();
chosen=Math.min(Math.max(chosen+(e.key==='ArrowDown'?1:-1),0),links.length-1);
links.forEach((l,i)=>l.parentElement.setAttribute('aria-selected',i===chosen))}
if(e.key==='Escape'){box.value='';find()}});
addEventListener('keydown',e=>{if(e.key==='/'&&document.activeElement!==box){e.preventDefault();box.focus()}});
const asked=new URLSearchParams(location.search).get('q');if(asked){box.value=asked;find()}]==]

return look
