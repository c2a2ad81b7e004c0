// Lets the canvas of the Teach page go on as it was before the visitor looked at another page of the app.

const GOES_ON = ["nextNumber", "numSent", "chosen", "wanted", "refusedFor", "waiting", "missing"]

/** Copies what the earlier desk still has to a new one, so that the first `update` finds only what has changed since then. */
export function goOnFromEarlierDesk(desk, { received, session }) {
  const earlier = window.oneBitLabDesk
  window.oneBitLabDesk = desk
  if (!earlier?.data) return
  for (const name of GOES_ON) desk[name] = earlier[name]
  desk.path = location.pathname
  // The new desk shows no answer yet.
  desk.data = { ...earlier.data, answer: null }
  desk.pending = earlier.pending
  // In a new session, `update` sends them.
  if (session === earlier.data.session && desk.pending.some(({ number }) => number > received)) desk.send()
  desk.pad.strokes = earlier.strokes
  // An unfinished drawing is kept after the pause, or at once if another sign was chosen meanwhile.
  if (desk.strokes.length && (desk.refusedFor === null || desk.wanted !== null)) desk.lift()
}
