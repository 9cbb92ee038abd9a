"""static/vendor is what the lock says: every file there, hashed, and nothing else."""

import shutil
from pathlib import Path

import vendor


def test_vendored_files_match_their_hashes() -> None:
    assert vendor.problems() == []


def test_a_changed_a_missing_and_a_foreign_file_are_each_named(tmp_path: Path) -> None:
    copy = tmp_path / "vendor"
    shutil.copytree(vendor.VENDOR, copy)
    with (copy / "htmx.min.js").open("a", encoding="utf-8") as script:
        script.write("//")
    (copy / "sortable.min.js").unlink()
    (copy / "foreign.js").touch()

    assert vendor.problems(copy) == [
        "foreign.js is not in MANIFEST.json",
        "sortable.min.js is missing",
        "htmx.min.js differs from its hash",
    ]


def test_the_lock_names_no_registry() -> None:
    assert "resolved" not in (vendor.ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_vendored_scripts_and_styles_name_no_source_map() -> None:
    for path in vendor.VENDOR.glob("*.*s"):
        assert b"sourceMappingURL" not in path.read_bytes(), path.name
