// What the canvas of the Teach page does when the server has a new session or has opened another lesson. The server starts a new
// session after a restart, and after an hour without a connection to this browser. It has then forgotten the visitor's drawings,
// except those that were saved. firstToDraw is in words.js.

// No sign has this number.
const NO_SIGN = -1

/** Goes on with new data from the server: in a new session, or with another lesson.
 *
 * `before` is the data before, if any. When the server has opened the visitor's lesson again, nothing is lost any more.
 */
export function goOnWith(desk, before) {
  if (before && desk.data.session !== before.session) goOnInNewSession(desk, before)
  if (numDrawings(desk) >= desk.numBefore) desk.numBefore = 0
  if (nameOf(desk.data.signs, desk.chosen)) return
  // In another lesson, the sign may have another number.
  const name = before && nameOf(before.signs, desk.chosen)
  desk.chosen = desk.data.signs.find(sign => sign.name === name)?.number ?? firstToDraw(desk.data)
}

/** Sends the drawings again that the server does not have yet, and notes how many there were.
 *
 * The new session may have another lesson, in which a number stands for another sign.
 */
function goOnInNewSession(desk, before) {
  const { signs } = desk.data
  // In the new session, the examples have other numbers, so none of the pictures may stay.
  desk.root.querySelector(".signs").replaceChildren()
  const isSame = number => nameOf(before.signs, number) === nameOf(signs, number)
  const unsent = [...desk.pending, ...desk.waiting.splice(0)]
  desk.sendAgain(unsent.filter(({ sign }) => isSame(sign)))
  desk.numBefore = numExamples(before.signs) + unsent.length
  if (isSame(desk.chosen)) return
  desk.chosen = null
  if (!desk.strokes.length) return
  // The visitor must say which of the new signs the drawing on the canvas is.
  desk.stopWaiting()
  desk.refusedFor = NO_SIGN
}

const nameOf = (signs, number) => signs.find(sign => sign.number === number)?.name

const numExamples = signs => signs.reduce((sum, { examples }) => sum + examples.length, 0)

const numDrawings = desk => numExamples(desk.data.signs) + desk.pending.length
