// Single letters for what a page offers: [data-key="c"] is clicked, [data-focus="#x"] gives its field the cursor.
const writing = (element) => element.closest?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || writing(event.target)) return;
  if (document.querySelector("dialog:modal") || event.target.closest?.("[popover]")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});

document.addEventListener("click", (event) => {
  const selector = event.target.closest("[data-focus]")?.dataset.focus;
  if (!selector) return;
  const field = document.querySelector(selector);
  field?.scrollIntoView({ block: "center" });
  field?.focus({ preventScroll: true });
});
