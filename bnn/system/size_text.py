"""Says the size of a file in words."""


def bytes_text(num_bytes: float) -> str:
    """Returns a size such as "840 bytes", "1.23 kB" or "1,688 kB": 1 kB is 1,000 bytes.

    Large sizes are in kB, too, so that sizes beside each other can be compared. Rounded to kB, networks of
    one recipe have the same size, although their files differ by some bytes. The space before the unit does
    not break.
    """
    if num_bytes < 999.5:
        return f"{num_bytes:.0f}\u00a0bytes"
    # From here on, two decimals would give "10.00 kB".
    decimals = 2 if num_bytes < 9995 else 0
    return f"{num_bytes / 1000:,.{decimals}f}\u00a0kB"
