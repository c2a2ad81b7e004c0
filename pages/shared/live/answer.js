// Changes an answer on the page in place. pages/shared/answer.py makes its HTML.

const STEADY_MILLISECONDS = 120

/** Keeps the shown class from flickering. A new class replaces it if it is sure or has not changed for a moment. */
export class SteadyDigit {
  shown = null
  #candidate = null
  #since = 0

  next({ digit, isSure }, now) {
    if (digit !== this.#candidate) [this.#candidate, this.#since] = [digit, now]
    if (this.shown === null || isSure || now - this.#since >= STEADY_MILLISECONDS) this.shown = digit
    return this.shown
  }
}

/** Shows an answer in the element `box`, which may be missing.
 *
 * While the pen is down, `soFar` is the class to show. After that, it is null, and the answer is final.
 */
export function showAnswer(box, answer, soFar, classNames) {
  if (!box) return
  const isDrawing = soFar !== null
  const digit = isDrawing ? soFar : answer.digit
  const { state, size, before, text, after } = answerInWords({ ...answer, digit }, classNames, isDrawing)
  box.className = `answer ${state}`
  Object.assign(box.dataset, { state, digit, from: "browser" })
  box.setAttribute("aria-busy", isDrawing)
  const [wordsBefore, wordsAfter] = box.querySelectorAll(".words")
  setText(wordsBefore, before)
  setText(wordsAfter, after)
  const figure = box.querySelector(".digit")
  figure.className = `digit ${size}`
  setText(figure, text)
  showBars(box, answer.probabilities, digit)
}
