"""How people write the ten digits: each style a pen path with random proportions.

A style takes a `Pen` (random numbers, one of each per digit of a batch) and returns strokes; a stroke is an array
(num, m, 2) of x, y. A digit stands in a box of about 0.6 x 1, y downwards: 0 is the top, 1 the line it stands on.
Angles are in degrees, 0 to the right and, as y points down, 90 to the bottom. Numbers were chosen by eye, to look
like handwriting and to stay legible; none is fitted to any data.
"""

import numpy as np

CURVE_STEPS = 6
LINE_STEPS = 8
ARC_POINTS = 37
MISPLACED = 0.015  # standard deviation of a point of a usual path


class Pen:
    """Random numbers and curves for `num` digits at once, some neat and some sloppy.

    rng: a numpy Generator. num: how many digits. neatest, sloppiest: the range of each digit's sloppiness, 1 being
    usual; it scales what `mostly` spreads and how far every point of a path is misplaced. `wide` is how many times
    as wide each digit will be drawn.
    """

    def __init__(self, rng, num, neatest=0.4, sloppiest=1.8):
        self.rng, self.num = rng, num
        self.sloppiness = rng.uniform(neatest, sloppiest, num)
        self.wide = np.exp(np.clip(rng.normal(0.12, 0.22, num), -0.2, 0.5))

    def between(self, low, high):
        """(num,) floats, uniform."""
        return self.rng.uniform(low, high, self.num)

    def mostly(self, value, spread):
        """(num,) floats around `value`, the sloppier the further, up to 2 * spread * sloppiness."""
        return value + spread * self.sloppiness * np.clip(self.rng.standard_normal(self.num), -2, 2)

    def line(self, *points):
        """(num, m, 2): straight from point to point."""
        p = self._points(points)
        t = (np.arange(LINE_STEPS) / LINE_STEPS)[:, None]
        spans = p[:, :-1, None] * (1 - t) + p[:, 1:, None] * t
        return np.concatenate([spans.reshape(self.num, -1, 2), p[:, -1:]], axis=1)

    def curve(self, *points):
        """(num, m, 2): a Catmull-Rom spline through the points."""
        p = self._points(points)
        # The ends carried on, so that the spline reaches them.
        p = np.concatenate([2 * p[:, :1] - p[:, 1:2], p, 2 * p[:, -1:] - p[:, -2:-1]], axis=1)
        a, b, c, d = (p[:, i : p.shape[1] - 3 + i, None] for i in range(4))
        t = (np.arange(CURVE_STEPS) / CURVE_STEPS)[:, None]
        spans = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        return np.concatenate([spans.reshape(self.num, -1, 2), p[:, -2:-1]], axis=1)

    def arc(self, x, y, radius_x, radius_y, start, end, grow=0.0):
        """(num, m, 2): part of an ellipse, or a spiral whose radius ends 1 + grow times as large."""
        x, y, radius_x, radius_y, start, end, grow = (
            np.broadcast_to(value, self.num)[:, None]
            for value in (x, y, radius_x, radius_y, start, end, grow)
        )
        t = np.linspace(0, 1, ARC_POINTS)
        angle, size = np.radians(start + t * (end - start)), 1 + grow * t
        return np.stack([x + radius_x * size * np.cos(angle), y + radius_y * size * np.sin(angle)], axis=-1)

    def _points(self, points):
        p = np.stack(
            [np.stack(np.broadcast_arrays(x, y, np.zeros(self.num))[:2], -1) for x, y in points], axis=1
        )
        return p + MISPLACED * self.sloppiness[:, None, None] * self.rng.standard_normal(p.shape)


def join(*pieces):
    """One stroke from several pieces, without lifting the pen."""
    return np.concatenate(pieces, axis=1)


def nought(pen):
    start, turn = pen.between(-130, -50), pen.mostly(375, 18)
    width = np.maximum(pen.mostly(0.32, 0.07), 0.2)  # narrower, and it closes to a 1
    return [pen.arc(0.3, 0.5, width, 0.5, start, start - turn, pen.mostly(-0.02, 0.07))]


