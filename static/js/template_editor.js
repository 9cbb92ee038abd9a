// A button [data-insert] writes its variable where the cursor last stood: in the text, the subject or the HTML.
const places = ["body", "subject", "html"];
let field = document.querySelector('#template-form [name="body"]');

document.addEventListener("focusin", (event) => {
  if (places.includes(event.target.name)) field = event.target;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button || !field) return;
  field.focus();
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
