"""Checks that buttons, links and fields are large enough for a finger."""

from playwright.sync_api import Page

from tests.support import chromium, waiting

# Lists the parts that are too small for a finger. A horizontal and a vertical line cross in the middle of a
# part. The part is large enough if it reacts to touches on at least 44 pixels of each line. Links within a
# text, disabled parts, the link that skips to the content, file inputs and the tour are left out. Each part
# is first scrolled into view.
_TOO_SMALL = """
() => {
  const pressable = "button, a[href], input, summary, [role=button], [role=radio]"
  const leftOut = "p a, [data-testid=stSkipToContent], [disabled], [type=file], #tour *"
  // An input is pressed through its label, and a slider through its thumb.
  const target = part => part.closest("label, [data-testid=stSlider] [data-rac][style*=translate]") ?? part
  return [...document.querySelectorAll(pressable)].filter(part => !part.matches(leftOut)).map(part => {
    const whole = part.matches("input") ? target(part) : part
    if (!whole.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return null
    whole.scrollIntoView({ block: "center", inline: "center", behavior: "instant" })
    const { left, top, width, height } = whole.getBoundingClientRect()
    const middle = [left + width / 2, top + height / 2]
    const isHit = (x, y) => whole.contains(document.elementFromPoint(middle[0] + x, middle[1] + y))
    const reach = (x, y) => {
      let far = 0
      while (far < 44 && isHit(x * far, y * far)) far++
      return far
    }
    // The middle is counted twice. This makes up for a part that begins between two pixels.
    const across = reach(1, 0) + reach(-1, 0), down = reach(0, 1) + reach(0, -1)
    if (Math.min(across, down) >= 44) return null
    return `${part.tagName} ${part.ariaLabel ?? part.innerText}: ${across} x ${down}`
  }).filter(Boolean)
}
"""


def check_targets(page: Page) -> None:
    """Checks that a finger can press the buttons, links and fields on the page as it is now."""
    devtools = page.context.new_cdp_session(page)
    is_coarse = "matchMedia('(pointer: coarse)').matches"
    has_touch = page.evaluate(is_coarse)
    devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    page.wait_for_function(is_coarse)
    chromium.wait_for_frames(page)
    waiting.until_equal(lambda: page.evaluate(_TOO_SMALL), [], "what is too small for a finger")
    devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": has_touch})
