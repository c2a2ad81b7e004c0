// Changes an answer on the page in place. pages/shared/answer.py makes its HTML. answerInWords, namedClass and namedClasses are
// in bnn/engine/portable/answer_words.js, setText in elements.js, and showBars in bars.js.

const STEADY_MILLISECONDS = 120
// If the pen rests for this time, the answer is worded as if the pen were lifted.
const REST_MILLISECONDS = 300

/** Keeps the shown answer from flickering.
 *
 * An answer that names another class than the shown one, or no class, is shown only in two cases: the network is sure of it, or
 * all answers of the last STEADY_MILLISECONDS agree with it.
 */
export class SteadyAnswer {
  #shown = null
  #candidate = null
  #since = 0

  /** Returns the answer to show at the time `now`, in milliseconds.
   *
   * This is `answer` or, while its class may be a flicker, the answer shown before.
   */
  next(answer, now) {
    const named = namedClass(answer)
    if (named !== this.#candidate) [this.#candidate, this.#since] = [named, now]
    const isSame = !this.#shown || named === namedClass(this.#shown)
    if (isSame || answer.isSure || now - this.#since >= STEADY_MILLISECONDS) this.#shown = answer
    return this.#shown
  }
}

/** Shows an answer in the element `box`, which may be missing.
 *
 * While the pen is down (`isDrawing`), the answer is not final, so its words are marked as busy. While the pen also moves
 * (it is not `isResting`), at most one class is named, with the words "so far". The words for a blind network say
 * that it answers the same to everything.
 */
export function showAnswer(box, answer, isDrawing, classNames, isResting = false) {
  if (!box) return
  const { label } = answer
  const isMoving = isDrawing && !isResting
  const { state, size, before, text, after } = answerInWords(answer, classNames, isMoving)
  box.className = `answer ${state}`
  Object.assign(box.dataset, { state, digit: label, from: "browser" })
  box.querySelector("[role=status]").setAttribute("aria-busy", isDrawing)
  const [wordsBefore, wordsAfter] = box.querySelectorAll(".words")
  setText(wordsBefore, before)
  setText(wordsAfter, after)
  const figure = box.querySelector(".digit")
  figure.className = `digit ${size}`
  setText(figure, text)
  showBars(box, answer.probabilities, namedClasses(answer, isMoving))
}
