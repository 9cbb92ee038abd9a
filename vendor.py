"""Copy the front-end packages named in package.json into static/vendor, or check the copies.

    python vendor.py           needs Node and npm; run it after changing package.json or its lock
    python vendor.py --check   needs neither: hashes what is committed and compares with MANIFEST.json

Two runs over the same lock give the same bytes. Users and CI never run the first form.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENDOR = ROOT / "static" / "vendor"
MANIFEST = "MANIFEST.json"
SPRITE = "icons.svg"
ICON_PACKAGE = "@tabler/icons"
# ManifestStaticFilesStorage fails on a source map that is named but not there.
SOURCE_MAP = re.compile(rb"\s*(?://|/\*)[#@] sourceMappingURL=[^\n]*?(?:\*/)?\s*$")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def install(target: Path) -> Path:
    """Install exactly what the lock says into `target`, running no package scripts; return its node_modules."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("vendor.py needs Node and npm to renew static/vendor (only --check works without).")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, target / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=target, check=True)
    return target / "node_modules"


def package_of(source: str) -> str:
    """Return the npm package a path inside node_modules belongs to."""
    return "/".join(source.split("/")[: 2 if source.startswith("@") else 1])


def sprite(folder: Path, names: list[str]) -> str:
    """Return one SVG whose symbols are the named outline icons, drawn with currentColor."""
    symbols = []
    for name in names:
        svg = (folder / f"{name}.svg").read_text(encoding="utf-8")
        body = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
        if body is None:
            sys.exit(f"{name}.svg holds no drawing")
        shapes = [line.strip() for line in body[1].splitlines() if line.strip() and 'stroke="none"' not in line]
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def build() -> None:
    """Write static/vendor anew from the lock."""
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    wanted: dict[str, Any] = package["vendor"]
    with tempfile.TemporaryDirectory() as scratch:
        modules = install(Path(scratch))
        shutil.rmtree(VENDOR, ignore_errors=True)
        VENDOR.mkdir(parents=True)
        origin = {SPRITE: ICON_PACKAGE}
        icons = sprite(modules / ICON_PACKAGE / "icons" / "outline", wanted["icons"])
        (VENDOR / SPRITE).write_text(icons, encoding="utf-8")
        for source, name in wanted["files"].items():
            content = (modules / source).read_bytes()
            if name.endswith((".js", ".css")):
                content = SOURCE_MAP.sub(b"", content) + b"\n"
            (VENDOR / name).write_bytes(content)
            origin[name] = package_of(source)
        write_manifest(modules, origin)


def write_manifest(modules: Path, origin: dict[str, str]) -> None:
    """Record for each file its package, version, licence and hash."""
    entries = {}
    for name, package in sorted(origin.items()):
        about = json.loads((modules / package / "package.json").read_text(encoding="utf-8"))
        entries[name] = {
            "package": package,
            "version": about["version"],
            "licence": about["license"],
            "sha256": digest(VENDOR / name),
        }
    text = json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
    (VENDOR / MANIFEST).write_text(text, encoding="utf-8")


def problems(folder: Path = VENDOR) -> list[str]:
    """Return a sentence for each file that is missing, changed, or not in the manifest of `folder`."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    present = {path.name for path in folder.iterdir()} - {MANIFEST}
    found = [f"{name} is not in {MANIFEST}" for name in sorted(present - manifest.keys())]
    found += [f"{name} is missing" for name in sorted(manifest.keys() - present)]
    for name in sorted(present & manifest.keys()):
        if digest(folder / name) != manifest[name]["sha256"]:
            found.append(f"{name} differs from its hash")
    return found


def main() -> None:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare the committed files with the manifest")
    if not parser.parse_args().check:
        build()
    found = problems()
    if found:
        sys.exit("static/vendor: " + "; ".join(found))
    sys.stdout.write("static/vendor matches its manifest\n")


if __name__ == "__main__":
    main()
