// The network's answer within a chapter: its name, how sure it is, and whether it is right.

/** Shows the bars of an answer. If the image is like no class, no bar stands out. */
export function showBarsOf(element, answer) {
  showBars(element, answer.probabilities, namedClass(answer))
}

/** Fills an answer into the marked parts of a verdict; `truth` is the digit's class name, or null for a drawing. */
export function showVerdict(verdict, answer, classNames, truth) {
  if (!verdict) return
  const name = classNames[answer.digit]
  const { state, text, after } = answerInWords(answer, classNames, false)
  const certainty = state === "unsure" ? "not sure" : after
  setText(verdict.querySelector(".answer-name"), text)
  setText(verdict.querySelector(".answer-sure"), certainty && `, ${certainty}`)
  const judgement = verdict.querySelector(".judgement")
  if (!judgement) return
  const word = name === truth ? "right" : "wrong"
  judgement.innerHTML = truth === null || answer.isBlind || namedClass(answer) === null ? "" : `<span class="is-${word}">${word}</span>`
}
