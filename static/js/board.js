// Moving cards: optimistic by pointer, and the same POST by menu and dialog. The answer is the card as stored; when
// there is none, the card goes back by the truth it still carries.
import { cardsIn, listOf, news, recount, say, settle, show, stageName } from "./board_cards.js";

const rules = JSON.parse(document.getElementById("board-rules")?.textContent ?? "{}");
const NOT_FOUND = 404;
const ANSWERED = [200, 409, 422]; // these bring the truth with them, or a dialog that asks

const nameOf = (card) => card.dataset.name;

// --- the request ---------------------------------------------------------------------------------------------------
function post(card, stage) {
  const near = (element) => (element?.matches?.("[data-card]") ? element.dataset.card : "");
  const values = {
    stage,
    shown: card.dataset.stage,
    version: card.dataset.version,
    before: near(card.nextElementSibling),
    after: near(card.previousElementSibling),
  };
  htmx.ajax("POST", card.dataset.move, { source: card, target: card, swap: "outerHTML", values })
    .catch(() => {}); // a dropped connection is told by errors.js and undone below
}

function giveUp(card, status) {
  if (status === NOT_FOUND) {
    say("gone", { name: nameOf(card) });
    card.remove();
  } else {
    settle(card);
    say("back", { name: nameOf(card), stage: stageName(card.dataset.stage) });
  }
  recount();
}

document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  const card = detail.elt?.matches?.("[data-card]") ? detail.elt : null;
  if (card?.isConnected && !ANSWERED.includes(detail.xhr?.status)) giveUp(card, detail.xhr?.status);
});

// A dialog that asked and was closed without an answer: what it asked about never happened.
document.addEventListener("close", (event) => {
  if (!event.target.matches?.("dialog")) return; // overlays.js may have taken it out of the page already
  for (const card of document.querySelectorAll("[data-board] [data-card]")) {
    const column = card.closest("[data-column]");
    if (column?.dataset.column !== card.dataset.stage && !card.matches(".htmx-request")) giveUp(card);
  }
}, true);

// --- what comes back -----------------------------------------------------------------------------------------------
function arrive(card) {
  settle(card);
  if (!card.isConnected) return;
  const list = card.parentElement;
  say("moved", { name: nameOf(card), stage: stageName(card.dataset.stage), place: cardsIn(list).indexOf(card) + 1 });
}

let answered = ""; // the lead whose answer is being swapped in

document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  answered = detail.requestConfig?.verb === "post" ? detail.pathInfo?.requestPath ?? "" : "";
});

htmx.onLoad((root) => {
  for (const list of root.querySelectorAll?.("[data-cards]:not([data-ready]), [data-drop-stage]:not([data-ready])") ?? []) {
    makeSortable(list);
  }
  if (root.matches?.("[data-card]")) {
    const own = answered && answered.startsWith(root.dataset.move);
    if (own) {
      arrive(root);
      show(root);
    } else if (news.delete(root.dataset.card)) {
      settle(root);
      show(root);
    } else {
      settle(root);
    }
  }
  recount();
});

document.body.addEventListener("htmx:afterSettle", recount);

// --- the pointer ---------------------------------------------------------------------------------------------------
function dropped({ item: card, from, to, oldDraggableIndex, newDraggableIndex }) {
  document.body.classList.remove("is-dragging");
  for (const column of document.querySelectorAll(".is-refused, .is-over")) column.classList.remove("is-refused", "is-over");
  if (from === to && oldDraggableIndex === newDraggableIndex) return;
  const zone = to.dataset.dropStage;
  if (zone) listOf(zone).prepend(card);
  const stage = zone ?? to.dataset.cards;
  if (stage === card.dataset.stage && zone) settle(card);
  else post(card, stage);
  recount();
}

function lifted({ item: card }) {
  document.body.classList.add("is-dragging");
  const allowed = rules[card.dataset.stage] ?? [];
  for (const column of document.querySelectorAll("[data-column]")) {
    const stage = column.dataset.column;
    column.classList.toggle("is-refused", stage !== card.dataset.stage && !allowed.includes(stage));
  }
}

function hovered({ to }) {
  for (const place of document.querySelectorAll(".is-over")) place.classList.remove("is-over");
  (to.closest("[data-column]") ?? to).classList.add("is-over");
}

function makeSortable(list) {
  list.dataset.ready = "";
  Sortable.create(list, {
    group: "board",
    draggable: "[data-card]",
    filter: ".htmx-request",
    preventOnFilter: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    delay: 200,
    delayOnTouchOnly: true,
    touchStartThreshold: 5,
    forceFallback: true, // the browser's own dragging would carry the link away, not the card
    fallbackOnBody: true,
    fallbackTolerance: 4,
    scrollSensitivity: 60,
    onStart: lifted,
    onChange: hovered,
    onEnd: dropped,
  });
}
