// What went wrong with a request, in words (core/page_texts.py): one place for every page. The names of htmx's
// events stand in this file and in frame.js, overlays.js and board.js only.
const texts = JSON.parse(document.getElementById("page-texts").textContent);

const sentence = (status) => texts[status] ?? (status >= 500 ? texts["5xx"] : texts["4xx"]);

// The same click or submit again, while its element is still there.
function retry({ elt, requestConfig }) {
  const cause = requestConfig?.triggeringEvent?.type;
  if (!elt.isConnected || !["click", "submit"].includes(cause)) return undefined;
  return { label: texts.retry, run: () => (cause === "submit" ? elt.requestSubmit?.() : elt.click()) };
}

function tell(text, detail, { again = false } = {}) {
  const id = detail?.xhr?.getResponseHeader?.("X-Request-ID");
  const message = { text, level: "error", reference: id ? texts.reference.replace("{id}", id) : "" };
  if (again) message.action = retry(detail);
  document.body.dispatchEvent(new CustomEvent("toast", { detail: message }));
}

const told = (xhr) => (xhr.getResponseHeader("HX-Trigger") ?? "").includes('"toast"');

document.body.addEventListener("htmx:responseError", ({ detail }) => {
  const { status } = detail.xhr;
  if (!told(detail.xhr)) tell(sentence(status), detail, { again: status >= 500 || status === 429 });
});

document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { status } = detail.xhr;
  const empty = !detail.serverResponse.trim();
  if ((status !== 409 && status !== 422) || !empty) return;
  detail.shouldSwap = false; // an empty answer would erase the element
  if (!told(detail.xhr)) tell(sentence(status), detail);
});

// A form that came back with errors: the summary of them takes the focus, on a page and after a swap.
const readErrors = (root) => root?.querySelector?.("[data-error-summary]")?.focus();
readErrors(document.getElementById("main"));
document.body.addEventListener("htmx:afterSettle", ({ detail }) => readErrors(detail.target));

document.body.addEventListener("htmx:sendError", ({ detail }) => tell(texts.offline, detail, { again: true }));
document.body.addEventListener("htmx:timeout", ({ detail }) => tell(texts.timeout, detail));
