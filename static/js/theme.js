// Runs before the first paint: resolves the "auto" theme and unfolds or folds the rail as it was left.
(() => {
  const root = document.documentElement;
  const night = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = night.matches ? "dark" : "light";
  };
  paint();
  night.addEventListener("change", paint);
  try {
    if (localStorage.getItem("rail") === "narrow") root.dataset.rail = "narrow";
  } catch {
    // storage may be forbidden; the rail then starts wide
  }
})();
