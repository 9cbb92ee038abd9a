"""What axe says about the pages. `axe(page)` fails on serious and critical findings, `both_themes(page)` in both themes.

A page shares most of itself with the others: what has passed once is not looked at again by the same worker. Structure is
remembered by markup, for each part of a page (the sidebar, `main`, a dialog …) and width of the window; colours for each kind
of text: what is written alike on the same grounds.
"""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
COLOURS = ["color-contrast", "link-in-text-block"]  # all that a theme can change

# Fades are waited for, but not what turns for ever, or stands still with motion switched off.
_SETTLED = """
const settled = () => Promise.race([
  new Promise(requestAnimationFrame).then(
    () => Promise.all(document.getAnimations()
      .filter((one) => one.playState === "running" && one.effect?.getComputedTiming().endTime < 1000)
      .map((one) => one.finished.catch(() => {})))),
  new Promise((done) => setTimeout(done, 1000)),
]);
const root = document.documentElement;
const paint = (theme) => Object.assign(root.dataset, theme === "" ? {} : { theme, bsTheme: theme });
"""

# The names of what is there to be looked at: `parts`, and `kinds` for each theme. `window.toLookAt` has the elements.
_FIND = (
    """
async ({ themes, structure }) => {
"""
    + _SETTLED
    + """
  const was = { ...root.dataset };
  const name = (text) => {
    let [a, b] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
    return (a >>> 0).toString(36) + (b >>> 0).toString(36);
  };
  const kinds = () => {
    const grounds = new Map([[null, ""]]);
    const ground = (element) => {
      if (!grounds.has(element)) {
        const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(element);
        const own = [backgroundColor, backgroundImage, opacity, position].join();
        const through = own === "rgba(0, 0, 0, 0),none,1,static" || own === "rgba(0, 0, 0, 0),none,1,relative";
        grounds.set(element, ground(element.parentElement) + (through ? "" : `/${own}`));
      }
      return grounds.get(element);
    };
    const written = (element) => element.matches("input, select, textarea")
      || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const found = new Map();
    for (const element of document.querySelectorAll("body, body *")) {
      if (!written(element) || !element.checkVisibility({ visibilityProperty: true })) continue;
      const { color, fontSize, fontWeight, textDecorationLine, textShadow } = getComputedStyle(element);
      const around = element.tagName === "A" ? getComputedStyle(element.parentElement).color : "";
      const kind = [element.tagName, element.className, color, fontSize, fontWeight, textDecorationLine, textShadow, around];
      found.set(name(kind.join() + ground(element)), element);
    }
    return found;
  };
  const parts = () => {
    const varying = /value="\\w{64}"|[0-9a-f]{8}-[0-9a-f-]{27}/g; // tokens against forgery, public ids
    const found = new Map();
    const add = (element, markup) =>
      found.set(name([innerWidth, document.body.className, markup].join().replace(varying, "")), element);
    add(null, root.lang + document.head.innerHTML);
    for (const element of document.body.children) {
      if (element.matches("script")) continue;
      for (const part of element.matches(".c-app") ? element.children : [element]) add(part, part.outerHTML);
    }
    return found;
  };
  window.toLookAt = { was, kinds: {}, parts: new Map() };
  for (const theme of themes) {
    paint(theme);
    await settled();
    window.toLookAt.kinds[theme] = kinds();
  }
  if (themes.length > 1) Object.assign(root.dataset, was);
  if (structure) window.toLookAt.parts = parts();
  const names = Object.entries(window.toLookAt.kinds).map(([theme, found]) => [theme, [...found.keys()]]);
  return { kinds: Object.fromEntries(names), parts: [...window.toLookAt.parts.keys()], axe: "axe" in window };
}
"""
)

_LOOK = (
    """
async ({ colours, kinds, parts }) => {
"""
    + _SETTLED
    + """
  const { was, ...known } = window.toLookAt;
  const there = [...known.parts.values(), ...Object.entries(kinds).flatMap(([theme, names]) =>
    names.map((name) => known.kinds[theme].get(name)))];
  const replaced = () => there.some((element) => element && !element.isConnected);
  if (replaced()) return null;
  const heeded = ({ impact, tags, id }) => ["serious", "critical"].includes(impact) && !colours.includes(id)
    && tags.some((tag) => ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"].includes(tag))
    && !tags.some((tag) => ["experimental", "deprecated"].includes(tag));
  const run = (context, values) =>
    axe.run(context, { runOnly: { type: "rule", values }, resultTypes: ["violations"], preload: false });
  const several = Object.keys(kinds).length > 1;
  const everything = async () => {
    const found = [];
    if (parts.length) {
      const exclude = [...known.parts].filter(([name, element]) => element && !parts.includes(name)).map(([, element]) => element);
      found.push(await run({ include: [root], exclude }, axe._audit.rules.filter(heeded).map(({ id }) => id)));
    }
    for (const [theme, names] of Object.entries(kinds)) {
      if (!names.length) continue;
      if (several) paint(theme);
      await settled();
      found.push(await run({ include: names.map((name) => known.kinds[theme].get(name)) }, colours));
    }
    return found;
  };
  let found = null;
  try {
    found = await everything();
  } catch (error) {
    if (!replaced()) throw error; // axe refuses what has gone
  }
  if (several) Object.assign(root.dataset, was);
  if (found === null || replaced()) return null;
  return found.flatMap(({ violations }) => violations).flatMap(({ id, impact, nodes }) =>
    nodes.slice(0, 5).map(({ target, failureSummary }) => `${id} (${impact}): ${target} ${failureSummary}`));
}
"""
)


def settled(page):
    """Nothing is being replaced, and htmx has taken hold of what came: a person is slower than that, a test is not."""
    page.wait_for_load_state()
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


@pytest.fixture(scope="session")
def passed():
    """The names of what axe found nothing in."""
    return set()


@pytest.fixture
def look(passed):
    """`look(page, themes, structure=True)`: at the colours in each theme ("" is the one the page has), then all the rest."""

    def at(page, themes, *, structure):
        for _ in range(5):  # what is replaced while axe is on its way is looked for anew
            found = page.evaluate(_FIND, {"themes": themes, "structure": structure})
            kinds = {theme: [name for name in names if name not in passed] for theme, names in found["kinds"].items()}
            parts = [name for name in found["parts"] if name not in passed]
            new = [*parts, *(name for names in kinds.values() for name in names)]
            if not new:
                return
            if not found["axe"]:
                page.evaluate(AXE.read_text())
            grave = page.evaluate(_LOOK, {"colours": COLOURS, "kinds": kinds, "parts": parts})
            if grave is not None:
                break
        assert grave is not None, "the page does not stand still"
        assert not grave, "\n".join(grave)
        passed.update(new)

    return at


@pytest.fixture
def axe(look):
    """`axe(page)` in the theme the page has; `axe(page, theme="dark")` goes over to a theme and looks at its colours."""

    def check(page, *, theme=None):
        look(page, [theme or ""], structure=theme is None)

    return check


@pytest.fixture
def both_themes(look):
    """`both_themes(page)`: everything in the light, the colours again in the dark; the page stays as it was."""

    def check(page):
        assert page.evaluate("document.documentElement.dataset.theme") != "dark", "begin in the light"
        look(page, ["light", "dark"], structure=True)

    return check
