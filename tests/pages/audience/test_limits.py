"""The limits on how many drawings a phone and an address may send in a second and in an hour."""

import pytest

from pages.audience.limits import HOUR_SECONDS, MAX_SENDERS, Limit, Limits

PHONE, ADDRESS = Limit(a_second=1, an_hour=100), Limit(a_second=3, an_hour=5)


@pytest.fixture
def wait_seconds():
    """A function that sends a drawing at `now` (in seconds). It returns the seconds to wait; 0 for none."""
    limits = Limits()
    return lambda phone, now: limits.wait_seconds({phone: PHONE}, now)


def test_second_drawing_waits_for_a_second(wait_seconds):
    assert wait_seconds("a", 100.0) == 0
    assert wait_seconds("a", 100.25) == pytest.approx(0.75)
    assert wait_seconds("a", 101.0) == 0


def test_drawing_that_has_to_wait_does_not_count(wait_seconds):
    wait_seconds("a", 0.0)
    for tenth in range(1, 10):
        assert wait_seconds("a", tenth / 10) > 0
    assert wait_seconds("a", 1.0) == 0


def test_phone_sends_at_most_a_hundred_drawings_an_hour(wait_seconds):
    for number in range(PHONE.an_hour):
        assert wait_seconds("a", 2.0 * number) == 0
    assert wait_seconds("a", 1000.0) == pytest.approx(HOUR_SECONDS - 1000)
    assert wait_seconds("b", 1000.0) == 0
    assert wait_seconds("a", HOUR_SECONDS) == 0
    assert wait_seconds("a", HOUR_SECONDS + 1) == pytest.approx(1.0)


def test_phones_with_one_address_share_its_higher_limits():
    limits = Limits()

    def wait_seconds(phone, now, address="address"):
        return limits.wait_seconds({f"phone {phone}": PHONE, address: ADDRESS}, now)

    assert [wait_seconds(phone, 0.0) for phone in (1, 2, 3)] == [0, 0, 0]
    assert wait_seconds(4, 0.75) == pytest.approx(0.25)
    assert wait_seconds(4, 0.75, "another address") == 0
    # The refusal was not counted.
    assert [wait_seconds(phone, 1.0) for phone in (1, 2)] == [0, 0]
    assert wait_seconds(3, 2.0) == pytest.approx(HOUR_SECONDS - 2)
    # The limit of a phone is the same if it sends from another address.
    assert wait_seconds(1, 1.5, "another address") == pytest.approx(0.5)


def test_all_may_send_again_after_the_limits_were_cleared():
    limits = Limits()
    for number in range(ADDRESS.an_hour):
        assert limits.wait_seconds({"address": ADDRESS}, float(number)) == 0
    assert limits.wait_seconds({"address": ADDRESS}, 10.0) > 0
    limits.clear()
    assert limits.wait_seconds({"address": ADDRESS}, 10.0) == 0


def test_too_many_ids_shut_nobody_out_and_an_address_that_goes_on_sending_is_not_forgotten():
    limits, flood = Limits(), Limit(a_second=1, an_hour=MAX_SENDERS + 1)
    for number in range(MAX_SENDERS + 1):
        assert limits.wait_seconds({f"phone {number}": PHONE, "address": flood}, 2.0 * number) == 0
    assert len(limits._times) == MAX_SENDERS
    now = 2.0 * MAX_SENDERS + 0.5
    assert limits.wait_seconds({"address": flood}, now) == pytest.approx(0.5)
    assert limits.wait_seconds({f"phone {MAX_SENDERS}": PHONE}, now) == pytest.approx(0.5)
    assert limits.wait_seconds({"one more": PHONE}, now) == 0
