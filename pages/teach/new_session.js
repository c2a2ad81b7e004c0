// What the canvas of the Teach page does when the server has a new session or has opened another lesson. The server starts a new
// session after a restart, and after an hour without a connection to this browser. It has then forgotten the visitor's drawings,
// except those that were saved. A new session first has the lesson of a new visitor. If the address names a run, the server then
// opens the lesson of this run. The signs of another lesson have other numbers, so here they are found by their names.
//
// firstToDraw is in words.js.

// No sign has this number.
const NO_SIGN = -1

/** What the desk had before and the present lesson has not. */
export class Missing {
  // How many drawings each sign had before the server forgot some, by name. Empty if none are missing, or if the pen has touched
  // the canvas since then.
  counts = new Map()
  // Drawings that the server does not have, each with the name of a sign that the present lesson does not have.
  unsent = []
  // The name of the sign that was chosen, if the present lesson does not have it and the visitor has chosen no other; else null.
  sign = null
}

/** Goes on with new data from the server. `before` is the server's previous data, if any. */
export function goOnWith(desk, before) {
  if (before && isAnotherLesson(desk.data, before)) goOnInAnotherLesson(desk, before)
  const { signs } = desk.data
  const { counts } = desk.missing
  const count = name => signs.filter(sign => sign.name === name).reduce((_, sign) => desk.count(sign), -1)
  if (![...counts].some(([name, before]) => count(name) < before)) counts.clear()
  // Without the sign that was chosen before, the visitor must choose another.
  if (!nameOf(signs, desk.chosen)) desk.chosen = desk.missing.sign === null ? firstToDraw(desk.data) : null
}

/** Notes that a drawing begins or goes on. Returns whether the page has said until now that something is gone. */
export function noteStroke(desk) {
  const { counts, sign } = desk.missing
  // The visitor may still be drawing the sign that was chosen before.
  if (sign !== null && !desk.data.isTrying) desk.refusedFor = NO_SIGN
  const wasSaid = counts.size > 0
  counts.clear()
  return wasSaid
}

/** Keeps the drawing on the canvas until the server has opened a lesson with the sign that was chosen before. */
export function keepForMissingSign({ missing, data, strokes }) {
  if (missing.sign !== null && !data.isTrying) missing.unsent.push({ name: missing.sign, strokes })
}

/** Whether the visitor must say which sign the drawing on the canvas is. */
export const mustAsk = ({ data, refusedFor }) => refusedFor !== null && !nameOf(data.signs, refusedFor)

const isAnotherLesson = ({ signs, session }, before) =>
  session !== before.session || (before.signs.length > 0 && !before.signs.some(({ number }) => nameOf(signs, number)))

function goOnInAnotherLesson(desk, before) {
  const { missing } = desk
  const numberOf = name => desk.data.signs.find(sign => sign.name === name)?.number
  const unsent = [...missing.unsent, ...[...desk.pending, ...desk.waiting.splice(0)].map(
    ({ sign, strokes }) => ({ name: nameOf(before.signs, sign), strokes }))]
  const isNewSession = desk.data.session !== before.session
  if (isNewSession) noteCounts(desk, before, unsent)
  const numbered = unsent.map(({ name, strokes }) => ({ sign: numberOf(name), strokes }))
  missing.unsent = unsent.filter((_, i) => numbered[i].sign === undefined)
  desk.sendAgain(numbered.filter(({ sign }) => sign !== undefined))
  const name = missing.sign ?? nameOf(before.signs, desk.chosen) ?? null
  // If the visitor has opened a file, its lesson begins with its own first sign.
  const isMissing = numberOf(name) === undefined && (isNewSession || missing.sign !== null)
  desk.chosen = numberOf(name) ?? null
  missing.sign = isMissing ? name : null
  if (desk.strokes.length) keepDrawing(desk)
}

function noteCounts({ root, missing }, before, unsent) {
  // In the new session, the examples have other numbers, so none of the pictures may stay.
  root.querySelector(".signs").replaceChildren()
  if (missing.counts.size) return
  for (const { name, examples } of before.signs) {
    const count = examples.length + unsent.filter(drawing => drawing.name === name).length
    // If drawings were not saved, the lesson that is opened again does not have them, however many it has.
    missing.counts.set(name, before.isKept ? count : Infinity)
  }
}

/** Keeps the drawing on the canvas for the chosen sign. Without one, it is read in a trial, or the visitor must say what it is. */
function keepDrawing(desk) {
  if (desk.chosen === null) {
    desk.stopWaiting()
    desk.refusedFor = desk.data.isTrying ? null : NO_SIGN
  } else if (desk.refusedFor !== null) {
    desk.refusedFor = null
    if (!desk.pad.isDown) desk.lift()
  }
}

const nameOf = (signs, number) => signs.find(sign => sign.number === number)?.name
