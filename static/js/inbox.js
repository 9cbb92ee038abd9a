// The inbox: J and K walk the list, Ctrl Enter sends, the thread stays at its end unless somebody reads further up.
const rows = () => [...document.querySelectorAll(".c-threadrow")];
const opened = () => document.querySelector("[data-open]")?.dataset.open;
const NEAR = 80; // pixels from the end that still count as the end
let atEnd = true;

function mark() {
  const open = opened();
  document.querySelector("#inbox")?.classList.toggle("c-inbox--open", Boolean(open));
  const all = rows();
  const place = all.findIndex((row) => row.dataset.thread === open);
  all.forEach((row, at) => {
    row.toggleAttribute("aria-current", at === place);
    if (at === place) row.setAttribute("aria-current", "true");
    delete row.dataset.key;
  });
  const next = all[place + 1];
  const before = all[place - 1];
  if (next) next.dataset.key = "j";
  if (before && place > 0) before.dataset.key = "k";
}

function toEnd() {
  const scroll = document.querySelector("#thread-scroll");
  if (scroll) scroll.scrollTop = scroll.scrollHeight;
}

document.addEventListener("scroll", ({ target }) => {
  if (target.id === "thread-scroll") atEnd = target.scrollHeight - target.scrollTop - target.clientHeight < NEAR;
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.(".c-write");
  if (!form || form.querySelector(".c-write__go")?.disabled) return;
  event.preventDefault();
  htmx.process(form); // typed faster than htmx takes hold of a form, it would be sent as a page of its own
  form.requestSubmit();
});

// At once, not when the page has settled: the next key may come in between.
document.body.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === "inbox-panes") atEnd = true;
  if (target.id === "inbox-panes" || target.id === "inbox-rows") mark();
});

document.body.addEventListener("htmx:afterSettle", ({ target }) => {
  if (atEnd && (target.id === "inbox-panes" || target.id === "thread-messages")) toEnd();
});

mark();
toEnd();
