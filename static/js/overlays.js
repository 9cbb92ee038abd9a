// Dialogs and panels sent into #dialog-slot, menus (popovers) and their keys.
// Closing: [data-close], Escape, or the server's "modal:close". A backdrop click does not close: typed text would be lost.
const slot = document.getElementById("dialog-slot");
let opener = null;

function closeAll() {
  for (const dialog of document.querySelectorAll("dialog:modal")) dialog.close();
}

function openIn(target) {
  const dialog = target.querySelector("dialog:not([open])");
  if (!dialog) return;
  opener ??= document.activeElement;
  dialog.showModal();
  const field = "[autofocus], .c-dialog__body :is(input, select, textarea):not([type=hidden], :disabled)";
  (dialog.querySelector("[data-error-summary]") ?? dialog.querySelector(field))?.focus();
}

document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target === slot && !slot.contains(detail.elt)) opener = detail.elt;
});

document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target === slot) openIn(slot);
  if (detail.target?.id === "menu-slot") {
    const menu = detail.target.querySelector("[popover]");
    if (!menu) return;
    menu.opener = detail.requestConfig?.elt;
    menu.showPopover();
  }
});

document.body.addEventListener("modal:close", closeAll);

document.addEventListener("close", (event) => {
  if (!slot.contains(event.target)) return;
  slot.replaceChildren();
  if (opener?.isConnected) opener.focus();
  opener = null;
}, true);

document.addEventListener("click", (event) => {
  event.target.closest("[data-close]")?.closest("dialog")?.close();
  const show = event.target.closest("[data-show]");
  if (show) {
    show.closest("[popover]")?.hidePopover();
    document.querySelector(show.dataset.show)?.showModal();
  }
  if (event.target.closest("[role=menuitem]:not([aria-disabled=true])")) {
    event.target.closest("[popover]")?.hidePopover();
  }
});

// --- menus: beside their button, never out of the window ------------------------------------------------------------
const buttonOf = (menu) => (menu.opener?.isConnected ? menu.opener : null) ?? [...document.querySelectorAll(`[popovertarget="${menu.id}"]`)]
  .find((button) => button.offsetParent !== null);

// Several buttons may share a menu: it opens beside the one that was pressed.
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[popovertarget]");
  const menu = button && document.getElementById(button.getAttribute("popovertarget"));
  if (menu) menu.opener = button;
}, true);

function put(menu) {
  const box = buttonOf(menu)?.getBoundingClientRect();
  if (!box) return;
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + 4;
  const top = below + height > innerHeight - 8 ? Math.max(8, box.top - height - 4) : below;
  const left = Math.min(Math.max(8, box.left), innerWidth - width - 8);
  menu.style.top = `${top}px`;
  menu.style.left = `${left}px`;
}

document.addEventListener("beforetoggle", (event) => {
  if (!event.target.matches?.("[popover]")) return;
  const opening = event.newState === "open";
  buttonOf(event.target)?.setAttribute("aria-expanded", opening);
  if (opening) requestAnimationFrame(() => put(event.target));
}, true);

document.addEventListener("toggle", (event) => {
  if (event.newState !== "open" || !event.target.matches?.("[popover]")) return;
  put(event.target);
  if (event.target.matches("[role=menu]")) items(event.target)[0]?.focus();
}, true);

const items = (menu) => [...menu.querySelectorAll("[role^=menuitem]")].filter((item) => item.offsetParent !== null);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[popover][role=menu]");
  if (!menu) return;
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const to = {
    ArrowDown: all[(at + 1) % all.length],
    ArrowUp: all[(at - 1 + all.length) % all.length],
    Home: all[0],
    End: all[all.length - 1],
  }[event.key] ?? (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== " "
    ? [...all.slice(at + 1), ...all].find((item) => item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()))
    : null);
  if (event.key === "Tab") menu.hidePopover();
  if (!to) return;
  event.preventDefault();
  event.stopPropagation(); // letters typed in a menu are not the page's shortcuts
  to.focus();
});
