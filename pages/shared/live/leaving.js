// Makes the browser ask before the app is closed or loaded again, if drawings would be lost.

/** Sets the function that returns whether drawings of a page would be lost.
 *
 * The functions are kept in the window, because drawings are still there while the visitor is on another page of the app.
 */
function askBeforeLeaving(page, wouldLose) {
  if (!window.drawingsThatMayBeLost) {
    window.drawingsThatMayBeLost = new Map()
    addEventListener("beforeunload", ask)
  }
  window.drawingsThatMayBeLost.set(page, wouldLose)
}

function ask(event) {
  if (![...window.drawingsThatMayBeLost.values()].some(wouldLose => wouldLose())) return
  event.preventDefault()
  // Older browsers ask only if this is set.
  event.returnValue = ""
}
