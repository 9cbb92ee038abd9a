def lint(words: list[str]) -> int:
    return 0
