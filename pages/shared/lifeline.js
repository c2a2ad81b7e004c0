// Reloads a page that Streamlit's front end has left empty or disconnected. After some errors in the front end, the whole
// page or its main part stays empty, or the connection stays closed, until somebody reloads the page. Visitors of an
// exhibition may not know that they must do this.
//
// Streamlit also leaves a page empty if a request for the previous page arrives late, such as a stroke that was drawn while this page
// was loading. This page is then opened again, but not reloaded: a reload would begin a new session without the visitor's drawings.
//
// This script also runs the page again when the connection returns. The server may have been restarted, or may have forgotten this visitor.
// If so, the new session knows no fragment until the page has run, and Streamlit's front end often does not run it. Whatever is
// pressed or drawn in a fragment would then do nothing.
//
// If a link to another page was pressed just before the browser noticed the loss of the connection, the link is pressed again.

const CHECK_MILLISECONDS = 1000
// How many checks in a row must find the page broken before it is opened again, and before it is reloaded. One is not enough: between
// two pages, the main part is empty for a moment, and the address is still that of the first page. Opening that page again would
// take the visitor back to it.
const CHECKS_UNTIL_OPENED = 2
const CHECKS_UNTIL_RELOADED = 4
const RELOAD_AT_MOST_EVERY_MILLISECONDS = 20000
const LAST_RELOAD = "one-bit-lab-lifeline"

const CONNECTION = "data-test-connection-state"
const LINKS_TO_PAGES = "a[data-testid$=NavLink]"

let runPage = null
let pressedLink = null // the path of the page whose link was pressed last; null after any other press, and after Back or Forward
let numBroken = 0 // how many checks in a row have found the page broken, since the visitor last pressed a link

export default function ({ setTriggerValue }) {
  // The component is in no fragment, so this runs the whole page.
  runPage = () => setTriggerValue("back", true)
  window.oneBitLabLifeline ??= watch()
}

function watch() {
  // The script starts when the page is connected, so whenever the state becomes "CONNECTED", the connection has returned.
  const observer = new MutationObserver(changes => {
    if (!changes.some(({ target }) => target.getAttribute(CONNECTION) === "CONNECTED")) return
    // The server's answer to a press on a link changes the address.
    const isAnswered = pressedLink === null || pressedLink === location.pathname
    if (isAnswered || !pressLinkTo(pressedLink)) runPage()
  })
  observer.observe(document.documentElement, { subtree: true, attributeFilter: [CONNECTION] })
  addEventListener("click", event => notePress(event.target), { capture: true })
  addEventListener("popstate", () => (pressedLink = null), { capture: true })
  return setInterval(check, CHECK_MILLISECONDS)
}

function notePress(target) {
  pressedLink = target.closest?.(LINKS_TO_PAGES)?.pathname ?? null
  // The other page needs time to load. Until then, this page must not be opened again.
  if (pressedLink !== null) numBroken = 0
}

async function check() {
  const number = isBroken() ? numBroken + 1 : 0
  if (number === CHECKS_UNTIL_OPENED) pressLinkTo(location.pathname)
  // The click in `pressLinkTo` has set `numBroken` to 0, as a visitor's press does. This undoes that.
  numBroken = number
  if (number < CHECKS_UNTIL_RELOADED || Date.now() - lastReload() < RELOAD_AT_MOST_EVERY_MILLISECONDS) return
  // While the server restarts, a reload would lead to the browser's own error page, which does not reload itself.
  if (!(await isHealthy())) return
  remember(Date.now())
  // The browser must not ask whether to leave (live/leaving.js): nobody may be there to answer, and the page is lost anyway.
  window.drawingsThatMayBeLost?.clear()
  location.reload()
}

/** Presses the link to a page, and returns whether there is one. */
function pressLinkTo(path) {
  const link = [...document.querySelectorAll(LINKS_TO_PAGES)].find(({ pathname }) => pathname === path)
  link?.click()
  return Boolean(link)
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
