// A public form: the system's theme, and inside a frame its height, told to the site around it (capture_embed.js).
const night = matchMedia("(prefers-color-scheme: dark)");
const paint = () => {
  document.documentElement.dataset.bsTheme = night.matches ? "dark" : "light";
};
paint();
night.addEventListener("change", paint);

if (window.parent !== window) {
  document.documentElement.dataset.framed = "";
  const tell = () => {
    window.parent.postMessage({ corredorForm: location.pathname, height: document.body.scrollHeight }, "*");
  };
  new ResizeObserver(tell).observe(document.body);
  tell();
}

document.addEventListener("submit", ({ target }) => {
  target.querySelector("button").disabled = true; // a second click sends nothing twice
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form button")) button.disabled = false;
});
