"""What is measured: each module is a goal of `./corredor bench`, and shows a table to read and the same as JSON."""

import json

from django.core.management import call_command


def collect():
    """The static files that pages name: a fresh checkout has none. After django.setup()."""
    call_command("collectstatic", interactive=False, verbosity=0)


def show(rows):
    """Print rows, dictionaries with the same keys, as a table and as one line of JSON."""
    lines = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        print("  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip())
    print(json.dumps(rows, ensure_ascii=False))