def nought_clockwise(pen):
    start, turn = pen.between(-140, -60), pen.mostly(375, 15)
    return [
        pen.arc(
            0.3,
            0.5,
            np.maximum(pen.mostly(0.32, 0.06), 0.2),
            0.5,
            start,
            start + turn,
            pen.mostly(-0.02, 0.06),
        )
    ]


def nought_slashed(pen):
    reach = pen.between(0.7, 1.15)
    rise = pen.between(0.25, 0.5) * reach
    return [*nought(pen), pen.line((0.3 - 0.28 * reach, 0.5 + rise), (0.3 + 0.28 * reach, 0.5 - rise))]


def nought_halves(pen):
    width = pen.mostly(0.28, 0.05)
    left = pen.arc(0.3, 0.5, width, 0.5, pen.between(-95, -75), pen.between(-275, -255))
    return [left, pen.arc(0.3, 0.5, width, 0.5, pen.between(-105, -80), pen.between(80, 110))]


def one_plain(pen):
    bow = pen.mostly(0, 0.02)
    return [pen.curve((0.0, 0.0), (bow, 0.5), (0.0, 1.0))]


def _flag(pen, flattest=50):
    """Where a 1's flag starts: long if steep, short if flat, so that it cannot become a 7."""
    angle = pen.between(10, flattest)
    length = pen.between(0.14, 0.78 - 0.009 * (angle - 10))
    angle = np.radians(angle)
    return -length * np.sin(angle) / pen.wide, length * np.cos(angle)


def one_flag(pen, flattest=50):
    x, y = _flag(pen, flattest)
    return [pen.line((x, y), (0.0, 0.0), (pen.mostly(0, 0.03), 1.0))]


def one_curved_flag(pen):
    x, y = _flag(pen)
    bow = pen.between(0.0, 0.25)
    middle = (x * (0.5 - bow * 0.3), y * (0.5 + bow))
    return [join(pen.curve((x, y), middle, (0.0, 0.0)), pen.line((0.0, 0.03), (pen.mostly(0, 0.03), 1.0)))]


def _foot(pen):
    return pen.line(
        (-pen.between(0.1, 0.34), 1 + pen.mostly(0, 0.02)), (pen.between(0.1, 0.34), 1 + pen.mostly(0, 0.02))
    )


def one_flag_foot(pen):
    return [*one_flag(pen, flattest=44), _foot(pen)]  # flatter, and it reads as a Z or a 2


def one_foot(pen):
    return [*one_plain(pen), _foot(pen)]


def _two_top(pen, *after):
    """The 2's swan neck, and on through the points `after`."""
    low, right = pen.between(0.14, 0.32), pen.mostly(0.57, 0.04)
    return pen.curve(
        (pen.mostly(0.03, 0.03), low), (0.12, 0.06), (0.31, 0.0), (right - 0.05, 0.1), (right, 0.27), *after
    )


def two_corner(pen):
    left, middle = pen.mostly(0.02, 0.03), pen.between(0.6, 0.7)
    top = _two_top(pen, (0.42, middle - 0.1), (left + 0.15, 0.86), (left, 0.99))
    return [
        join(top, pen.curve((left, 1.0), (0.3, 1 + pen.mostly(-0.01, 0.025)), (pen.mostly(0.66, 0.07), 1.0)))
    ]


def two_loop(pen):
    size = pen.between(0.06, 0.17)
    loop = (
        (0.16, 0.93),
        (0.03, 0.99),
        (-0.03, 0.99 - size),
        (0.1, 0.97 - 1.3 * size),
        (0.26, 0.97 - 0.5 * size),
    )
    return [_two_top(pen, (0.42, 0.6), *loop, (0.44, 1.0), (pen.mostly(0.7, 0.07), pen.between(0.86, 0.98)))]


def two_round_foot(pen):
    wave = pen.between(0.0, 0.06)
    top = _two_top(pen, (0.4, 0.6), (0.16, 0.86), (0.05, 0.97))
    return [
        join(top, pen.curve((0.07, 0.98), (0.25, 0.97 - wave), (0.45, 1.0 + wave / 2), (0.68, 0.97 - wave)))
    ]


