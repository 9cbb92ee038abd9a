"""`./corredor torture [--minutes N] [--messages N] [--seed N] [--naive] [--redis-away SECONDS]`: the long form, with its table."""

import argparse
import secrets
import sys

import django

PER_MINUTE = {"messages": 600, "kills": 40, "freezes": 6, "crashes": 0.5}
SHORT = {"messages": 3000, "kills": 100, "freezes": 10, "crashes": 2}
CONTROL = {"messages": 150, "kills": 10, "freezes": 2, "crashes": 1, "refusals": 0}


def arguments(words):
    parser = argparse.ArgumentParser(prog="./corredor torture", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--short", action="store_true", help="what CI runs")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument(
        "--redis-away", type=int, metavar="SECONDS", help="instead: Redis frozen, then gone, for so long"
    )
    parser.add_argument("--naive", action="store_true", help="the control, which must double")
    return parser.parse_args(words)


def show(told):
    for name, count in sorted(told.items()):
        print(f"{name:24}{count:8}")


def main(words):
    """0 when nothing was lost, doubled or begun when it was forbidden (for the control: when something was doubled)."""
    options = arguments(words)
    django.setup()
    from tests.torture import outage
    from tests.torture.run import Plan, torture
    from tests.torture.verdict import MUST_BE_ZERO

    if options.redis_away:
        told = outage.outage(options.redis_away)
        show(told)
        return 1 if any(told[name] for name in outage.MUST_BE_ZERO) else 0
    long = {name: max(1, round(count * options.minutes)) for name, count in PER_MINUTE.items()}
    amounts = SHORT if options.short else long
    amounts = CONTROL if options.short and options.naive else amounts
    minutes = None if options.short else options.minutes
    plan = Plan(**amounts, seed=options.seed, naive=options.naive, minutes=minutes)
    print(plan, flush=True)
    told = torture(plan)
    show(told)
    if options.naive:
        return 0 if told["doubled"] else 1
    return 1 if any(told[name] for name in MUST_BE_ZERO) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
