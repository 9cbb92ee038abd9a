// Ticking leads on the board and in the list, and the bar of what can be done to them. Shift ticks all between two;
// the act itself is a dialog (pipeline/bulk.html) that is told here which leads it is about.
const bar = document.getElementById("bulk");
const MOST = Number(bar.dataset.most);
const ticked = new Set();
let every = false; // all that the filters leave, on the page or not
let last = null;

const boxes = () => [...document.querySelectorAll("[data-tick]")].filter((box) => box.offsetParent !== null);
const found = () => Number(document.querySelector("[data-found]")?.dataset.found ?? 0);
const fill = (text, n) => text.replace("{n}", n.toLocaleString(document.documentElement.lang));
const count = () => (every ? found() : ticked.size);

function paint() {
  const n = count();
  bar.hidden = n === 0;
  document.body.classList.toggle("is-ticking", n > 0);
  bar.querySelector("[data-ticked]").textContent = n ? fill(n === 1 ? bar.dataset.one : bar.dataset.many, n) : "";
  const more = bar.querySelector("[data-tick-every]");
  more.hidden = every || found() <= ticked.size;
  more.textContent = fill(bar.dataset.every, found());
  const merge = bar.querySelector("[data-merge]"); // two leads may be one person
  merge.hidden = every || ticked.size !== 2;
  merge.search = new URLSearchParams([...ticked].slice(0, 2).map((id) => ["lead", id]));
  for (const box of document.querySelectorAll("[data-tick]")) {
    box.checked = every || ticked.has(box.value);
    box.closest("[data-card], tr")?.toggleAttribute("data-ticked-on", box.checked);
  }
}

function clear() {
  ticked.clear();
  every = false;
  last = null;
  paint();
}

function mark(box, on) {
  if (every) { // from "all of them" one is taken away: what remains are those on the page
    every = false;
    for (const other of boxes()) ticked.add(other.value);
  }
  if (on && ticked.size < MOST) ticked.add(box.value);
  else ticked.delete(box.value);
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-tick]");
  if (!box) return;
  const all = boxes();
  const [from, to] = [all.findIndex((each) => each.value === last), all.indexOf(box)].sort((a, b) => a - b);
  const range = event.shiftKey && from >= 0 ? all.slice(from, to + 1) : [box];
  for (const each of range) mark(each, box.checked);
  last = box.value;
  paint();
});

bar.querySelector("[data-untick]").addEventListener("click", clear);
bar.querySelector("[data-tick-every]").addEventListener("click", () => {
  every = true;
  paint();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog:modal, [popover]:popover-open")) return;
  if (event.target.closest?.("input:not([data-tick]), textarea, select")) return;
  if (event.key === "Escape" && count()) clear();
  if (event.key.toLowerCase() !== "x") return;
  const box = event.target.closest?.("[data-card], tr")?.querySelector("[data-tick]");
  if (!box) return;
  event.preventDefault();
  box.click();
});

// The dialog is told which leads; the filters are the page's address.
document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "post" || !detail.path.endsWith("/leads/bulk/")) return;
  detail.parameters.set("ids", every ? "" : [...ticked].join(","));
  detail.parameters.set("every", every ? "on" : "");
  detail.parameters.set("query", every ? location.search.slice(1) : "");
});

document.body.addEventListener("bulk:done", clear);

// Other filters, other leads: what is out of sight is not acted on.
document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt?.matches?.("#board-filters, #lead-filters") && detail.requestConfig?.triggeringEvent?.type !== "leads:changed") clear();
});

htmx.onLoad((root) => {
  if (root.querySelector?.("[data-tick], [data-ticked-words]")) paint();
  const words = root.querySelector?.("[data-ticked-words]");
  if (words) words.textContent = bar.querySelector("[data-ticked]").textContent;
});
