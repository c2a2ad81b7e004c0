// The words of the canvas on the Teach page: which sign to draw, and what to do next. `desk` is the Desk of desk.js, and `chosen`
// the chosen sign, or undefined. In pages/shared/live/, networkAt is in networks.js and setText in elements.js.

/** Returns the three parts of the text on the empty canvas: what to do, the sign to draw, and the number of the next example. */
export function promptWords(desk, chosen) {
  const count = chosen ? desk.count(chosen) : 0
  const { minExamples, maxExamples, isLearning } = desk.data
  if (!chosen || count >= maxExamples) return ["", "", ""]
  if (count < minExamples) return ["Draw", chosen.name, `${count + 1} of ${minExamples}`]
  const number = `number ${count + 1}`
  if (isLearning) return ["The network is learning. For the next time, draw", chosen.name, number]
  return ["You can still draw", chosen.name, number]
}

/** Returns the number of the first sign that needs more examples, or else of the first sign; null if there are no signs. */
export function firstToDraw({ signs, minExamples }) {
  return (signs.find(sign => sign.examples.length < minExamples) ?? signs[0])?.number ?? null
}

/** Returns the next sign after the chosen one that needs more examples, if any. After the last sign comes the first. */
export function nextToDraw(desk) {
  const { signs, minExamples } = desk.data
  const place = signs.findIndex(sign => sign.number === desk.chosen)
  const inTurn = [...signs.slice(place + 1), ...signs.slice(0, place + 1)]
  return inTurn.find(sign => desk.count(sign) < minExamples)
}

/** Offers the next sign near the canvas when the chosen one has enough examples. On a phone, the signs are far below. */
export function offerNext(desk, chosen) {
  const next = nextToDraw(desk)
  const mayOffer = !desk.data.isTrying && desk.refusedFor === null
  const isOffered = mayOffer && chosen && next && desk.count(chosen) >= desk.data.minExamples
  const button = desk.root.querySelector(".next")
  button.classList.toggle("offered", Boolean(isOffered))
  setText(button, isOffered ? `Next: ${next.name}` : "")
}

/** Chooses the sign that the button offers. */
export function chooseNext(desk, event) {
  desk.choose(nextToDraw(desk).number)
  // The button is hidden now. If it was pressed with a key, the canvas gets the focus, which would otherwise be lost.
  if (!event.detail) desk.root.querySelector("canvas").focus({ preventScroll: true })
}

/** Says what to do when the chosen sign has enough examples; "" if another has too few, because a button then offers it. */
function nextStep(desk) {
  if (nextToDraw(desk)) return ""
  return desk.data.signs.length > 1 ? " Now press Teach, or draw more." : " Now add a sign, or draw more."
}

/** Says which signs Teach would leave out now, because they have no examples; "" if there are none or Teach is not possible. */
function leftOut(desk) {
  const drawn = desk.data.signs.filter(sign => desk.count(sign))
  const names = desk.data.signs.filter(sign => !desk.count(sign)).map(sign => sign.name)
  if (!names.length || drawn.length < 2 || drawn.some(sign => desk.count(sign) < desk.data.minExamples)) return ""
  return ` Teach would leave out ${names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]}.`
}

/** Says what to do with a refused drawing on the canvas; "" if no drawing was refused, or if there is room for it now. */
function refusal(desk) {
  if (desk.refusedFor === null) return ""
  const sign = desk.data.signs.find(({ number }) => number === desk.refusedFor)
  if (!sign) return "Press a sign to keep your drawing as an example of it."
  if (desk.count(sign) < desk.data.maxExamples) return ""
  const full = `${sign.name} has ${desk.data.maxExamples} examples, and no more fit.`
  return `${full} Press another sign to keep your drawing as an example of it.`
}

/** Returns the hint: a line that says what to do next, or what has happened to the drawings. */
export function hintWords(desk, chosen) {
  const refused = refusal(desk)
  if (refused) return refused
  const choose = desk.data.signs.length ? "Press a sign, and draw it." : "Add a sign, and draw it here."
  if (desk.missing.counts.size) {
    const next = chosen || desk.data.isTrying ? "" : ` ${choose}`
    return `The app was restarted, or this device was away for an hour. What was not saved is gone.${next}`
  }
  if (desk.data.isTrying && !networkAt(desk.data.network)) {
    return desk.hasFailed ? "The network could not be loaded. Reload the page to try again." : "The network is loading …"
  }
  if (desk.data.isTrying) return "Draw a sign. Wrong answer? Press the right sign: your drawing becomes an example of it."
  if (!chosen) return choose
  const count = desk.count(chosen)
  if (count >= desk.data.maxExamples) return `${chosen.name} has ${count} examples, and no more fit. Choose another sign.`
  if (desk.data.isLearning && count >= desk.data.minExamples) return "The network is learning. Drawings from now on are for the next time."
  if (count >= desk.data.minExamples) return `${chosen.name} has ${count} examples, which is enough.${nextStep(desk)}${leftOut(desk)}`
  return `Draw: ${chosen.name}. When you lift the pen, your drawing is kept after a moment.`
}