def two_curled(pen):
    curl = pen.between(0.05, 0.12)
    neck = ((0.16, 0.2 + curl), (0.06, 0.24), (0.07, 0.1), (0.3, 0.0), (0.53, 0.1), (0.56, 0.27))
    left = pen.mostly(0.02, 0.03)
    return [
        join(
            pen.curve(*neck, (0.4, 0.62), (0.18, 0.86), (left, 0.99)),
            pen.line((left, 1.0), (pen.mostly(0.64, 0.06), 1.0)),
        )
    ]


def _three_belly(pen, waist_x, waist_y):
    """The 3's lower bow."""
    right, low = pen.mostly(0.57, 0.04), pen.between(0.8, 0.92)
    middle = (waist_y + 1) / 2
    return (
        (waist_x + 0.2, waist_y + 0.05),
        (right, middle),
        (0.5, 0.92),
        (0.28, 1.0),
        (pen.mostly(0.04, 0.04), low),
    )


def three_round(pen):
    waist_x, waist_y, low = pen.between(0.14, 0.3), pen.mostly(0.45, 0.03), pen.between(0.08, 0.22)
    right = pen.mostly(0.5, 0.04)
    top = pen.curve(
        (0.03, low), (0.12, 0.04), (0.28, 0.0), (right, 0.2), (0.38, waist_y - 0.07), (waist_x, waist_y)
    )
    return [join(top, pen.curve((waist_x, waist_y), *_three_belly(pen, waist_x, waist_y)))]


def three_loop(pen):
    waist, size = pen.mostly(0.45, 0.03), pen.between(0.03, 0.08)
    knot = ((0.36, waist - 0.06), (0.22, waist + 0.01), (0.17, waist - size), (0.25, waist - 0.02 - size))
    top = ((0.04, pen.between(0.08, 0.2)), (0.25, 0.0), (0.49, 0.18))
    return [pen.curve(*top, *knot, *_three_belly(pen, 0.2, waist))]


def three_flat(pen):
    waist_x, waist_y, left = pen.between(0.18, 0.3), pen.mostly(0.41, 0.03), pen.mostly(0.04, 0.04)
    top = pen.line((left, pen.mostly(0.01, 0.02)), (pen.mostly(0.54, 0.03), 0.0), (waist_x, waist_y))
    return [join(top, pen.curve((waist_x, waist_y), *_three_belly(pen, waist_x, waist_y)))]


def four_open(pen):
    bar, stem, past = pen.between(0.5, 0.76), pen.between(0.3, 0.5), pen.between(0.03, 0.3)
    start, top = pen.between(0.06, 0.3), pen.between(0.0, 0.75) * bar
    bend = pen.line((start, 0.0), (0.0, bar), (stem + past, bar + pen.mostly(-0.02, 0.02)))
    return [bend, pen.line((stem + pen.mostly(0.03, 0.03), top), (stem + pen.mostly(-0.02, 0.03), 1.0))]


def four_cup(pen):
    bar, stem, past = pen.between(0.42, 0.72), pen.between(0.36, 0.58), pen.between(-0.01, 0.16)
    top, lean = pen.between(0.0, 0.7) * bar, pen.between(0.0, 0.2)
    cup = pen.curve(
        (0.04 + lean, pen.between(0.0, 0.1)),
        (0.01 + lean / 2, bar / 2),
        (0.06, bar - 0.03),
        (0.5 * stem, bar),
        (stem + past, bar - 0.04),
    )
    return [cup, pen.line((stem, top), (stem + pen.mostly(-0.03, 0.03), 1.0))]


def four_cup_one_stroke(pen):
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
    return [join(cup, pen.line((stem, top + 0.02), (stem + pen.mostly(-0.03, 0.03), 1.0)))]


def four_closed(pen):
    bar, stem, past = pen.mostly(0.64, 0.05), pen.between(0.4, 0.52), pen.between(0.03, 0.28)
    bend = pen.line((stem, 0.0), (0.0, bar), (stem + past, bar))
    return [
        bend,
        pen.line((stem + pen.mostly(0, 0.02), pen.between(-0.02, 0.06)), (stem + pen.mostly(0, 0.02), 1.0)),
    ]


