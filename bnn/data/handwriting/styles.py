"""The styles in which people write the ten digits, as functions that draw a pen path.

A style takes a `Pen` and returns strokes: arrays (num, m, 2) of x, y, with random proportions for each digit.
A digit fills a box that is about 0.6 wide and 1 high; y is 0 at the top and 1 at the baseline. The
proportions were chosen by eye, so that the digits look like handwriting and stay legible. They are not fitted
to data.
"""

import numpy as np

from bnn.data.handwriting.pen import Numbers, Pen, Point, join


def zero(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 0, drawn anticlockwise."""
    start, turn = pen.between(-130, -50), pen.around(375, 18)
    width = np.maximum(pen.around(0.32, 0.07), 0.2)  # a narrower one looks like a 1
    return [pen.arc((0.3, 0.5), (width, 0.5), start, start - turn, pen.around(-0.02, 0.07))]


def zero_clockwise(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 0, drawn clockwise."""
    start, turn = pen.between(-140, -60), pen.around(375, 15)
    return [
        pen.arc(
            (0.3, 0.5),
            (np.maximum(pen.around(0.32, 0.06), 0.2), 0.5),
            start,
            start + turn,
            pen.around(-0.02, 0.06),
        )
    ]


def zero_slashed(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 0 with a slash."""
    reach = pen.between(0.7, 1.15)
    rise = pen.between(0.25, 0.5) * reach
    return [*zero(pen), pen.line((0.3 - 0.28 * reach, 0.5 + rise), (0.3 + 0.28 * reach, 0.5 - rise))]


def zero_slashed_in_one_stroke(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 0 with a slash, drawn without lifting the pen."""
    start, width = pen.between(-80, -30), np.maximum(pen.around(0.3, 0.05), 0.2)
    loop = pen.arc((0.3, 0.5), (width, 0.5), start, start - pen.around(362, 10))
    reach = pen.between(0.5, 1.1)
    return [
        join(loop, pen.line((0.3 + 0.2 * reach, 0.5 - 0.4 * reach), (0.3 - 0.3 * reach, 0.5 + 0.4 * reach)))
    ]


def zero_halves(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 0 in two halves, left and right."""
    width = pen.around(0.28, 0.05)
    left = pen.arc((0.3, 0.5), (width, 0.5), pen.between(-95, -75), pen.between(-275, -255))
    return [left, pen.arc((0.3, 0.5), (width, 0.5), pen.between(-105, -80), pen.between(80, 110))]


def one_plain(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 1 that is one vertical stroke."""
    bow = pen.around(0, 0.02)
    return [pen.curve((0.0, 0.0), (bow, 0.5), (0.0, 1.0))]


def _flag(pen: Pen, flattest: float = 50) -> Point:
    """Returns the start of a 1's upstroke (flag), at most `flattest` degrees from the vertical.

    A flat flag is short, so that the 1 does not look like a 7.
    """
    angle = pen.between(10, flattest)
    length = pen.between(0.14, 0.78 - 0.009 * (angle - 10))
    angle = np.radians(angle)
    return -length * np.sin(angle) / pen.width_factor, length * np.cos(angle)


def one_flag(pen: Pen, flattest: float = 50) -> list[np.ndarray]:
    """Returns the strokes of a 1 with a straight upstroke (flag)."""
    x, y = _flag(pen, flattest)
    return [pen.line((x, y), (0.0, 0.0), (pen.around(0, 0.03), 1.0))]


def one_curved_flag(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 1 with a curved upstroke."""
    x, y = _flag(pen)
    bow = pen.between(0.0, 0.25)
    middle = (x * (0.5 - bow * 0.3), y * (0.5 + bow))
    return [join(pen.curve((x, y), middle, (0.0, 0.0)), pen.line((0.0, 0.03), (pen.around(0, 0.03), 1.0)))]


def one_long_flag(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a Continental 1, whose upstroke starts far down."""
    angle, length = np.radians(pen.between(18, 44)), pen.between(0.5, 0.85)
    start = (-length * np.sin(angle) / pen.width_factor, length * np.cos(angle))
    return [pen.line(start, (0.0, 0.0), (pen.around(0, 0.03), 1.0))]


def one_long_flag_foot(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a Continental 1 with a foot."""
    return [*one_long_flag(pen), _foot(pen)]


def _foot(pen: Pen) -> np.ndarray:
    return pen.line(
        (-pen.between(0.1, 0.34), 1 + pen.around(0, 0.02)), (pen.between(0.1, 0.34), 1 + pen.around(0, 0.02))
    )


def one_flag_foot(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 1 with an upstroke and a foot."""
    return [*one_flag(pen, flattest=44), _foot(pen)]  # with a flatter flag, it would look like a Z or a 2


def one_foot(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 1 with a foot."""
    return [*one_plain(pen), _foot(pen)]


def _two_neck(pen: Pen, *after: Point) -> np.ndarray:
    """Returns the curve of a 2's upper half, continued through the points `after`."""
    low, right = pen.between(0.14, 0.32), pen.around(0.57, 0.04)
    return pen.curve(
        (pen.around(0.03, 0.03), low), (0.12, 0.06), (0.31, 0.0), (right - 0.05, 0.1), (right, 0.27), *after
    )


def two_corner(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 2 with a corner at the bottom left."""
    left, middle = pen.around(0.02, 0.03), pen.between(0.6, 0.7)
    top = _two_neck(pen, (0.42, middle - 0.1), (left + 0.15, 0.86), (left, 0.99))
    return [
        join(top, pen.curve((left, 1.0), (0.3, 1 + pen.around(-0.01, 0.025)), (pen.around(0.66, 0.07), 1.0)))
    ]


def two_loop(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 2 with a loop at the bottom left."""
    size = pen.between(0.06, 0.17)
    loop = (
        (0.16, 0.93),
        (0.03, 0.99),
        (-0.03, 0.99 - size),
        (0.1, 0.97 - 1.3 * size),
        (0.26, 0.97 - 0.5 * size),
    )
    return [_two_neck(pen, (0.42, 0.6), *loop, (0.44, 1.0), (pen.around(0.7, 0.07), pen.between(0.86, 0.98)))]


def two_round_foot(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 2 with a wavy foot."""
    wave = pen.between(0.0, 0.06)
    top = _two_neck(pen, (0.4, 0.6), (0.16, 0.86), (0.05, 0.97))
    return [
        join(top, pen.curve((0.07, 0.98), (0.25, 0.97 - wave), (0.45, 1.0 + wave / 2), (0.68, 0.97 - wave)))
    ]


def two_curled(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 2 that begins with a curl."""
    curl = pen.between(0.05, 0.12)
    neck = ((0.16, 0.2 + curl), (0.06, 0.24), (0.07, 0.1), (0.3, 0.0), (0.53, 0.1), (0.56, 0.27))
    left = pen.around(0.02, 0.03)
    return [
        join(
            pen.curve(*neck, (0.4, 0.62), (0.18, 0.86), (left, 0.99)),
            pen.line((left, 1.0), (pen.around(0.64, 0.06), 1.0)),
        )
    ]


def _three_belly(pen: Pen, waist_x: Numbers, waist_y: Numbers) -> tuple[Point, ...]:
    """Returns the points of a 3's lower bow."""
    right, low = pen.around(0.57, 0.04), pen.between(0.8, 0.92)
    middle = (waist_y + 1) / 2
    return (
        (waist_x + 0.2, waist_y + 0.05),
        (right, middle),
        (0.5, 0.92),
        (0.28, 1.0),
        (pen.around(0.04, 0.04), low),
    )


def three_round(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 3 made of two bows."""
    waist_x, waist_y, low = pen.between(0.14, 0.3), pen.around(0.45, 0.03), pen.between(0.08, 0.22)
    right = pen.around(0.5, 0.04)
    top = pen.curve(
        (0.03, low), (0.12, 0.04), (0.28, 0.0), (right, 0.2), (0.38, waist_y - 0.07), (waist_x, waist_y)
    )
    return [join(top, pen.curve((waist_x, waist_y), *_three_belly(pen, waist_x, waist_y)))]


def three_loop(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 3 with a small loop between its bows."""
    waist, size = pen.around(0.45, 0.03), pen.between(0.03, 0.08)
    knot = ((0.36, waist - 0.06), (0.22, waist + 0.01), (0.17, waist - size), (0.25, waist - 0.02 - size))
    top = ((0.04, pen.between(0.08, 0.2)), (0.25, 0.0), (0.49, 0.18))
    return [pen.curve(*top, *knot, *_three_belly(pen, 0.2, waist))]


def three_flat(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 3 with a straight top."""
    waist_x, waist_y, left = pen.between(0.18, 0.3), pen.around(0.41, 0.03), pen.around(0.04, 0.04)
    top = pen.line((left, pen.around(0.01, 0.02)), (pen.around(0.54, 0.03), 0.0), (waist_x, waist_y))
    return [join(top, pen.curve((waist_x, waist_y), *_three_belly(pen, waist_x, waist_y)))]


def four_open(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 4, open at the top, in two strokes."""
    bar, stem, past = pen.between(0.5, 0.76), pen.between(0.3, 0.5), pen.between(0.03, 0.3)
    start, top = pen.between(0.06, 0.3), pen.between(0.0, 0.75) * bar
    bend = pen.line((start, 0.0), (0.0, bar), (stem + past, bar + pen.around(-0.02, 0.02)))
    return [bend, pen.line((stem + pen.around(0.03, 0.03), top), (stem + pen.around(-0.02, 0.03), 1.0))]


def four_cup(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 4 with a round left part, in two strokes."""
    bar, stem, past = pen.between(0.42, 0.72), pen.between(0.36, 0.58), pen.between(-0.01, 0.16)
    top, lean = pen.between(0.0, 0.7) * bar, pen.between(0.0, 0.2)
    cup = pen.curve(
        (0.04 + lean, pen.between(0.0, 0.1)),
        (0.01 + lean / 2, bar / 2),
        (0.06, bar - 0.03),
        (0.5 * stem, bar),
        (stem + past, bar - 0.04),
    )
    return [cup, pen.line((stem, top), (stem + pen.around(-0.03, 0.03), 1.0))]


def four_cup_one_stroke(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 4 with a round left part, in one stroke."""
    bar, stem = pen.between(0.4, 0.66), pen.between(0.4, 0.58)
    top, lean = pen.between(0.03, 0.65) * bar, pen.between(0.0, 0.2)
    cup = pen.curve(
        (0.04 + lean, 0.02),
        (0.01 + lean / 2, bar / 2),
        (0.07, bar - 0.03),
        (0.55 * stem, bar),
        (stem - 0.06, bar - 0.25 * (bar - top)),
        (stem, top),
    )
    return [join(cup, pen.line((stem, top + 0.02), (stem + pen.around(-0.03, 0.03), 1.0)))]


def four_closed(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a closed 4, in two strokes."""
    bar, stem, past = pen.around(0.64, 0.05), pen.between(0.4, 0.52), pen.between(0.03, 0.28)
    bend = pen.line((stem, 0.0), (0.0, bar), (stem + past, bar))
    return [
        bend,
        pen.line((stem + pen.around(0, 0.02), pen.between(-0.02, 0.06)), (stem + pen.around(0, 0.02), 1.0)),
    ]


def four_closed_one_stroke(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a closed 4, in one stroke."""
    bar, stem, past = pen.around(0.64, 0.05), pen.between(0.4, 0.52), pen.between(0.05, 0.26)
    return [
        pen.line(
            (stem + past, bar),
            (0.0, bar + pen.around(0, 0.02)),
            (stem, 0.0),
            (stem + pen.around(0, 0.02), 1.0),
        )
    ]


def four_bolt(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 4 like a flash of lightning with a stem."""
    bar, corner = pen.around(0.55, 0.04), pen.between(0.48, 0.6)
    zigzag = pen.line((pen.between(0.24, 0.36), 0.0), (0.0, bar), (corner, bar - pen.between(0.02, 0.1)))
    stem = pen.between(0.3, 0.4)
    return [zigzag, pen.line((stem + 0.04, pen.between(0.34, 0.46)), (stem - 0.04, 1.0))]


def four_low(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 4 with its bar near the baseline and a short stem, in two strokes."""
    bar, stem, past = pen.between(0.7, 0.88), pen.between(0.22, 0.48), pen.between(-0.05, 0.2)
    start, top = pen.between(0.05, 0.3), bar - pen.between(0.12, 0.35)
    bend = pen.line((start, 0.0), (0.0, bar), (stem + past, bar + pen.around(-0.02, 0.03)))
    return [bend, pen.line((stem + pen.around(0.02, 0.03), top), (stem + pen.around(-0.02, 0.03), 1.0))]


def four_low_one_stroke(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 4 with its bar near the baseline and a short stem, in one stroke."""
    bar, stem = pen.between(0.7, 0.88), pen.between(0.28, 0.5)
    start, top = pen.between(0.05, 0.3), bar - pen.between(0.12, 0.3)
    corner = (stem - 0.06, bar - 0.2 * (bar - top))
    return [pen.line((start, 0.0), (0.0, bar), corner, (stem, top), (stem + pen.around(-0.02, 0.03), 1.0))]


def _five_belly(pen: Pen, left: Numbers, shoulder: Numbers) -> np.ndarray:
    """Returns the bow of a 5, from the foot of its stem."""
    top, right = pen.between(0.0, 0.07), pen.around(0.56, 0.04)
    low = pen.between(0.84, 0.96)
    bow = (
        (left + 0.18, shoulder - top),
        (right - 0.05, shoulder + 0.1),
        (right, 0.7),
        (0.42, 0.95),
        (0.22, 1.0),
    )
    return pen.curve((left, shoulder), *bow, (pen.around(0.0, 0.04), low))


def five_one_stroke(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 5 in one stroke, from the right end of its bar."""
    left, shoulder = pen.around(0.1, 0.03), pen.around(0.42, 0.03)
    bar = pen.line((pen.around(0.56, 0.06), pen.around(-0.01, 0.02)), (left, 0.0), (left - 0.03, shoulder))
    return [join(bar, _five_belly(pen, left - 0.03, shoulder))]


def five_two_strokes(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 5 whose bar is drawn last."""
    left, shoulder, tilt = pen.around(0.1, 0.03), pen.around(0.42, 0.03), pen.around(-0.01, 0.025)
    body = join(pen.line((left, 0.0), (left - 0.03, shoulder)), _five_belly(pen, left - 0.03, shoulder))
    start, height = left + pen.between(-0.05, 0.12), pen.between(-0.07, 0.04)
    return [body, pen.line((start, height), (pen.around(0.6, 0.07), height + tilt))]


def five_round(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 5 without corners."""
    shoulder = pen.around(0.43, 0.02)
    hook = pen.curve((0.57, 0.03), (0.36, -0.01), (0.17, 0.03), (0.1, 0.16), (0.07, shoulder - 0.03))
    return [join(hook, _five_belly(pen, 0.08, shoulder))]


def six_curved(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 6 with a curved back."""
    size, left = pen.between(0.4, 0.56), pen.around(0.02, 0.02)
    top, right = 1 - size, pen.around(0.53, 0.04)
    back = ((pen.between(0.34, 0.56), 0.0), (0.2, 0.16), (0.06, 0.42), (left, 0.7))
    loop = ((0.1, 0.93), (0.29, 1.0), (0.48, 0.92), (right, 1 - size / 2), (0.42, top + 0.04), (0.25, top))
    return [
        pen.curve(*back, *loop, (0.1, top + pen.between(0.1, 0.22)), (left + pen.around(0.03, 0.03), 0.78))
    ]


def six_straight(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 6 with a straight back."""
    size = pen.between(0.4, 0.54)
    top, right, start = 1 - size, pen.around(0.52, 0.04), pen.between(0.2, 0.48)
    loop = (
        (0.02, 0.72),
        (0.1, 0.93),
        (0.28, 1.0),
        (0.47, 0.92),
        (right, 1 - size / 2),
        (0.4, top + 0.03),
        (0.24, top),
    )
    back = pen.line((start, 0.0), (start * 0.3 + 0.03, 0.42))
    return [join(back, pen.curve((0.06, 0.52), *loop, (0.09, top + pen.between(0.1, 0.24))))]


def six_loose(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 6 whose loop may stay open."""
    top = pen.between(0.5, 0.62)
    back = ((pen.between(0.3, 0.5), 0.0), (0.14, 0.22), (0.03, 0.55), (0.07, 0.87), (0.27, 1.0), (0.48, 0.9))
    return [
        pen.curve(*back, (0.5, 0.72), (0.36, top), (0.2, top + 0.06), (pen.between(0.08, 0.18), top + 0.18))
    ]


def _seven(pen: Pen, start: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns the stroke of a 7 that begins with `start`, the x of its stem's top, and the x of its foot."""
    right, foot, bow = pen.around(0.56, 0.06), pen.between(0.08, 0.44), pen.around(0.0, 0.04)
    stem = pen.curve((right, 0.01), ((right + foot) / 2 - bow, 0.5), (foot, 1.0))
    return join(start, pen.line((right, pen.around(0, 0.02))), stem), right, foot


def seven_plain(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 7 that is a bar and a stem."""
    return [_seven(pen, pen.line((0.0, pen.around(0.01, 0.025))))[0]]


def _seven_bar(pen: Pen, right: np.ndarray, foot: np.ndarray) -> np.ndarray:
    height, reach = pen.between(0.36, 0.74), pen.between(0.12, 0.34)
    middle, tilt = right + height * (foot - right) + pen.around(0.02, 0.04), pen.around(-0.01, 0.04)
    return pen.line((middle - reach, height - tilt), (middle + reach, height + tilt))


def seven_barred(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 7 with a cross bar."""
    body, right, foot = _seven(pen, pen.line((0.0, pen.around(0.01, 0.025))))
    return [body, _seven_bar(pen, right, foot)]


def _hook(pen: Pen) -> np.ndarray:
    return pen.line((pen.around(0.0, 0.02), pen.between(0.08, 0.25)), (0.01, 0.01))


def seven_hooked(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 7 with a hook on its left."""
    return [_seven(pen, _hook(pen))[0]]


def seven_hooked_barred(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 7 with a hook and a cross bar."""
    body, right, foot = _seven(pen, _hook(pen))
    return [body, _seven_bar(pen, right, foot)]


def seven_wave(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 7 with a wavy top."""
    dip = pen.between(0.02, 0.06)
    start = pen.curve((0.0, 0.13), (0.06, 0.02), (0.22, dip), (0.4, dip + 0.02), (0.55, -0.01))
    return [_seven(pen, start)[0]]


def _round_top(pen: Pen) -> np.ndarray:
    return pen.curve(
        (pen.around(0.02, 0.03), pen.between(0.12, 0.27)), (0.06, 0.07), (0.24, 0.0), (0.45, 0.02)
    )


def seven_round(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 7 with a round top."""
    return [_seven(pen, _round_top(pen))[0]]


def seven_round_barred(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 7 with a round top and a cross bar."""
    body, right, foot = _seven(pen, _round_top(pen))
    return [body, _seven_bar(pen, right, foot)]


def _eight_path(pen: Pen) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Returns the points of an 8 on the pen's way down, and those on its way up."""
    waist, upper, lower = pen.around(0.46, 0.03), pen.around(0.21, 0.025), pen.around(0.27, 0.03)
    down = ((0.28 - upper, waist * 0.45), (0.27, waist), (0.28 + lower, (1 + waist) / 2))
    return down, ((0.28 - lower, (1 + waist) / 2), (0.29, waist), (0.28 + upper, waist * 0.45))


def eight_from_right(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of an 8 drawn from its upper right."""
    down, up = _eight_path(pen)
    start, end = (
        (pen.between(0.42, 0.52), pen.between(0.06, 0.16)),
        (pen.between(0.36, 0.46), pen.between(0.0, 0.1)),
    )
    return [pen.curve(start, (0.28, 0.0), *down, (0.28, 1.0), *up, end)]


def eight_from_top(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of an 8 drawn from its top."""
    down, up = _eight_path(pen)
    return [pen.curve((0.29, 0.0), *down, (0.28, 1.0), *up, (pen.around(0.28, 0.04), pen.around(0.0, 0.02)))]


def eight_mirrored(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of an 8 drawn from its upper left, the mirror image of `eight_from_right`."""
    return [stroke * [-1, 1] for stroke in eight_from_right(pen)]


def eight_circles(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of an 8 made of two circles."""
    waist, apart = pen.around(0.46, 0.03), pen.between(-0.03, 0.01)
    start, other = pen.between(-120, -60), pen.between(-120, -60)
    upper = pen.arc(
        (0.28, waist / 2), (pen.around(0.22, 0.02), waist / 2), start, start - pen.around(370, 12)
    )
    x, turn = pen.around(0.28, 0.015), pen.around(370, 12)
    low = (1 - waist) / 2
    return [upper, pen.arc((x, 1 - low + apart), (pen.around(0.27, 0.025), low), other, other - turn)]


def _nine_loop(pen: Pen) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns a 9's loop, which ends at its right side, and the x and y of that end."""
    height, width, start = pen.between(0.15, 0.32), pen.between(0.15, 0.3), pen.between(-60, 5)
    return pen.arc((0.27, height), (width, height), start, start - pen.around(360, 5)), 0.27 + width, height


def nine_straight(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 9 with a straight stem."""
    loop, x, y = _nine_loop(pen)
    return [join(loop, pen.line((x - 0.005, y + 0.1), (pen.around(0.45, 0.06), 1.0)))]


def nine_leaning(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 9 with a leaning stem."""
    loop, x, y = _nine_loop(pen)
    foot = pen.between(-0.05, 0.35)
    return [join(loop, pen.curve((x, y + 0.08), (x - 0.06, 0.6), (foot, 1.0)))]


def nine_curled(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 9 whose tail swings round to the left."""
    loop, x, y = _nine_loop(pen)
    return [join(loop, pen.curve((x, y + 0.05), *_curl(pen, x, y)))]


def _curl(pen: Pen, x: Numbers, y: Numbers) -> tuple[Point, ...]:
    """Returns the points of a 9's tail that swings round to the left."""
    low, end, lean = pen.between(0.78, 0.99), pen.between(-0.16, 0.14), pen.between(0.0, 0.1)
    middle = (x - lean + end) / 2
    return (
        (x + 0.01, (y + 0.9) / 2),
        (x - 0.05 - lean, 0.88),
        (middle + pen.around(0.02, 0.03), 1.0),
        (end, low),
    )


def nine_hooked(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 9 with a small hook at its foot."""
    loop, x, y = _nine_loop(pen)
    size = pen.between(0.06, 0.2)
    tail = ((x - 0.01, 0.55), (x - 0.03, 0.88), (x - 0.06 - size / 2, 0.99), (x - 0.08 - size, 0.93))
    return [join(loop, pen.curve((x, y + 0.05), *tail))]


def nine_two_strokes(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 9 made of a loop and a stem."""
    height, width, start = pen.around(0.26, 0.03), pen.around(0.24, 0.03), pen.between(-80, -20)
    loop = pen.arc((0.27, height), (width, height), start, start - pen.around(365, 15))
    x = 0.27 + width + pen.around(0.0, 0.015)
    return [loop, pen.line((x, pen.between(0.0, 0.18)), (x + pen.around(-0.04, 0.04), 1.0))]


def nine_long_tail(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 9 with a small loop and a tail that swings far to the left and up again."""
    height, width, start = pen.between(0.09, 0.22), pen.between(0.12, 0.24), pen.between(-60, -10)
    loop = pen.arc((0.27, height), (width, height), start, start - pen.around(350, 8))
    x, low = 0.27 + width, pen.between(0.6, 1.0)
    tail = ((x + 0.03, 0.5), (x - 0.03, 0.85), (0.2, 1.0), (pen.between(-0.2, 0.0), low))
    return [join(loop, pen.curve((x, height + 0.06), *tail))]


def _nine_bowl(pen: Pen) -> tuple[np.ndarray, np.ndarray]:
    """Returns a 9's open loop, which ends at its right side, and the x of that end."""
    x, y, low = pen.around(0.5, 0.03), pen.between(0.03, 0.16), pen.between(0.36, 0.5)
    points = ((x, y), (0.27, 0.0), (0.04, low / 2), (0.12, low - 0.02), (0.32, low))
    return pen.curve(*points, (x, pen.between(0.13, 0.25))), x


def nine_open(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 9 whose loop does not close."""
    bowl, x = _nine_bowl(pen)
    return [join(bowl, pen.curve((x, 0.28), (x - 0.01, 0.65), (pen.around(0.44, 0.05), 1.0)))]


def nine_open_curled(pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of a 9 with an open loop and a tail that swings to the left."""
    bowl, x = _nine_bowl(pen)
    return [join(bowl, pen.curve((x, 0.28), *_curl(pen, x, 0.28)))]


# The styles of each digit, 0 to 9, each with roughly the share of people who use it.
STYLES = (
    (
        (zero, 0.62),
        (zero_clockwise, 0.16),
        (zero_halves, 0.05),
        (zero_slashed, 0.12),
        (zero_slashed_in_one_stroke, 0.05),
    ),
    (
        (one_plain, 0.28),
        (one_flag, 0.26),
        (one_curved_flag, 0.12),
        (one_flag_foot, 0.15),
        (one_foot, 0.03),
        (one_long_flag, 0.1),
        (one_long_flag_foot, 0.06),
    ),
    ((two_corner, 0.42), (two_loop, 0.2), (two_round_foot, 0.22), (two_curled, 0.16)),
    ((three_round, 0.6), (three_flat, 0.25), (three_loop, 0.15)),
    (
        (four_open, 0.27),
        (four_cup, 0.2),
        (four_closed, 0.18),
        (four_closed_one_stroke, 0.09),
        (four_cup_one_stroke, 0.1),
        (four_bolt, 0.06),
        (four_low, 0.06),
        (four_low_one_stroke, 0.04),
    ),
    ((five_one_stroke, 0.35), (five_two_strokes, 0.5), (five_round, 0.15)),
    ((six_curved, 0.55), (six_straight, 0.2), (six_loose, 0.25)),
    (
        (seven_plain, 0.26),
        (seven_barred, 0.24),
        (seven_hooked, 0.1),
        (seven_hooked_barred, 0.15),
        (seven_wave, 0.08),
        (seven_round, 0.05),
        (seven_round_barred, 0.12),
    ),
    ((eight_from_right, 0.45), (eight_from_top, 0.2), (eight_mirrored, 0.1), (eight_circles, 0.25)),
    (
        (nine_straight, 0.16),
        (nine_leaning, 0.14),
        (nine_curled, 0.18),
        (nine_hooked, 0.13),
        (nine_long_tail, 0.11),
        (nine_two_strokes, 0.12),
        (nine_open, 0.08),
        (nine_open_curled, 0.08),
    ),
)
