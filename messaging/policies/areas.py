"""Which time zone an area code or a place tells, where it is not the one of most of its country.

Area codes are those of the numbering plans of ANATEL (Brazil), IFT (Mexico) and Subtel (Chile); in Mexico and Brazil
mobiles have them too, in Chile only landlines do. Colombia, Peru, Argentina and Uruguay have one zone each.
"""

_TIJUANA, _HERMOSILLO, _MAZATLAN = "America/Tijuana", "America/Hermosillo", "America/Mazatlan"
_JUAREZ, _CANCUN, _MATAMOROS = "America/Ciudad_Juarez", "America/Cancun", "America/Matamoros"
_MEXICO = "America/Mexico_City"
_CUIABA, _MANAUS, _RIO_BRANCO = "America/Cuiaba", "America/Manaus", "America/Rio_Branco"
_SAO_PAULO = "America/Sao_Paulo"
_MAGALLANES, _AYSEN, _EASTER = "America/Punta_Arenas", "America/Coyhaique", "Pacific/Easter"


def _each(zone: str, names: str) -> dict[str, str]:
    """The zone for each of several codes, or of several places with commas between."""
    return dict.fromkeys(names.split(", ") if names[0].isalpha() else names.split(), zone)


_BRAZIL_ELSEWHERE = {
    "65": _CUIABA, "66": _CUIABA, "67": "America/Campo_Grande", "68": _RIO_BRANCO, "69": "America/Porto_Velho",
    "92": _MANAUS, "95": "America/Boa_Vista", "97": _MANAUS,
}  # fmt: skip

AREAS: dict[str, dict[str, str]] = {
    "56": {"61": _MAGALLANES, "67": _AYSEN, "39": _EASTER, "3221": _EASTER},
    "52": {
        **_each(_TIJUANA, "646 658 661 664 665 686"),
        **_each(_HERMOSILLO, "622 623 631 632 633 634 637 638 641 642 643 644 645 647 651 653 662"),
        **_each(_MAZATLAN, "612 613 615 624 667 668 669 672 673 687 694 695 696 697 698 311 319 323 324 325"),
        **_each(_CANCUN, "983 984 987 998"),
        "656": _JUAREZ,
        **_each(_MATAMOROS, "867 868 877 878 899"),
        "": _MEXICO,
    },
    "55": {
        **{str(code): _SAO_PAULO for code in range(11, 100) if code % 10 and str(code) not in _BRAZIL_ELSEWHERE},
        **_BRAZIL_ELSEWHERE,
    },
}  # fmt: skip
"""Calling code → area → zone; "" is every other area."""

PLACES: dict[str, dict[str, str]] = {
    "CL": {
        **_each(_MAGALLANES, "punta arenas, puerto natales, natales, porvenir, magallanes"),
        **_each(_AYSEN, "coyhaique, coihaique, puerto aysen, aysen, chile chico, cochrane"),
        **_each(_EASTER, "rapa nui, isla de pascua, hanga roa"),
    },
    "MX": {
        **_each(_TIJUANA, "tijuana, mexicali, ensenada, tecate, rosarito"),
        **_each(_CANCUN, "cancun, playa del carmen, tulum, cozumel, chetumal"),
        **_each(_HERMOSILLO, "hermosillo, nogales, guaymas, ciudad obregon"),
        **_each(_MAZATLAN, "culiacan, mazatlan, los mochis, la paz, los cabos, cabo san lucas, tepic"),
        "ciudad juarez": _JUAREZ,
    },
    "BR": {
        **_each(_MANAUS, "manaus, amazonas"),
        **_each(_CUIABA, "cuiaba, mato grosso"),
        "campo grande": "America/Campo_Grande",
        "porto velho": "America/Porto_Velho",
        "boa vista": "America/Boa_Vista",
        "rio branco": _RIO_BRANCO,
    },
}  # fmt: skip
