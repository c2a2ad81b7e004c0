// On a phone, visitors swipe through a strip of chapters (style/inside_head.css). This script scrolls the open chapter to the
// middle of the strip.

const isNarrow = matchMedia("(max-width: 640px)")
const PATIENCE_MILLISECONDS = 2000 // until the strip and its style are on the page

export default function () {
  window.oneBitLabStrip ??= listen()
  const end = performance.now() + PATIENCE_MILLISECONDS
  let frame = requestAnimationFrame(scrollWhenReady)
  return () => cancelAnimationFrame(frame)

  function scrollWhenReady() {
    const chosen = document.querySelector(".st-key-inside-contents [aria-checked=true]")
    const strip = chosen?.parentElement
    if (strip?.scrollWidth > strip?.clientWidth) bringIntoMiddle(chosen, strip)
    else if (isNarrow.matches && performance.now() < end) frame = requestAnimationFrame(scrollWhenReady)
  }
}

/**
 * Keeps the focus where it is when a chapter is pressed. Otherwise, React Aria's toolbar would move the focus to the
 * chapter that had it last, the strip would scroll there, and the press would be lost.
 */
function listen() {
  const isInStrip = part => part.closest?.(".st-key-inside-contents [role=radiogroup]")
  const onPress = event => isNarrow.matches && isInStrip(event.target) && event.preventDefault()
  addEventListener("mousedown", onPress, { capture: true })
  return true
}

function bringIntoMiddle(chosen, strip) {
  const [button, whole] = [chosen, strip].map(part => part.getBoundingClientRect())
  const left = button.left + button.width / 2 - (whole.left + whole.width / 2)
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches
  strip.scrollBy({ left, behavior: isStill ? "instant" : "smooth" })
}
