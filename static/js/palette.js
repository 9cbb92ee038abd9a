// The palette: one field for leads, screens and things to do. Options are drawn by the server; here they are walked with
// the arrows, pressed with Enter, and told which lead is at hand: the page's, or the card that had the focus.
const dialog = document.getElementById("palette");
const field = document.getElementById("palette-text");
const body = document.getElementById("palette-body");
const WAIT = 120; // milliseconds after a letter
const RECENT = 5;
const KEY = `recent:${document.body.dataset.person}`;
let lead = "";
let opener = null;
let timer = null;
let asked = 0;
let latest = Promise.resolve();

// --- the leads seen last: their ids only, in this tab ------------------------------------------------------------------
const recent = () => (sessionStorage.getItem(KEY) ?? "").split(",").filter(Boolean);
const ofPage = () => location.pathname.match(/^\/leads\/([0-9a-f-]{36})\//)?.[1] ?? "";

if (dialog && ofPage()) {
  try {
    sessionStorage.setItem(KEY, [...new Set([ofPage(), ...recent()])].slice(0, RECENT + 1).join(","));
  } catch {
    // storage may be forbidden: then nothing is remembered
  }
}
if (location.hash) document.querySelector("#main :is(textarea, input):target")?.focus();

// --- options ---------------------------------------------------------------------------------------------------------
const options = () => [...body.querySelectorAll("[role=option]")];
const chosen = () => body.querySelector("[role=option][aria-selected=true]");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

function seen() {
  let ids = [];
  try {
    ids = recent();
  } catch {
    // as above
  }
  return ids.filter((id) => id !== ofPage()).slice(0, RECENT).join(",");
}

function ask() {
  clearTimeout(timer);
  timer = null;
  latest = fetchOptions();
}

async function fetchOptions() {
  asked += 1;
  const mine = asked;
  const query = new URLSearchParams({ q: field.value, lead, recent: seen() });
  try {
    await htmx.ajax("GET", `${dialog.dataset.url}?${query}`, { source: field, target: body, swap: "innerHTML" });
  } catch {
    return; // told by errors.js
  }
  const list = body.firstElementChild;
  if (mine !== asked || !list) return; // a later word has been asked for, or nobody asks any more
  dialog.querySelector("p[data-said]").textContent = list.dataset.said;
  choose(options()[0]);
}

// --- opening and closing ---------------------------------------------------------------------------------------------
function open(text = "") {
  if (!dialog || dialog.open || document.querySelector("dialog:modal")) return;
  for (const menu of document.querySelectorAll("[popover]:popover-open")) menu.hidePopover();
  opener = document.activeElement;
  lead = ofPage() || (opener?.closest("[data-card]")?.dataset.card ?? "");
  field.value = text;
  dialog.showModal();
  field.focus();
  field.select();
  ask();
}

dialog?.addEventListener("close", () => {
  body.replaceChildren();
  field.removeAttribute("aria-activedescendant");
  asked += 1;
  if (opener?.isConnected && !opener.matches("[data-search]")) opener.focus();
});

// --- doing -----------------------------------------------------------------------------------------------------------
const valuesOf = ({ dataset }) => Object.fromEntries(Object.entries(dataset)
  .filter(([key]) => key.startsWith("value")).map(([key, value]) => [key.slice(5).toLowerCase(), value]));

function post(option) {
  const { post: url, target, lead: about } = option.dataset;
  const place = target && document.querySelector(target);
  const source = place ?? document.body;
  const how = place ? { target: place, swap: "outerHTML" } : { target: document.body, swap: "none" };
  htmx.ajax("POST", url, { source, values: valuesOf(option), ...how })
    .then(() => place || document.body.dispatchEvent(new CustomEvent("leads:changed", { detail: { leads: [about] } })))
    .catch(() => {}); // told by errors.js
}

function act(option) {
  if (!option) return;
  const { press, opens } = option.dataset;
  if (option.dataset.post) post(option);
  else if (option.href) option.click();
  dialog.close();
  if (press) document.querySelector(press)?.click();
  if (opens) htmx.ajax("GET", opens, { target: "#dialog-slot", swap: "innerHTML" }).catch(() => {}); // told by errors.js
}

dialog?.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option?.href) dialog.close(); // the browser follows it
  else if (option) act(option);
  else if (event.target === dialog) dialog.close(); // beside it: nothing typed here is lost
});

body?.addEventListener("pointermove", ({ target, movementX, movementY }) => {
  if (!movementX && !movementY) return; // the list came under a pointer at rest: the first one stays chosen
  const option = target.closest("[role=option]");
  if (option && option !== chosen()) choose(option);
});

field?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
});

field?.addEventListener("keydown", async (event) => {
  const all = options();
  const at = all.indexOf(chosen());
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) choose(all[(at + step + all.length) % all.length]);
  else if (event.key === "PageDown") choose(all[Math.min(at + 6, all.length - 1)]);
  else if (event.key === "PageUp") choose(all[Math.max(at - 6, 0)]);
  else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    if (timer) ask();
    await latest; // before the last letters were answered: what was typed is meant
    act(chosen());
    return;
  } else return;
  event.preventDefault();
});

// --- how one gets here -----------------------------------------------------------------------------------------------
const writing = (element) => element.closest?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const both = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
  const slash = event.key === "/" && !writing(event.target) && !event.ctrlKey && !event.metaKey;
  if (!dialog || !(both || slash)) return;
  event.preventDefault();
  if (both && dialog.open) dialog.close();
  else open();
});

const box = document.querySelector("[data-search]");
box?.addEventListener("click", () => open(box.value));
box?.addEventListener("input", () => {
  const typed = box.value;
  box.value = box.defaultValue;
  open(typed);
  field.setSelectionRange(typed.length, typed.length);
});
