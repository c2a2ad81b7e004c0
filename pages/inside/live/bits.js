// Chapter 1: pixels become bits.

export function showBitsChapter(network, pixels, { page, truth }) {
  const row = document.querySelector(".inside-row")
  if (!row) return
  const [ownPixels, ...others] = row.querySelectorAll("img")
  const { thresholds, report } = page
  network.setPixelThresholds(thresholds)
  showPicture(ownPixels, ofPixels(pixels))
  thresholds.forEach((threshold, i) => showPicture(others[i], atThreshold(pixels, threshold)))
  if (!thresholds.length) showPicture(others[0], ofPixels(pixels))
  if (report) showReport(row.querySelector(".apart"), pixels, report)
  showCount(pixels, thresholds)
  showVerdict(document.querySelector(".st-key-bits-words .verdict"), network.read(pixels), network.classNames, truth)
}

const atThreshold = (pixels, threshold) => ofBits(Array.from(pixels, pixel => pixel < threshold), SIDE)

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
