import pytest

from core import crypto


def test_a_seal_opens_where_it_belongs_and_nowhere_else():
    sealed = crypto.seal(b"850000", bound_to="1|t|c|7")
    assert crypto.unseal(sealed, bound_to="1|t|c|7") == b"850000"
    for elsewhere in ("2|t|c|7", "1|t|c|8"):
        with pytest.raises(crypto.Unreadable):
            crypto.unseal(sealed, bound_to=elsewhere)


def test_two_seals_of_the_same_value_differ():
    assert crypto.seal(b"x", bound_to="a") != crypto.seal(b"x", bound_to="a")


def test_damaged_bytes_and_unknown_keys_are_told_apart_from_values():
    sealed = crypto.seal(b"x", bound_to="a")
    for damaged in (sealed[:-1], b"k9:" + sealed.partition(b":")[2], b"", b"\xff:zz"):
        with pytest.raises(crypto.Unreadable):
            crypto.unseal(damaged, bound_to="a")


def test_an_old_key_still_opens_after_rotation(settings):
    sealed = crypto.seal(b"x", bound_to="a")
    settings.FIELD_KEYS = ["k2:" + "QUJD" * 10 + "QUI=", *settings.FIELD_KEYS]
    crypto._ring.cache_clear()
    try:
        assert crypto.unseal(sealed, bound_to="a") == b"x"
        assert crypto.seal(b"x", bound_to="a").startswith(b"k2:")
    finally:
        crypto._ring.cache_clear()
