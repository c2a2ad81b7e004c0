// What the canvas of the Teach page does when the server has a new session or has opened another lesson. The server starts a new
// session after a restart, and after an hour without a connection to this browser. It has then forgotten the visitor's drawings,
// except those that were saved. A new session first has the lesson of a new visitor. If the address names a run, the server then
// opens the lesson of this run. In a new session, a number can stand for another sign, so signs are found by their names.
//
// firstToDraw is in words.js.

// No sign has this number.
const NO_SIGN = -1

/** What the desk had before and the present lesson does not have. */
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
  if (before && isAnotherLesson(desk.data, before)) leaveLesson(desk, before)
  takeBack(desk)
  const { data: { signs }, missing: { counts } } = desk
  const hasAll = ([name, count]) => signNamed(signs, name) && desk.count(signNamed(signs, name)) >= count
  if ([...counts].every(hasAll)) counts.clear()
  // If a new session lacks the sign that was chosen before, the visitor must choose another.
  if (!nameOf(signs, desk.wanted)) desk.wanted = null
  if (!nameOf(signs, desk.chosen)) desk.chosen = desk.missing.sign === null ? firstToDraw(desk.data) : null
}

/** Notes that a drawing begins or goes on. Returns whether the page must now say something else. */
export function noteStroke(desk) {
  const { counts, sign } = desk.missing
  const wasSaid = counts.size > 0
  counts.clear()
  // The visitor may still be drawing the sign that was chosen before.
  const isMissing = sign !== null && !desk.data.isTrying
  if (isMissing) desk.refusedFor = NO_SIGN
  return wasSaid || isMissing
}

/** Keeps the drawing on the canvas until the server has opened a lesson with the sign that was chosen before. */
export function keepForMissingSign({ missing, data, strokes }) {
  if (missing.sign !== null && !data.isTrying) missing.unsent.push({ name: missing.sign, strokes })
}

/** Whether the visitor must say which sign the drawing on the canvas is. */
export const mustAsk = ({ data, refusedFor }) => refusedFor !== null && !nameOf(data.signs, refusedFor)

const isAnotherLesson = ({ signs, session }, before) =>
  session !== before.session || (before.signs.length > 0 && !before.signs.some(({ number }) => nameOf(signs, number)))

/** Notes by name what the lesson before had and the present one may not have. */
function leaveLesson(desk, before) {
  const { missing } = desk
  const unsent = [...desk.pending, ...desk.waiting].map(({ sign, strokes }) => ({ name: nameOf(before.signs, sign), strokes }))
  missing.unsent.push(...unsent.filter(({ name }) => name))
  missing.sign ??= nameOf(before.signs, desk.chosen) ?? null
  desk.pending = []
  desk.waiting = []
  desk.chosen = null
  desk.wanted = null
  desk.stopWaiting()
  if (desk.strokes.length) desk.refusedFor = NO_SIGN
  if (desk.data.session !== before.session) noteCounts(desk, before)
  // A file that the visitor has opened replaces everything.
  else if (desk.data.isFromFile) desk.missing = new Missing()
}

function noteCounts({ root, missing }, before) {
  // In the new session, the examples have other numbers, so none of the pictures may stay.
  root.querySelector(".signs").replaceChildren()
  if (missing.counts.size) return
  const counts = before.signs.map(({ name, examples }) =>
    [name, examples.length + missing.unsent.filter(drawing => drawing.name === name).length])
  // Names alone are missed only if nothing was drawn.
  const isAnythingDrawn = counts.some(([, count]) => count)
  for (const [name, count] of counts) {
    // If drawings were not saved, the lesson that is opened again does not have them, however many it has.
    if (count || !isAnythingDrawn) missing.counts.set(name, before.isKept ? count : Infinity)
  }
}

/** Gives what is missing to the signs of the same names, if the present lesson has them. */
function takeBack(desk) {
  const { missing, data } = desk
  for (const { name, strokes } of missing.unsent.splice(0)) {
    const sign = signNamed(data.signs, name)
    if (sign && desk.count(sign) < data.maxExamples) desk.addPending({ sign: sign.number, strokes })
    else missing.unsent.push({ name, strokes })
  }
  const chosen = signNamed(data.signs, missing.sign)
  // In a trial, the drawing on the canvas is only read.
  if (desk.refusedFor === NO_SIGN && (data.isTrying || chosen)) {
    desk.refusedFor = null
    if (!desk.pad.isDown) desk.lift()
  }
  if (!chosen) return
  desk.chosen = chosen.number
  missing.sign = null
}

const signNamed = (signs, name) => signs.find(sign => sign.name === name)

export const nameOf = (signs, number) => signs.find(sign => sign.number === number)?.name
