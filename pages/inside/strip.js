// On a phone, the visitor swipes through a strip of chapters (style/inside_head.css). This scrolls the open one to the middle.

const isNarrow = matchMedia("(max-width: 640px)")
const PATIENCE_MILLISECONDS = 2000 // until the strip and its style are on the page

export default function () {
  const end = performance.now() + PATIENCE_MILLISECONDS
  let frame = requestAnimationFrame(look)
  return () => cancelAnimationFrame(frame)

  function look() {
    const chosen = document.querySelector(".st-key-inside-contents [aria-checked=true]")
    const strip = chosen?.parentElement
    if (strip?.scrollWidth > strip?.clientWidth) bringIntoMiddle(chosen, strip)
    else if (isNarrow.matches && performance.now() < end) frame = requestAnimationFrame(look)
  }
}

function bringIntoMiddle(chosen, strip) {
  const [button, whole] = [chosen, strip].map(part => part.getBoundingClientRect())
  const left = button.left + button.width / 2 - (whole.left + whole.width / 2)
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches
  strip.scrollBy({ left, behavior: isStill ? "instant" : "smooth" })
}