def four_closed_one_stroke(pen):
    bar, stem, past = pen.mostly(0.64, 0.05), pen.between(0.4, 0.52), pen.between(0.05, 0.26)
    return [
        pen.line(
            (stem + past, bar),
            (0.0, bar + pen.mostly(0, 0.02)),
            (stem, 0.0),
            (stem + pen.mostly(0, 0.02), 1.0),
        )
    ]


def four_bolt(pen):
    bar, corner = pen.mostly(0.55, 0.04), pen.between(0.48, 0.6)
    zigzag = pen.line((pen.between(0.24, 0.36), 0.0), (0.0, bar), (corner, bar - pen.between(0.02, 0.1)))
    stem = pen.between(0.3, 0.4)
    return [zigzag, pen.line((stem + 0.04, pen.between(0.34, 0.46)), (stem - 0.04, 1.0))]


def _five_belly(pen, left, shoulder):
    """The 5's bow, from the foot of its stem."""
    top, right = pen.between(0.0, 0.07), pen.mostly(0.56, 0.04)
    low = pen.between(0.84, 0.96)
    bow = (
        (left + 0.18, shoulder - top),
        (right - 0.05, shoulder + 0.1),
        (right, 0.7),
        (0.42, 0.95),
        (0.22, 1.0),
    )
    return pen.curve((left, shoulder), *bow, (pen.mostly(0.0, 0.04), low))


def five_one_stroke(pen):
    left, shoulder = pen.mostly(0.1, 0.03), pen.mostly(0.42, 0.03)
    bar = pen.line((pen.mostly(0.56, 0.06), pen.mostly(-0.01, 0.02)), (left, 0.0), (left - 0.03, shoulder))
    return [join(bar, _five_belly(pen, left - 0.03, shoulder))]


def five_two_strokes(pen):
    left, shoulder, tilt = pen.mostly(0.1, 0.03), pen.mostly(0.42, 0.03), pen.mostly(-0.01, 0.025)
    body = join(pen.line((left, 0.0), (left - 0.03, shoulder)), _five_belly(pen, left - 0.03, shoulder))
    start, height = left + pen.between(-0.05, 0.12), pen.between(-0.07, 0.04)
    return [body, pen.line((start, height), (pen.mostly(0.6, 0.07), height + tilt))]


def five_round(pen):
    shoulder = pen.mostly(0.43, 0.02)
    hook = pen.curve((0.57, 0.03), (0.36, -0.01), (0.17, 0.03), (0.1, 0.16), (0.07, shoulder - 0.03))
    return [join(hook, _five_belly(pen, 0.08, shoulder))]


def six_curved(pen):
    size, left = pen.between(0.4, 0.56), pen.mostly(0.02, 0.02)
    top, right = 1 - size, pen.mostly(0.53, 0.04)
    back = ((pen.between(0.34, 0.56), 0.0), (0.2, 0.16), (0.06, 0.42), (left, 0.7))
    loop = ((0.1, 0.93), (0.29, 1.0), (0.48, 0.92), (right, 1 - size / 2), (0.42, top + 0.04), (0.25, top))
    return [
        pen.curve(*back, *loop, (0.1, top + pen.between(0.1, 0.22)), (left + pen.mostly(0.03, 0.03), 0.78))
    ]


def six_straight(pen):
    size = pen.between(0.4, 0.54)
    top, right, start = 1 - size, pen.mostly(0.52, 0.04), pen.between(0.2, 0.48)
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


def six_loose(pen):
    top = pen.between(0.5, 0.62)
    back = ((pen.between(0.3, 0.5), 0.0), (0.14, 0.22), (0.03, 0.55), (0.07, 0.87), (0.27, 1.0), (0.48, 0.9))
    return [
        pen.curve(*back, (0.5, 0.72), (0.36, top), (0.2, top + 0.06), (pen.between(0.08, 0.18), top + 0.18))
    ]


def _seven(pen, start):
    """A 7 whose top bar begins with the points `start`; also its stem's top and foot."""
    right, foot, bow = pen.mostly(0.56, 0.06), pen.between(0.08, 0.44), pen.mostly(0.0, 0.04)
    stem = pen.curve((right, 0.01), ((right + foot) / 2 - bow, 0.5), (foot, 1.0))
    return join(start, pen.line((right, pen.mostly(0, 0.02))), stem), right, foot


