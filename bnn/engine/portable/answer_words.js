// Puts a network's answer into words, in the app's pages and in the exported page. The server uses the same rules
// (bnn/engine/verdict.py).

import { roundHalfToEven } from "./onebit.js"

// CSS classes for the size of the answer, from large to small. The largest size has no class.
const ANSWER_SIZES = ["", "several", "many", "long"]
// Length of the longest name that fits into each of the first three sizes. Longer names get the last size.
const LONGEST_NAMES = [2, 4, 7]

/** Returns the index of the class that an answer names first; null if the image is like no class.
 *
 * A blind network, which sees the same in every image, always names a class.
 */
export const namedClass = ({ label, isKnown, isBlind }) => (isKnown || isBlind ? label : null)

/** Returns all classes that an answer names, as indices; only the first while the visitor is drawing (`isDrawing`). */
export function namedClasses(answer, isDrawing = false) {
  if (namedClass(answer) === null) return []
  return answer.isSure || answer.isBlind || isDrawing ? [answer.label] : answer.candidates
}

/** Returns the state of an answer, the CSS class of its size, the answer as text, and the words in front of it and after it.
 *
 * A drawing that is like no class may still become like one. So while the visitor is drawing, "…" stands for its answer.
 */
export function answerInWords(answer, classNames, isDrawing) {
  const { label, isSure, isBlind, probabilities } = answer
  const name = classNames[label]
  if (isBlind) return { state: "blind", size: answerSize([name]), before: "", text: name, after: `says ${name} to everything` }
  if (namedClass(answer) === null) {
    if (isDrawing) return { state: "drawing", size: "open", before: "so far", text: "…", after: "" }
    const text = are0To9(classNames) ? "no digit I know" : "nothing I know"
    return { state: "unknown", size: answerSize([text]), before: "", text, after: "" }
  }
  const isSingle = isSure || isDrawing
  const names = namedClasses(answer, isDrawing).map(i => classNames[i])
  const state = isDrawing ? "drawing" : isSure ? "sure" : "unsure"
  const before = isDrawing ? "so far" : isSure ? "" : "not sure:"
  const after = isSingle ? `${percentText(probabilities[label])} sure` : ""
  return { state, size: answerSize(names), before, text: isSingle ? names[0] : `${joined(names)}?`, after }
}

const are0To9 = classNames => classNames.length === 10 && classNames.join("") === "0123456789"

/** Returns the CSS class of an answer's size: the more names it has, and the longer they are, the smaller it is. */
function answerSize(names) {
  // As in Python, the length of a name is its number of code points.
  const longest = Math.max(...names.map(name => [...name].length))
  const numTooLarge = LONGEST_NAMES.filter(length => longest > length).length
  return ANSWER_SIZES[Math.max(names.length - 1, numTooLarge)]
}

const joined = names => (names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0])

/** Returns a probability as a percentage. It is never "100 %", because no network can be completely sure.
 *
 * Its spaces do not break, so that a number and its sign stay in one line.
 */
export const percentText = probability =>
  probability >= 0.995 ? ">\u00a099\u00a0%" : `${roundHalfToEven(100 * probability)}\u00a0%`
