// Toasts: an event "toast" on any element with {text, level, undo_url} or a list of them (core.htmx.toast sends it
// as HX-Trigger), and those the server put into the page. Eight seconds, longer while looked at; errors stay.
const LIFE = 8000;
const MOST = 4;
const LOOKS = {
  success: ["circle-check", "good"],
  info: ["info-circle", "info"],
  warning: ["alert-triangle", "warn"],
  error: ["alert-circle", "bad"],
};
const pattern = document.getElementById("toast-template");

// A modal dialog makes the rest of the page inert: toasts then go into the dialog.
const place = () => {
  const open = [...document.querySelectorAll("dialog:modal [data-toasts]")].pop();
  return open ?? document.getElementById("toasts");
};

function build({ text, level = "info", undo_url: undoUrl, reference, action }) {
  const toast = pattern.content.firstElementChild.cloneNode(true);
  const [icon, tone] = LOOKS[level] ?? LOOKS.info;
  toast.className = `c-toast c-toast--${tone}`;
  toast.dataset.toast = level;
  if (level === "error") toast.setAttribute("role", "alert");
  const use = toast.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
  toast.querySelector("[data-text]").textContent = text;
  if (reference) {
    const line = document.createElement("span");
    line.className = "c-toast__ref";
    line.textContent = reference;
    toast.querySelector(".c-toast__text").append(line);
  }
  const button = toast.querySelector("[data-action]");
  if (undoUrl) {
    button.setAttribute("hx-post", undoUrl);
  } else if (action) {
    button.removeAttribute("hx-post");
    button.textContent = action.label;
    button.addEventListener("click", () => action.run());
  } else {
    button.remove();
  }
  return toast;
}

function tend(toast) {
  if (toast.dataset.ready) return;
  toast.dataset.ready = "";
  toast.querySelector("[data-dismiss]").addEventListener("click", () => toast.remove());
  // After the click has been heard by htmx, the offer is used up. The toast stays in the page, unseen, until the answer
  // is in: events of an answer are told on the button, and on a detached one nobody hears them.
  toast.querySelector("[data-action]")?.addEventListener("click", ({ currentTarget: button }) => setTimeout(() => {
    button.removeAttribute("data-action");
    toast.hidden = true;
    setTimeout(() => toast.remove(), 4 * LIFE);
  }));
  if (toast.dataset.toast === "error") return;
  let timer;
  const start = () => {
    timer = setTimeout(() => toast.hidden || toast.remove(), LIFE);
  };
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

function show(message) {
  const host = place();
  const toast = build(message);
  host.append(toast);
  while (host.children.length > MOST) host.firstElementChild.remove();
  tend(toast);
  htmx.process(toast);
}

document.body.addEventListener("toast", (event) => {
  const detail = event.detail?.value ?? event.detail;
  for (const message of Array.isArray(detail) ? detail : [detail]) show(message);
});

// A dialog that closes hands its toasts to the page.
document.addEventListener("close", (event) => {
  const left = event.target.querySelectorAll?.("[data-toasts] > [data-toast]") ?? [];
  document.getElementById("toasts").append(...left);
}, true);

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const last = [...document.querySelectorAll("[data-toast] [data-action][hx-post]")].pop();
  if (!last) return;
  event.preventDefault();
  last.click();
});

document.querySelectorAll("[data-toast]").forEach(tend);
