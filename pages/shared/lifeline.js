// Reloads a page that Streamlit's front end has left empty or disconnected. After some errors in the front end, the whole
// page or its main part stays empty, or the connection stays closed, until somebody reloads the page. Visitors of an
// exhibition would not know that.

const CHECK_MILLISECONDS = 2000
const RELOAD_AT_MOST_EVERY_MILLISECONDS = 20000
const LAST_RELOAD = "one-bit-lab-lifeline"

export default function () {
  window.oneBitLabLifeline ??= setInterval(check, CHECK_MILLISECONDS)
}

let wasBroken = false

async function check() {
  const isBrokenAgain = isBroken() && wasBroken
  wasBroken = isBroken()
  if (!isBrokenAgain || Date.now() - lastReload() < RELOAD_AT_MOST_EVERY_MILLISECONDS) return
  // While the server restarts, a reload would lead to the browser's own error page, which does not reload itself.
  if (!(await isHealthy())) return
  remember(Date.now())
  location.reload()
}

function isBroken() {
  const app = document.querySelector('[data-testid="stApp"]')
  if (!app || app.dataset.testConnectionState === "DISCONNECTED_FOREVER") return true
  // While the page runs, its main part may be empty for a moment.
  if (app.dataset.testScriptState !== "notRunning") return false
  return !document.querySelector('[data-testid="stMain"]')?.textContent.trim()
}

async function isHealthy() {
  try {
    // The address is relative to the page, so that it also works with server.baseUrlPath.
    return (await fetch(new URL("_stcore/health", document.baseURI))).ok
  } catch {
    return false
  }
}

// A browser may forbid storage. Then the time is kept in this variable.
let lastReloadHere = 0

function lastReload() {
  try {
    return Number(sessionStorage.getItem(LAST_RELOAD)) || 0
  } catch {
    return lastReloadHere
  }
}

function remember(time) {
  lastReloadHere = time
  try {
    sessionStorage.setItem(LAST_RELOAD, time)
  } catch {}
}
