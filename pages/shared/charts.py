"""What the charts of all pages share: colours, sizes of text, and parts of Vega-Lite specifications.

The specifications are plain dicts (https://vega.github.io/vega-lite/docs/). The library Altair could write
them, but it takes a second to load and 40 ms for each chart. The measured values are passed beside a
specification. So the specification stays the same when they change, and the browser updates the chart without
building it anew.

The colours are readable on black and on white (contrast above 4), and colour-blind people can tell them apart
(bluish green and orange). Green and orange mean the same as in style/site.css: RIGHT is right, WRONG is
wrong. In a curve of one run, RIGHT is also the line of the validation digits and QUIET the line of the
training digits. In the chart of a sweep, RIGHT is also the best run. Otherwise QUIET is for what should not
stand out, such as the line of guessing.
"""

from pages.shared.text import percent_text

RIGHT = "#008a61"
WRONG = "#d9480f"
QUIET = "#7a7a7a"
# Colours of runs that are compared. They must not seem to mean anything, so none is close to a colour that
# has a meaning: blue (can be pressed), green, orange, purple (flipped) or the grey of QUIET. Colour-blind
# people can tell them apart, too.
RUN_COLOURS = ("#c61071", "#2ba3ab", "#998f00", "#bd8875", "#f500e4", "#5d6732")
# Size of all text in pixels: the small size of style/site.css, which is larger for a projector.
FONT_SIZE = {"expr": "windowSize()[0] >= 1600 && windowSize()[1] >= 900 ? 17.5 : 14"}
# Width of the labels of the vertical axis, such as "99.9 %", and of the gap between them and the axis, in
# pixels. It is the same in all charts.
LABEL_WIDTH = {"expr": f"3.9 * ({FONT_SIZE['expr']})"}
# Numbers as on the rest of the page: "1,135" and "98.4 %" (https://vega.github.io/vega/docs/config/#locale).
_NUMBERS = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""], "percent": "\u00a0%"}
CONFIG = {
    "locale": {"number": _NUMBERS},
    # Each label is centred at its tick. Vega-Lite would shift the first and the last inwards.
    "axis": {"labelFontSize": FONT_SIZE, "titleFontSize": FONT_SIZE, "labelFlush": False},
    "legend": {"labelFontSize": FONT_SIZE},
}
# Makes the column "rounded", which tooltips and screen readers say, from "value". As in `percent_digits`,
# only 0 becomes "0.00 %", and only 1 becomes "100.00 %". The two decimals of a loss stay the same.
ROUNDED = {
    "calculate": "datum.value > 0 && datum.value < 1 ? clamp(datum.value, 0.0001, 0.9999) : datum.value",
    "as": "rounded",
}
# Where an axis from 0 to 1 is labelled.
QUARTERS = [0, 0.25, 0.5, 0.75, 1]


def accuracy_against(setting: str, lowest: float, highest: float, guessing: float) -> dict:
    """Returns the specification, without a height, that draws the share of right answers against a setting.

    The table has the columns `setting`, `share` and `now`. `now` is true for the current setting.

    Args:
        setting: title of the horizontal axis.
        lowest: first value of that axis.
        highest: last value of that axis.
        guessing: share of right answers by guessing, which is marked with a line. The label of this line
            is below it, away from the curve, or above it if there is no room below (with many classes).
    """
    reach = {"domain": [lowest, highest], "nice": False}
    encoding = {
        "x": quantity("setting", title=setting, scale=reach, axis={"grid": False}),
        "y": quantity(
            "share", title="read right", scale={"domain": [0, 1]}, axis={"format": ".0%", "values": QUARTERS}
        ),
        "tooltip": [
            quantity("setting", title=setting),
            quantity("share", title="read right", format=".1%"),
        ],
    }
    line = {"mark": {"type": "line", "color": RIGHT, "strokeWidth": 2, "aria": False}, "encoding": encoding}
    points = {"mark": {"type": "circle", "opacity": 1, "color": RIGHT, "size": 40}, "encoding": encoding}
    now = points | {"mark": points["mark"] | {"size": 160}, "transform": [{"filter": "datum.now"}]}
    # A curve that begins at the left edge may fall steeply there, so the words are at the right edge.
    is_symmetric = lowest < 0
    rule, words = guessing_line(0 if is_symmetric else highest, guessing, setting, ends=True)
    if is_symmetric:
        words["mark"] |= {"align": "center", "dx": 0}
    if guessing >= 0.1:
        # The largest point on the line must not touch the words.
        words["mark"] |= {"baseline": "top", "dy": 9}
    # The last number of the horizontal axis needs room at the right.
    padding = {"left": 0, "right": 10, "top": 10, "bottom": 4}
    # The words are in front of the curve. Around them is the page's colour, see style/inside.css.
    layers = [rule, line, points, now, words]
    return {"layer": layers, "padding": padding, "config": CONFIG}


def quantity(field: str, **look: object) -> dict:
    """Returns the Vega-Lite encoding of a column of numbers, with the settings in `look`."""
    return {"field": field, "type": "quantitative"} | look


def guessing_line(
    x: float, guessing: float, title: str, *, ends: bool = False, is_of_mistakes: bool = False, gap: int = 2
) -> list[dict]:
    """Returns two layers: a horizontal line at the share that guessing gets right, and its label.

    Args:
        x: where on the horizontal axis the label begins or, if `ends`, where it ends.
        guessing: share of right answers by guessing.
        title: title of the horizontal axis.
        ends: whether the label ends at x, so that it fits into a narrow chart.
        is_of_mistakes: whether the values of the vertical axis are shares of wrong answers.
        gap: distance of the label from the line, in pixels.
    """
    share = 1 - guessing if is_of_mistakes else guessing
    data = {"values": [{"x": x, "share": share, "name": f"guessing: {percent_text(guessing, 0)}"}]}
    line = {
        "mark": {"type": "rule", "color": QUIET, "strokeDash": [4, 3]},
        "encoding": {"y": quantity("share")},
    }
    mark = {
        "type": "text",
        "align": "right" if ends else "left",
        "baseline": "bottom",
        "dx": -4 if ends else 4,
        "dy": -gap,
        "color": QUIET,
        "fontSize": FONT_SIZE,
    }
    text = {"field": "name", "type": "nominal"}
    # All layers need the same title, because the axis would show each different one.
    place = {"x": quantity("x", title=title), "y": quantity("share")}
    name = {"mark": mark, "encoding": {**place, "text": text}}
    return [part | {"data": data} for part in (line, name)]
