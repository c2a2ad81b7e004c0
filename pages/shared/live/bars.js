// Changes the bars of an answer in place. pages/shared/bars.py makes their HTML. percentText is in
// bnn/engine/portable/answer_words.js, and setText in elements.js.

// A bar with a lower probability has no number beside it, as in pages/shared/bars.py.
const MIN_SHOWN = 0.005

/** Shows each class's probability in the bars within an element; the bars of the classes `named` stand out. */
export function showBars(element, probabilities, named) {
  element.querySelectorAll(".bar").forEach((bar, i) => {
    bar.classList.toggle("best", named.includes(i))
    bar.querySelector(".fill").style.width = `${(100 * probabilities[i]).toFixed(1)}%`
    setText(bar.querySelector(".percent"), probabilities[i] >= MIN_SHOWN ? percentText(probabilities[i]) : "")
  })
}

const numberFormat = new Intl.NumberFormat("en-US")

/** Returns a whole number with commas between thousands, as Python's "{:,}" writes it. */
export const numberText = number => numberFormat.format(number)
