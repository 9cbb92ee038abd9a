// Before the first paint of Django admin: the person's theme, which a template cannot put on <html> there.
(() => {
  const root = document.documentElement;
  const chosen = document.querySelector('meta[name="corredor-theme"]').content;
  const night = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const dark = chosen === "dark" || (chosen === "auto" && night.matches);
    root.dataset.theme = chosen;
    root.dataset.bsTheme = dark ? "dark" : "light";
  };
  paint();
  night.addEventListener("change", paint);
})();
