// A list of colleagues that opens at an @ in a [data-mentions] textarea (its value: id of a json_script with name, email
// and sees). Arrow keys choose, Enter or Tab takes, Escape closes. Without it a name typed in full does the same.
const TYPED = /(?:^|[^\w@.])@([\p{L}\d._-]*(?: [\p{L}\d._-]*)?)$/u;
const MOST = 6;
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const listOf = (field) => field.closest(".c-mentionable").querySelector("[role=listbox]");

function wanted(field) {
  if (field.selectionStart !== field.selectionEnd) return null;
  return TYPED.exec(field.value.slice(0, field.selectionStart))?.[1] ?? null;
}

function found(field, typed) {
  const people = JSON.parse(document.getElementById(field.dataset.mentions).textContent);
  const start = fold(typed);
  const fits = ({ name, email }) => fold(name).startsWith(start) || fold(name).split(" ").some((word) => word.startsWith(start))
    || email.startsWith(start);
  return people.filter(fits).sort((one, other) => other.sees - one.sees).slice(0, MOST);
}

function close(field) {
  const list = listOf(field);
  list.hidden = true;
  list.replaceChildren();
  field.removeAttribute("aria-activedescendant");
}

function choose(field, option) {
  for (const each of listOf(field).children) each.setAttribute("aria-selected", String(each === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
}

function draw(field) {
  const typed = wanted(field);
  const people = typed === null ? [] : found(field, typed);
  if (!people.length) return close(field);
  const list = listOf(field);
  list.replaceChildren(...people.map(({ name, email, sees }, index) => {
    const option = document.createElement("li");
    option.className = "c-menu__item";
    option.id = `${list.id}-${index}`;
    option.setAttribute("role", "option");
    option.dataset.name = name;
    if (!sees) option.setAttribute("aria-disabled", "true");
    const more = document.createElement("small");
    more.textContent = sees ? email : field.dataset.unseen;
    option.append(name, more);
    return option;
  }));
  list.hidden = false;
  choose(field, list.querySelector(":not([aria-disabled])"));
}

function take(field, option) {
  if (!option || option.getAttribute("aria-disabled")) return;
  const end = field.selectionStart;
  const start = field.value.lastIndexOf("@", end - 1);
  field.setRangeText(`@${option.dataset.name} `, start, end, "end");
  close(field);
  field.focus();
}

function step(field, by) {
  const open = [...listOf(field).querySelectorAll(":scope > :not([aria-disabled])")];
  const at = open.findIndex((each) => each.getAttribute("aria-selected") === "true");
  choose(field, open[(at + by + open.length) % open.length]);
}

const fieldOf = (target) => target.closest?.("[data-mentions]");

document.addEventListener("input", ({ target }) => fieldOf(target) && draw(target));
document.addEventListener("focusout", ({ target }) => fieldOf(target) && close(target));
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".c-mentions [role=option]");
  if (!option) return;
  event.preventDefault(); // the field keeps the cursor
  take(option.closest(".c-mentionable").querySelector("[data-mentions]"), option);
});
document.addEventListener("keydown", (event) => {
  const field = fieldOf(event.target);
  if (!field || listOf(field).hidden) return;
  const acts = {
    ArrowDown: () => step(field, 1),
    ArrowUp: () => step(field, -1),
    Enter: () => take(field, listOf(field).querySelector("[aria-selected=true]")),
    Tab: () => take(field, listOf(field).querySelector("[aria-selected=true]")),
    Escape: () => close(field),
  };
  if (!acts[event.key] || !listOf(field).querySelector("[aria-selected=true]") && event.key !== "Escape") return;
  event.preventDefault();
  acts[event.key]();
});
