"""Checks the looks of a page's text: sizes, contrast, numbers and long lines."""

import re
from io import BytesIO

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.support import chromium, waiting

# Sizes of text in rem. The answer on Draw and Teach may be larger.
SCALE = (0.875, 1, 1.25, 1.75, 3)
# The smallest size of a chart's text, in pixels, in windows that are at least 1280 pixels wide. (On a phone,
# the counts in small cells are smaller.)
MIN_CHART_PIXELS = 13
# The lowest contrast of text (https://www.w3.org/TR/WCAG21/#contrast-minimum).
MIN_CONTRAST = 4.5
# Numbers that are written in another style than the app's.
_WRONG_NUMBER = (
    # "98%" instead of "98 %".
    r"\d%|"
    # A plain space before a unit: a line could end there.
    r"\d (%|[kM]B|ms|µs|s|min|h)(?!\w)|"
    # "1135" instead of "1,135". Ports and ids do not count as numbers.
    r"(?<![\d.:/-])(?<!\.port )\d{4,}(?![\d-])"
)
# The most characters of a line of running text. The style sheet makes lines wide enough for about 65
# characters. A few more fit if many characters are narrow.
MAX_CHARACTERS = 68
# Lists the visible texts that break a rule. Text in a `.tile`, the square of a bit, is not checked, because
# its size depends on that of the square. Contrast is not checked in three cases. Disabled elements may be
# pale. A slider's number is inside the blue thumb in the HTML, but is drawn beside the thumb. The numbers of
# the confusion matrix are drawn on coloured cells, whose colours this script does not find.
_FAULTS = """
([scale, minChartPixels, minContrast, wrongNumber, maxCharacters]) => {
  const root = parseFloat(getComputedStyle(document.documentElement).fontSize)
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })
  const known = new Map()
  const colour = text => {
    if (!known.has(text)) {
      context.clearRect(0, 0, 1, 1)
      context.fillStyle = text
      context.fillRect(0, 0, 1, 1)
      const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data
      known.set(text, { parts: [red, green, blue], alpha: alpha / 255 })
    }
    return known.get(text)
  }
  const mix = (top, share, under) => under.map((part, i) => share * top[i] + (1 - share) * part)
  const luminance = parts => {
    const [red, green, blue] = parts.map(part => part / 255).map(part =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const page = colour(getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor).parts
  const parent = part => part.parentElement ?? part.getRootNode().host
  // The opacity of an element, and the colour behind its text. The backgrounds lie over each other, from the
  // outermost element inwards. Results are kept, because many elements lie inside the same others.
  const grounds = new Map()
  const groundOf = part => {
    if (!part) return { opacity: 1, ground: page }
    if (!grounds.has(part)) {
      const around = groundOf(parent(part)), style = getComputedStyle(part)
      const { parts, alpha } = colour(style.backgroundColor), opacity = around.opacity * style.opacity
      grounds.set(part, { opacity, ground: mix(parts, alpha * opacity, around.ground) })
    }
    return grounds.get(part)
  }
  const contrast = (part, style, isChart) => {
    const { opacity, ground: behind } = groundOf(part)
    const ground = isChart ? page : behind
    const { parts, alpha } = colour(isChart ? style.fill : style.color)
    const share = alpha * opacity * (isChart ? style.fillOpacity : 1)
    const [dark, light] = [luminance(ground), luminance(mix(parts, share, ground))].sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }
  const isDisabled = part => {
    for (let next = part; next; next = parent(next))
      if (next.matches(":disabled, [aria-disabled=true], [data-disabled]")) return true
    return false
  }
  const faults = []
  const check = part => {
    const texts = [...part.childNodes].filter(child => child.nodeType === 3)
    const text = texts.map(child => child.data).join("").trim()
    if (!text || part.closest(".tile, style, script, title, [data-testid=stIconMaterial]")) return
    if (!part.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return
    const { width, height } = part.getBoundingClientRect()
    if (width < 2 || height < 2) return
    const style = getComputedStyle(part), pixels = parseFloat(style.fontSize)
    const isChart = part instanceof SVGElement
    const isSizeAllowed = isChart
      ? innerWidth < 1280 || pixels >= minChartPixels
      : part.matches(".answer .digit") || scale.some(size => Math.abs(pixels / root - size) < 0.005)
    const what = `${part.localName}.${part.getAttribute("class")} "${text.slice(0, 30)}"`
    if (new RegExp(wrongNumber).test(text)) faults.push(`${what}: a number in another style`)
    if (!isSizeAllowed) faults.push(`${what}: ${pixels} px`)
    if (part.closest("[data-testid=stSliderThumbValue], .st-key-matrix-place") || isDisabled(part)) return
    const ratio = contrast(part, style, isChart)
    if (ratio < minContrast) faults.push(`${what}: contrast ${ratio.toFixed(2)}`)
  }
  const checkLines = part => {
    const range = document.createRange(), walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
    const lengths = {}
    while (walker.nextNode()) for (let i = 0; i < walker.currentNode.length; i++) {
      range.setStart(walker.currentNode, i)
      range.setEnd(walker.currentNode, i + 1)
      // Characters belong to the same line if their lower edges are at about the same height.
      const { bottom, width } = range.getBoundingClientRect()
      if (width) lengths[Math.round(bottom / 8)] = (lengths[Math.round(bottom / 8)] ?? 0) + 1
    }
    const length = Math.max(0, ...Object.values(lengths))
    if (length > maxCharacters) faults.push(`a line of ${length} characters: ${part.innerText.slice(0, 30)}`)
  }
  // A row of colours with their names is not running text.
  document.querySelectorAll("p:not(.colours), li, figcaption").forEach(part => {
    if (part.checkVisibility() && part.innerText.length > maxCharacters) checkLines(part)
  })
  const visit = tree => tree.querySelectorAll("*").forEach(part => {
    if (part.shadowRoot) visit(part.shadowRoot)
    check(part)
  })
  visit(document)
  return faults
}
"""


def wait_until_text_is_right(page: Page, where: str) -> None:
    """Waits until no text of the page breaks a rule on size, contrast, numbers or length of lines."""
    chromium.wait_until_complete(page)
    rules = [SCALE, MIN_CHART_PIXELS, MIN_CONTRAST, _WRONG_NUMBER, MAX_CHARACTERS]
    waiting.until_equal(lambda: page.evaluate(_FAULTS, rules), [], f"wrong text {where}")


def check_text_in_both_themes(page: Page, where: str) -> None:
    """Checks the text in the page's theme, and then in the other theme, in which the page stays."""
    is_dark_now = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    themes = ("dark", "light") if is_dark_now else ("light", "dark")
    for theme in themes:
        change_theme(page, theme)
        wait_until_text_is_right(page, f"{where} in the {theme} theme")


def change_theme(page: Page, theme: str) -> None:
    """Lets the browser prefer the "light" or the "dark" theme, and waits until the app shows it."""
    page.emulate_media(color_scheme=theme)
    ground = {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 22, 24)"}[theme]
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", ground)


def ground_of(part: Locator) -> tuple[int, ...]:
    """Returns red, green and blue just inside the left edge of a part of the page."""
    picture = Image.open(BytesIO(part.screenshot())).convert("RGB")
    return picture.getpixel((4, picture.height // 2))


def contrast(one: str, other: str) -> float:
    """Returns the contrast of two colours such as "rgb(0, 128, 255)", from 1 to 21, as WCAG defines it."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour)
    assert channels, f"{colour} is not opaque"
    parts = [int(channel) / 255 for channel in channels.groups()]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