def seven_plain(pen):
    return [_seven(pen, pen.line((0.0, pen.mostly(0.01, 0.025))))[0]]


def _seven_bar(pen, right, foot):
    height, reach = pen.between(0.36, 0.74), pen.between(0.12, 0.34)
    middle, tilt = right + height * (foot - right) + pen.mostly(0.02, 0.04), pen.mostly(-0.01, 0.04)
    return pen.line((middle - reach, height - tilt), (middle + reach, height + tilt))


def seven_barred(pen):
    body, right, foot = _seven(pen, pen.line((0.0, pen.mostly(0.01, 0.025))))
    return [body, _seven_bar(pen, right, foot)]


def _hook(pen):
    return pen.line((pen.mostly(0.0, 0.02), pen.between(0.08, 0.25)), (0.01, 0.01))


def seven_hooked(pen):
    return [_seven(pen, _hook(pen))[0]]


def seven_hooked_barred(pen):
    body, right, foot = _seven(pen, _hook(pen))
    return [body, _seven_bar(pen, right, foot)]


def seven_wave(pen):
    dip = pen.between(0.02, 0.06)
    start = pen.curve((0.0, 0.13), (0.06, 0.02), (0.22, dip), (0.4, dip + 0.02), (0.55, -0.01))
    return [_seven(pen, start)[0]]


def _neck(pen):
    return pen.curve(
        (pen.mostly(0.02, 0.03), pen.between(0.12, 0.27)), (0.06, 0.07), (0.24, 0.0), (0.45, 0.02)
    )


def seven_necked(pen):
    return [_seven(pen, _neck(pen))[0]]


def seven_necked_barred(pen):
    body, right, foot = _seven(pen, _neck(pen))
    return [body, _seven_bar(pen, right, foot)]


def _eight_path(pen):
    waist, upper, lower = pen.mostly(0.46, 0.03), pen.mostly(0.21, 0.025), pen.mostly(0.27, 0.03)
    down = ((0.28 - upper, waist * 0.45), (0.27, waist), (0.28 + lower, (1 + waist) / 2))
    return down, ((0.28 - lower, (1 + waist) / 2), (0.29, waist), (0.28 + upper, waist * 0.45))


def eight_from_right(pen):
    down, up = _eight_path(pen)
    start, end = (
        (pen.between(0.42, 0.52), pen.between(0.06, 0.16)),
        (pen.between(0.36, 0.46), pen.between(0.0, 0.1)),
    )
    return [pen.curve(start, (0.28, 0.0), *down, (0.28, 1.0), *up, end)]


def eight_from_top(pen):
    down, up = _eight_path(pen)
    return [pen.curve((0.29, 0.0), *down, (0.28, 1.0), *up, (pen.mostly(0.28, 0.04), pen.mostly(0.0, 0.02)))]


def eight_mirrored(pen):
    return [stroke * [-1, 1] for stroke in eight_from_right(pen)]


def eight_circles(pen):
    waist, apart = pen.mostly(0.46, 0.03), pen.between(-0.03, 0.01)
    start, other = pen.between(-120, -60), pen.between(-120, -60)
    upper = pen.arc(0.28, waist / 2, pen.mostly(0.22, 0.02), waist / 2, start, start - pen.mostly(370, 12))
    x, turn = pen.mostly(0.28, 0.015), pen.mostly(370, 12)
    low = (1 - waist) / 2
    return [upper, pen.arc(x, 1 - low + apart, pen.mostly(0.27, 0.025), low, other, other - turn)]


def _nine_loop(pen):
    """The 9's loop, ending at its right side; and where that is."""
    height, width, start = pen.between(0.15, 0.32), pen.between(0.15, 0.3), pen.between(-60, 5)
    return pen.arc(0.27, height, width, height, start, start - pen.mostly(360, 5)), 0.27 + width, height


def nine_straight(pen):
    loop, x, y = _nine_loop(pen)
    return [join(loop, pen.line((x - 0.005, y + 0.1), (pen.mostly(0.45, 0.06), 1.0)))]


