"""Says a share in percent."""


def percent_digits(fraction: float, decimals: int = 2) -> str:
    """Returns a fraction in percent, without "%", such as "98.40".

    A fraction below 1 is never rounded up to "100.00", and one above 0 is never rounded down to "0.00".
    """
    percent, least = 100 * fraction, 10.0**-decimals
    if 0 < fraction < 1:
        percent = min(max(percent, least), 100 - least)
    return f"{percent:.{decimals}f}"
