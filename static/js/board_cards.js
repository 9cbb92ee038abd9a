// Cards and their places. The server's truth about a card is on it: data-stage, data-rank, data-version. Whatever went
// wrong or changed elsewhere, `settle` puts a card where these say it belongs.
const says = JSON.parse(document.getElementById("board-says")?.textContent ?? "{}");

// Leads whose cards were fetched because they changed elsewhere.
export const news = new Set();

export const cardsIn = (list) => [...list.querySelectorAll(":scope > [data-card]:not(.sortable-fallback)")];
export const listOf = (stage) => document.querySelector(`[data-cards="${stage}"]`);
export const stageName = (stage) => document.getElementById(`name-${stage}`)?.textContent ?? stage;

const inOrder = (above, below) => !above?.matches?.("[data-card]") || !below?.matches?.("[data-card]")
  || above.dataset.rank <= below.dataset.rank;

const lies = (card, list) => card.parentElement === list
  && inOrder(card.previousElementSibling, card) && inOrder(card, card.nextElementSibling);

// Put a card where its own data say. Beyond the cards at hand it leaves the page: scrolling brings it back.
export function settle(card) {
  for (const twin of document.querySelectorAll(`[data-card="${card.dataset.card}"]`)) {
    if (twin !== card && !twin.matches(".sortable-fallback")) twin.remove();
  }
  const list = listOf(card.dataset.stage);
  if (!list || lies(card, list)) return;
  const focused = card.contains(document.activeElement) ? document.activeElement : null;
  const more = list.querySelector(":scope > [data-more]");
  const next = cardsIn(list).find((other) => other !== card && other.dataset.rank > card.dataset.rank);
  if (!next && more) {
    card.remove();
    return;
  }
  list.insertBefore(card, next ?? list.querySelector(".c-column__empty"));
  focused?.focus();
}

// "12 / 340": how many of a column's leads are on the page. The page knows that better than the server.
export function recount() {
  for (const list of document.querySelectorAll("[data-cards]")) {
    const shown = list.closest("[data-column]").querySelector("[data-shown]");
    if (shown) shown.textContent = cardsIn(list).length.toLocaleString(document.documentElement.lang);
  }
}

export function say(key, values) {
  const text = (says[key] ?? "").replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
  document.getElementById("live").textContent = text;
  return text;
}

// The mark of a card that has just changed, and the keyboard's place kept on it.
export function show(card) {
  card.classList.add("is-moved");
  card.addEventListener("animationend", () => card.classList.remove("is-moved"), { once: true });
}
