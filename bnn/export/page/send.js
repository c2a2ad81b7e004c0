// "Show mine": sends the drawing to the app that the page was loaded from. The app's page Audience shows the drawings of all
// phones on a wall. Only pages that the app serves have this script.

const PAUSE_MILLISECONDS = 1000
const PATIENCE_MILLISECONDS = 10000
// The app's HTTP status, in words; see pages/audience/posts.py.
const ANSWERS = {
  201: "It is on the wall. Draw another one.",
  400: "The wall cannot take this drawing. Clear it, and draw another one.",
  404: "The wall is closed. When it opens again, scan the code again.",
  413: "This drawing is too long to send.",
  429: "Too many drawings from here. Wait a little, then try again.",
  503: "The wall is paused. Try again in a moment.",
}
const OTHER_NETWORK = 409
const NEW_NETWORK = "Another network was chosen. It reads your drawings now."
// The drawing may be on the wall nevertheless. If it is sent again, the app ignores it (pages/audience/wall.py).
const NO_ANSWER = "No answer from the wall. See if your drawing is there, or press again."
const SENDING = "Sending …"

// Key of the session storage: the drawing, and whether it is on the wall. They are kept while the page loads itself again.
const KEPT = "kept-drawing"
const digest = find("network").dataset.sha256

// Key of the session storage: the phone's id, which is kept until the page is closed.
const ID = "one-bit-lab-phone"
const phone = phoneId()
const sendButton = find("send")
let isSending = false
// The drawing on the canvas, as text, if it is on the wall; else null.
let sentDrawing = null
let wasDrawn = false // whether anything was on the canvas before its last change

// A page that was saved to a disk has no server.
sendButton.hidden = !location.protocol.startsWith("http")

// The first stroke after a drawing was sent begins the next drawing, and removes the message about the old one.
canvas.addEventListener("stroke", () => {
  if (sentDrawing !== null) pad.strokes = []
  if (find("sent").textContent !== SENDING) say("")
})
canvas.addEventListener("drawing", () => {
  if (sentDrawing !== null && sentDrawing !== JSON.stringify(pad.strokes)) sentDrawing = null
  if (!pad.strokes.length) {
    say("")
    if (wasDrawn) loadIfOther()
  }
  wasDrawn = pad.strokes.length > 0
  showSendButton()
})
sendButton.addEventListener("click", send)
document.addEventListener("visibilitychange", loadIfOther)
showKept()

/** Returns a random id that tells this phone from others, also after a reload. It says nothing about the phone. */
function phoneId() {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("")
  try {
    const kept = sessionStorage.getItem(ID) ?? random
    sessionStorage.setItem(ID, kept)
    return kept
  } catch {
    // The browser keeps nothing.
    return random
  }
}

function showSendButton() {
  sendButton.disabled = pad.isDown || isSending || !pad.strokes.length || sentDrawing !== null
}

function say(text) {
  setText("sent", text)
}

async function send() {
  const { strokes } = pad
  const [drawing, numSent] = [JSON.stringify(strokes), strokes.length]
  isSending = true
  showSendButton()
  // Because of this text, a screen reader reads out the next answer even if it is the same as the last one.
  say(SENDING)
  const status = await post(drawing)
  if (status === OTHER_NETWORK) return loadAgain()
  say(ANSWERS[status] ?? NO_ANSWER)
  // If Clear was pressed while the drawing was sent, the next drawing has already begun.
  if (status === 201 && pad.strokes === strokes) {
    if (strokes.length === numSent) sentDrawing = drawing
    else {
      // Strokes that were begun while the drawing was sent are not on the wall. They begin the next drawing.
      strokes.splice(0, numSent)
      pad.changed()
    }
  }
  // The app accepts one drawing a second from each phone.
  await new Promise(done => setTimeout(done, PAUSE_MILLISECONDS))
  isSending = false
  showSendButton()
  // If the canvas was cleared while the drawing was sent, loadIfOther did nothing because of `isSending`. It is called again.
  if (!pad.strokes.length) loadIfOther()
}

/** Sends a drawing, and returns the HTTP status that the app answers; 0 if it does not answer. */
async function post(drawing) {
  try {
    const response = await fetch(`${location.pathname}/${phone}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Network": digest },
      body: `{"strokes":${drawing}}`,
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    })
    return response.status
  } catch {
    return 0
  }
}

/** Asks which network the app offers, and loads the page again if it is another one.
 *
 * The page asks when the canvas has become empty, and when the page is shown again after it was hidden.
 */
async function loadIfOther() {
  if (document.hidden || sendButton.hidden) return
  try {
    const response = await fetch(location.pathname, { method: "HEAD", signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) })
    const offered = response.headers.get("X-Network")
    // The page is not loaded again while a line is being drawn. It asks again later.
    if (offered && offered !== digest && !pad.isDown && !isSending) loadAgain()
  } catch {
    // Without the app, the page keeps its network.
  }
}

function loadAgain() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ strokes: pad.strokes, sentDrawing }))
  } catch {
    // The browser keeps nothing. The drawing is lost.
  }
  location.reload()
}

/** Shows the drawing that was kept while the page loaded itself again. */
function showKept() {
  try {
    const kept = sessionStorage.getItem(KEPT)
    if (kept === null) return
    sessionStorage.removeItem(KEPT)
    ;({ strokes: pad.strokes, sentDrawing } = JSON.parse(kept))
  } catch {
    return
  }
  say(NEW_NETWORK)
  if (pad.strokes.length) pad.changed()
}
