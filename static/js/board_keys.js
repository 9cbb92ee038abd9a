// The board by keyboard: arrows from card to card, M for «Mover a…». Enter is the link's own.
import { cardsIn } from "./board_cards.js";

const open = (column) => column && !column.matches(".c-column--folded") && column.offsetParent !== null;

function beside(column, step) {
  let other = column;
  do {
    other = step > 0 ? other.nextElementSibling : other.previousElementSibling;
  } while (other && !(open(other) && cardsIn(other.querySelector("[data-cards]")).length));
  return other;
}

function goal(card, key) {
  const list = card.parentElement;
  const cards = cardsIn(list);
  const at = cards.indexOf(card);
  if (key === "ArrowDown") return cards[at + 1];
  if (key === "ArrowUp") return cards[at - 1];
  if (key === "Home") return cards[0];
  if (key === "End") return cards.at(-1);
  const column = beside(list.closest("[data-column]"), key === "ArrowRight" ? 1 : -1);
  const others = column ? cardsIn(column.querySelector("[data-cards]")) : [];
  return others[Math.min(at, others.length - 1)];
}

function enter(card) {
  card.querySelector(".c-lead__name").focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const nowhere = (element) => element === document.body || element.matches?.("main");

const KEYS = ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End"];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog:modal, [popover]:popover-open")) return;
  const list = event.target.matches?.("[data-cards]") ? event.target : null;
  const card = event.target.closest?.("[data-board] [data-card]") ?? null;
  if (KEYS.includes(event.key) && (card || list)) {
    const next = card ? goal(card, event.key) : cardsIn(list)[0];
    if (!next) return;
    event.preventDefault();
    enter(next);
  } else if (KEYS.includes(event.key) && nowhere(event.target)) { // the first arrow goes onto the board
    const first = [...document.querySelectorAll("[data-column]")].filter(open)
      .map((column) => cardsIn(column.querySelector("[data-cards]"))[0]).find(Boolean);
    if (!first) return;
    event.preventDefault();
    enter(first);
  } else if (card && event.key.toLowerCase() === "m") {
    event.preventDefault();
    card.querySelector(".c-lead__menu").click();
  }
});
