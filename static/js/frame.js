// The frame: folding rail, the list of keys, and the thread of light while a request is on its way.
const root = document.documentElement;
const fold = document.querySelector("[data-rail-toggle]");

function foldRail(narrow) {
  if (narrow) root.dataset.rail = "narrow";
  else delete root.dataset.rail;
  fold?.setAttribute("aria-pressed", String(narrow));
  try {
    localStorage.setItem("rail", narrow ? "narrow" : "wide");
  } catch {
    // storage may be forbidden; the rail is then not remembered
  }
}

fold?.setAttribute("aria-pressed", String(root.dataset.rail === "narrow"));
fold?.addEventListener("click", () => foldRail(root.dataset.rail !== "narrow"));

const writing = (element) => element.closest?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog:modal")) return;
  if (event.key === "?" && !writing(event.target)) document.getElementById("keys")?.showModal();
});

// The tray is drawn anew while work goes on: it stays as it was left, and starts closed on a phone.
let trayOpen = innerWidth >= 768;
const tendTray = () => document.querySelectorAll(".c-tray").forEach((tray) => {
  tray.open = trayOpen;
  tray.querySelector("summary").addEventListener("click", () => { trayOpen = !tray.open; });
});
tendTray();
document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id === "tray") tendTray();
});

// On a phone tabs and chips slide sideways: the present one is brought into sight.
document.querySelectorAll(":is(.c-tab, .c-chip)[aria-current]").forEach((here) => {
  const strip = here.parentElement;
  const beyond = here.getBoundingClientRect().right - strip.getBoundingClientRect().right;
  if (beyond > 0) strip.scrollLeft += beyond + 24;
});

let pending = 0;
const busy = (change) => {
  pending = Math.max(0, pending + change);
  document.body.classList.toggle("is-busy", pending > 0);
};
document.body.addEventListener("htmx:beforeSend", () => busy(1));
document.body.addEventListener("htmx:afterRequest", () => busy(-1));
