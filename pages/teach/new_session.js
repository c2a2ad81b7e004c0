// What the canvas of the Teach page does in a new session. The server starts a new session after a restart, and after an hour
// without a connection to this browser. It has then forgotten the visitor's drawings, except those that Teach has saved.

// No sign has this number.
const NO_SIGN = -1

/** Sends the drawings again that the server does not have yet, and notes what is lost.
 *
 * `before` is the data of the session before. The new session may have another lesson, in which a number stands for another sign.
 */
export function goOnInNewSession(desk, before) {
  const { signs } = desk.data
  // In the new session, the examples have other numbers, so none of the pictures may stay.
  desk.root.querySelector(".signs").replaceChildren()
  const isSame = number => nameOf(before.signs, number) === nameOf(signs, number)
  const unsent = [...desk.pending, ...desk.waiting.splice(0)]
  desk.sendAgain(unsent.filter(({ sign }) => isSame(sign)))
  desk.hasLost = desk.pending.length < unsent.length || numExamples(signs) < numExamples(before.signs)
  if (isSame(desk.chosen)) return
  desk.chosen = null
  if (!desk.strokes.length) return
  // The visitor must say which of the new signs the drawing on the canvas is.
  desk.stopWaiting()
  desk.refusedFor = NO_SIGN
}

const nameOf = (signs, number) => signs.find(sign => sign.number === number)?.name

const numExamples = signs => signs.reduce((sum, { examples }) => sum + examples.length, 0)
