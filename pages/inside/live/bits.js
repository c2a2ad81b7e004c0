// Chapter 1: pixels become bits.

export function showBitsChapter(network, pixels, { page, truth }) {
  const row = document.querySelector(".inside-row")
  if (!row) return
  const [pixelPicture, ...others] = row.querySelectorAll("img")
  // No pixel reaches a threshold of `neverWhite` or more.
  const { report, neverWhite } = page
  const thresholds = movedThresholds(network.ownPixelThresholds, sliderValues(page).white, neverWhite)
  network.setPixelThresholds(thresholds)
  showPicture(pixelPicture, ofPixels(pixels), { count: pixels.filter(pixel => pixel > 0).length })
  thresholds.forEach((threshold, i) => showPicture(others[i], atThreshold(pixels, threshold), { level: threshold }))
  if (thresholds.length) setText(row.querySelector(".question"), question(thresholds, neverWhite))
  else showPicture(others[0], ofPixels(pixels))
  if (report) showReport(row.querySelector(".apart"), pixels, report)
  showCount(pixels, thresholds)
  showVerdict(document.querySelector(".st-key-bits-words .verdict"), network.read(pixels), network.classNames, truth)
}

/** The network's thresholds, all changed by the same factor, so that the lowest is `wanted`. */
function movedThresholds(trained, wanted, highest) {
  const lowest = Math.min(...trained)
  if (!trained.length || !lowest || wanted === null) return trained
  return trained.map(level => Math.min(highest, Math.max(0, roundHalfToEven((level * wanted) / lowest))))
}

/** The question that decides the bits of a pixel, in the words of pages/inside/chapters/bits.py. */
function question(thresholds, neverWhite) {
  const levels = [...new Set(thresholds)].filter(level => level < neverWhite).sort((a, b) => a - b)
  if (!levels.length) return "is it brighter than white? No pixel is, so all bits are black."
  if (levels.join() === "0") return "is it at least 0? Every pixel is, so all bits are white."
  const some = levels.length > 1 ? `${levels.slice(0, -1).join(", ")} or ${levels.at(-1)}` : levels[0]
  const isAnyAbove = thresholds.some(level => level >= neverWhite)
  return `is it at least ${some}?${isAnyAbove ? " (the other levels are above white, so no pixel reaches them)" : ""}`
}

const atThreshold = (pixels, threshold) => ofBits(Array.from(pixels, pixel => pixel < threshold), SIDE)

/** Shows the bits that the network "report" sees, and the caption that fits them. */
function showReport(figure, pixels, { threshold, captions }) {
  if (!figure) return
  showPicture(figure.querySelector("img"), atThreshold(pixels, threshold))
  const isBlind = pixels.every(pixel => pixel >= threshold)
  setText(figure.querySelector("figcaption"), captions[isBlind ? "blind" : "sees"])
}

function showCount(pixels, thresholds) {
  const words = document.querySelector(".st-key-bits-words")
  const numWhite = thresholds.reduce((sum, threshold) => sum + pixels.filter(pixel => pixel >= threshold).length, 0)
  setText(words?.querySelector(".num-white"), numberText(numWhite))
  setText(words?.querySelector(".num-black"), numberText(pixels.length * thresholds.length - numWhite))
}
