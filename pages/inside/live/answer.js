// The network's answer within a chapter: its name, how sure it is, and whether it is right.

/** Shows an answer in these bars. The bars of the classes that it names stand out. `sums` are texts beside the classes. */
export function showBarsOf(bars, answer, classNames, sums = []) {
  showBars(bars, answer.probabilities, namedClasses(answer))
  const { label, isBlind, probabilities } = answer
  const sure = isBlind ? "" : `, ${percentText(probabilities[label])}`
  bars.querySelectorAll(".note").forEach((note, i) => setText(note, sums[i]))
  setLabel(bars, { answer: `${classNames[label]}${sure}`, sums: classNames.map((name, i) => `${name} ${sums[i]}`).join(", ") })
}

/** Fills an answer into the marked parts of a verdict; `truth` is the digit's class name, or null for a drawing.
 *
 * As in pages/inside/digit_choice.py, an answer that names no class is neither right nor wrong. This also holds for every
 * answer of a blind network: it gives one answer to everything, so it is right only by chance.
 */
export function showVerdict(verdict, answer, classNames, truth) {
  if (!verdict) return
  const name = classNames[answer.label]
  const { state, text, after } = answerInWords(answer, classNames, false)
  const sentences = { unsure: " It is not sure", blind: `. It ${after}` }
  const certainty = sentences[state] ?? (after && `, ${after}`)
  const shownName = verdict.querySelector(".answer-name")
  for (const doubt of ["unsure", "unknown", "blind"]) shownName?.classList.toggle(doubt, state === doubt)
  setText(shownName, text)
  setText(verdict.querySelector(".answer-sure"), certainty)
  const judgement = verdict.querySelector(".judgement")
  if (!judgement) return
  const word = name === truth ? "right" : "wrong"
  const isJudged = truth !== null && answer.isKnown && !answer.isBlind
  judgement.innerHTML = isJudged ? `<span class="is-${word}">${word}</span>` : ""
}