def nine_leaning(pen):
    loop, x, y = _nine_loop(pen)
    foot = pen.between(-0.05, 0.35)
    return [join(loop, pen.curve((x, y + 0.08), (x - 0.06, 0.6), (foot, 1.0)))]


def nine_curled(pen):
    loop, x, y = _nine_loop(pen)
    return [join(loop, pen.curve((x, y + 0.05), *_curl(pen, x, y)))]


def _curl(pen, x, y):
    """A 9's tail that swings round to the left."""
    low, end, lean = pen.between(0.78, 0.99), pen.between(-0.16, 0.14), pen.between(0.0, 0.1)
    middle = (x - lean + end) / 2
    return (
        (x + 0.01, (y + 0.9) / 2),
        (x - 0.05 - lean, 0.88),
        (middle + pen.mostly(0.02, 0.03), 1.0),
        (end, low),
    )


def nine_hooked(pen):
    loop, x, y = _nine_loop(pen)
    size = pen.between(0.06, 0.2)
    tail = ((x - 0.01, 0.55), (x - 0.03, 0.88), (x - 0.06 - size / 2, 0.99), (x - 0.08 - size, 0.93))
    return [join(loop, pen.curve((x, y + 0.05), *tail))]


def nine_two_strokes(pen):
    height, width, start = pen.mostly(0.26, 0.03), pen.mostly(0.24, 0.03), pen.between(-80, -20)
    loop = pen.arc(0.27, height, width, height, start, start - pen.mostly(365, 15))
    x = 0.27 + width + pen.mostly(0.0, 0.015)
    return [loop, pen.line((x, pen.between(0.0, 0.18)), (x + pen.mostly(-0.04, 0.04), 1.0))]


def _nine_bowl(pen):
    """The 9's loop where it does not close, ending at its right side; and where that is."""
    x, y, low = pen.mostly(0.5, 0.03), pen.between(0.03, 0.16), pen.between(0.36, 0.5)
    points = ((x, y), (0.27, 0.0), (0.04, low / 2), (0.12, low - 0.02), (0.32, low))
    return pen.curve(*points, (x, pen.between(0.13, 0.25))), x


def nine_open(pen):
    bowl, x = _nine_bowl(pen)
    return [join(bowl, pen.curve((x, 0.28), (x - 0.01, 0.65), (pen.mostly(0.44, 0.05), 1.0)))]


def nine_open_curled(pen):
    bowl, x = _nine_bowl(pen)
    return [join(bowl, pen.curve((x, 0.28), *_curl(pen, x, 0.28)))]


# (style, how common it is among the ways to write that digit, roughly)
STYLES = (
    ((nought, 0.7), (nought_clockwise, 0.18), (nought_halves, 0.05), (nought_slashed, 0.07)),
    ((one_plain, 0.3), (one_flag, 0.34), (one_curved_flag, 0.14), (one_flag_foot, 0.19), (one_foot, 0.03)),
    ((two_corner, 0.42), (two_loop, 0.2), (two_round_foot, 0.22), (two_curled, 0.16)),
    ((three_round, 0.6), (three_flat, 0.25), (three_loop, 0.15)),
    (
        (four_open, 0.3),
        (four_cup, 0.22),
        (four_closed, 0.2),
        (four_closed_one_stroke, 0.1),
        (four_cup_one_stroke, 0.1),
        (four_bolt, 0.08),
    ),
    ((five_one_stroke, 0.35), (five_two_strokes, 0.5), (five_round, 0.15)),
    ((six_curved, 0.55), (six_straight, 0.2), (six_loose, 0.25)),
    (
        (seven_plain, 0.26),
        (seven_barred, 0.24),
        (seven_hooked, 0.1),
        (seven_hooked_barred, 0.15),
        (seven_wave, 0.08),
        (seven_necked, 0.05),
        (seven_necked_barred, 0.12),
    ),
    ((eight_from_right, 0.45), (eight_from_top, 0.2), (eight_mirrored, 0.1), (eight_circles, 0.25)),
    (
        (nine_straight, 0.2),
        (nine_leaning, 0.14),
        (nine_curled, 0.25),
        (nine_hooked, 0.13),
        (nine_two_strokes, 0.12),
        (nine_open, 0.08),
        (nine_open_curled, 0.08),
    ),
)
