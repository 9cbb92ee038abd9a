// The simulated phone stays at its latest message.
const toEnd = () => {
  const screen = document.querySelector("#phone-screen");
  if (screen) screen.scrollTop = screen.scrollHeight;
};

document.body.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id === "phone" || target.id === "phone-screen") toEnd();
});
toEnd();
