// Chapter 5: the digit and the network are damaged while the sliders move.

export function showBreakChapter(network, pixels, { page, truth }) {
  const settings = sliderValues(page)
  settings.flips = pressedShare(page) ?? settings.flips
  network.flipWeights(settings.flips / 100)
  const { turn, right, down, noise } = settings
  const damaged = withNoise(moved(pixels, turn, right, down), noise, noiseOf(page))
  const place = document.querySelector(".st-key-break-figures")
  if (!place) return
  const answer = network.read(damaged)
  showPicture(place.querySelector("img"), ofPixels(damaged))
  showVerdict(place.querySelector(".verdict"), answer, network.classNames, truth)
  showBarsOf(place.querySelector(".bars"), answer, network.classNames)
  showWeights(network, place.querySelector("img.weights"), page.step)
  showCounts(network, !isSliderAhead(page) && pressedShare(page) === null)
}

function noiseOf(page) {
  page.noiseValues ??= new Float32Array(Uint8Array.from(atob(page.noise), letter => letter.charCodeAt(0)).buffer)
  return page.noiseValues
}

/** Shows the number of flipped weights. Only the server counts the test digits that are read right: after a slider is let go,
 * or after a press of the button that flips weights. Until it has answered, the old count is pale, also where phones show it
 * a second time (`.on-phones`). */
function showCounts(network, isUpToDate) {
  const [numRight, numFlipped] = document.querySelectorAll(".st-key-break-counts .value")
  setText(numFlipped, numberText(network.numFlipped))
  for (const count of [numRight, document.querySelector(".st-key-break-figures .on-phones")])
    count?.classList.toggle("old", !isUpToDate)
}
