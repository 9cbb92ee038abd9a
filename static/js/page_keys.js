// Single letters for what a page offers: [data-key="c"] is clicked, [data-focus="#x"] gives its field the cursor.
// One after another: a key waits until what the one before it set in motion stands on the page. Only then does it mean what is to be
// seen, and only then does htmx listen there. What follows a key that opens a field is written into it.
const writing = (element) => element?.closest?.("input, textarea, select, [contenteditable]");
const wanted = (key) => document.querySelector(`[data-key="${CSS.escape(key.toLowerCase())}"]`);
const waiting = [];
let request = null; // what the last key asked the server for

const moving = () => request || document.querySelector(".htmx-settling");

function press(key) {
  const begun = ({ detail: { xhr } }) => {
    request = xhr;
    // Not htmx:afterRequest, which nobody hears when news replaced the clicked line meanwhile. The answer stands there by now.
    xhr.addEventListener("loadend", () => {
      request = null;
      if (xhr.status < 200 || xhr.status >= 400) waiting.length = 0; // the page is not what the next key was meant for
      goOn();
    });
  };
  const target = wanted(key);
  if (!target) return;
  htmx.process(target); // of two lists that come at once, the first to settle takes the mark of the other away
  document.addEventListener("htmx:beforeSend", begun);
  target.click();
  document.removeEventListener("htmx:beforeSend", begun);
}

function goOn() {
  if (document.querySelector("dialog:modal")) waiting.length = 0;
  while (waiting.length && !moving()) {
    const key = waiting.shift();
    if (writing(document.activeElement)) document.execCommand("insertText", false, key);
    else press(key);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || writing(event.target)) return;
  if (document.querySelector("dialog:modal") || event.target.closest?.("[popover]")) return;
  const later = moving();
  if (!later && !wanted(event.key)) return;
  event.preventDefault();
  if (later) waiting.push(event.key);
  else press(event.key);
});

document.addEventListener("htmx:afterSettle", goOn);

document.addEventListener("click", (event) => {
  const selector = event.target.closest("[data-focus]")?.dataset.focus;
  if (!selector) return;
  const field = document.querySelector(selector);
  field?.scrollIntoView({ block: "center" });
  field?.focus({ preventScroll: true });
});
