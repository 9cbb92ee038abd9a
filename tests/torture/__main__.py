"""`./corredor torture [--minutes N] [--seed N] [--naive | --short] [--redis-away SECONDS]`: the long form, with its table.

The short form, which CI runs, begins with the control: if that doubled nothing, the rest would prove nothing.
"""

import argparse
import secrets
import sys

import django

PER_MINUTE = {"messages": 600, "kills": 40, "freezes": 6, "crashes": 0.5}
SHORT = {"messages": 3000, "kills": 100, "freezes": 10, "crashes": 2}
CONTROL = {"messages": 150, "kills": 10, "freezes": 2, "crashes": 1, "refusals": 0, "naive": True}


def arguments(words):
    parser = argparse.ArgumentParser(prog="./corredor torture", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument(
        "--redis-away", type=int, metavar="SECONDS", help="instead: Redis frozen, then gone, for so long"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--naive", action="store_true", help="the control, which must double")
    form.add_argument("--short", action="store_true", help="what CI runs: a small control, then as fast as it goes")
    return parser.parse_args(words)


def show(told, prefix=""):
    for name, count in sorted(told.items()):
        print(f"{prefix + name:32}{count:8}", flush=True)


def main(words):
    """0 when nothing was lost, doubled or begun when it was forbidden, and the control doubled something."""
    options = arguments(words)
    django.setup()
    from tests.torture import outage

    if options.redis_away:
        told = outage.outage(options.redis_away)
        show(told)
        return 1 if any(told[name] for name in outage.MUST_BE_ZERO) else 0
    if options.short:
        doubled = proves(CONTROL | {"seed": options.seed}, prefix="control_")
        return 0 if proves(SHORT | {"seed": options.seed}) and doubled else 1
    amounts = {name: max(1, round(count * options.minutes)) for name, count in PER_MINUTE.items()}
    return 0 if proves(amounts | {"seed": options.seed, "minutes": options.minutes, "naive": options.naive}) else 1


def proves(amounts, prefix=""):
    """Carry one plan out, print its table, and say whether it came out as it must: a naive one doubles."""
    from tests.torture.run import Plan, torture
    from tests.torture.verdict import MUST_BE_ZERO

    plan = Plan(**amounts)
    print(plan, flush=True)
    told = torture(plan)
    show(told, prefix)
    return told["doubled"] > 0 if plan.naive else not any(told[name] for name in MUST_BE_ZERO)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
