// Writes the address of the page. On Inside, a new chapter is a new entry in the browser's history. Every other
// change replaces the current entry. Back and Forward within Inside ask the server for the chapter of the entry.
//
// After a restart of the server or a long sleep of this device, Streamlit gives the new session the address with which the tab was
// opened. So this script asks the new session for what the address names now.

let current = null // the page's component, while the page is shown and not being replaced
let shown = { page: null, chapter: null } // the page and its chapter, as the server showed them last
let isForNewSession = false // whether a move that the server has not answered yet is for a new session
let isMoveUnsent = false // whether the visitor moved while there was no component that could tell the server
let session = null // a text that names the session on the server
const remembered = {} // session and address of a page, as the server showed them last, for pages with `isRemembered`
let newestSearch = "" // what the newest move asks for
let numMoves = 0 // how many moves there were: Back or Forward within the page, a click on a link to a chapter, or a new session
let lastAnswered = 0 // how many of these moves the server has answered
let isNewest = true // whether the visitor has pressed nothing since the newest move
const scrolled = {} // how far each chapter was scrolled down when it was left
const MAX_FRAMES = 120 // how many frames to wait until a chapter is long enough to be scrolled
let latest = null // what the server has said last
let timer = null // until an address that the browser has refused is written again
const REFUSED_WAIT_MS = 1000
const FIRST_WAIT_MS = 1000 // how long the server may take to answer before it is told again; then twice as long, and so on

const chapterOf = search => new URLSearchParams(search).get("step")
const hasRun = search => new URLSearchParams(search).has("run")
// Whether the visitor is still on this page. The address of another page must not change. The name of the first page is "".
const isOn = page => location.pathname.replace(page ? /\/$/ : "", "").endsWith(`/${page}`)
const main = () => document.querySelector("[data-testid=stMain]")

export default function ({ data, setTriggerValue }) {
  const component = (current = { setTriggerValue })
  window.oneBitLabMoves ??= listen()
  countMoves(data)
  shown = { page: data.page, chapter: chapterOf(data.search) }
  const isNewSession = session !== null && session !== data.session
  const isHere = isOn(data.page)
  const hasMovedBefore = session === null && hasMovedSinceLoading()
  // Only the page that the visitor is on may ask for what the address names.
  if (isHere) session = data.session
  const isForgotten = isHere && bringBack(data)
  if ((isNewSession || isForgotten || hasMovedBefore) && data.canMove && isHere && location.search !== data.search) ask(true)
  if (isMoveUnsent && isHere) send()
  isMoveUnsent = false
  latest = data
  writeLatest()
  if (isHere && data.answered === numMoves && data.isRemembered) remembered[data.page] = data
  return () => {
    if (current === component) current = null
  }
}

/** Returns whether the page was last shown by an earlier session, and the new one has not been asked yet.
 *
 * If that session showed a run and the address names none, the address first becomes that session's.
 */
function bringBack({ page, session }) {
  const before = remembered[page]
  if (!before || before.session === session || isForNewSession) return false
  if (hasRun(before.search) && !hasRun(location.search)) {
    change("replaceState", before.search)
  }
  return true
}

/** Returns whether the visitor has pressed Back or Forward since the document was loaded. Before the first call of this component,
 * nothing follows these buttons, and the server has read the address with which the document was loaded.
 */
function hasMovedSinceLoading() {
  const [loading] = performance.getEntriesByType("navigation")
  const { pathname, search } = loading ? new URL(loading.name) : location
  return pathname === location.pathname && search !== location.search
}

function countMoves(data) {
  const { page, answered } = data
  // A new session on the server begins at 0 again. Neither it nor another page will answer earlier moves.
  const isLost = answered < lastAnswered || page !== shown.page
  if (isLost) isMoveUnsent = false
  numMoves = isLost ? answered : Math.max(numMoves, answered)
  lastAnswered = answered
  if (answered !== numMoves) return
  // The new session has been asked. It is not asked again, even if it cannot show what the address names.
  if (isForNewSession && !isLost && data.isRemembered) remembered[page] = data
  isForNewSession = false
}

function listen() {
  addEventListener("popstate", onMove, { capture: true })
  addEventListener("click", onLink, { capture: true })
  for (const press of ["pointerdown", "keydown"]) addEventListener(press, () => (isNewest = false), { capture: true })
  return true
}

function writeLatest(isAgain = false) {
  const { page, answered, search } = latest
  // While the server has not answered a move, its address is older than that of the browser.
  if (isOn(page) && answered === numMoves && location.search !== search) write(search, isAgain)
}

function write(search, isAgain) {
  const before = chapterOf(location.search)
  const isNewChapter = before && before !== chapterOf(search)
  if (!change(isNewChapter ? "pushState" : "replaceState", search)) {
    clearTimeout(timer)
    timer = setTimeout(() => writeLatest(true), REFUSED_WAIT_MS)
  }
  if (!isNewChapter || isAgain) return
  scrolled[before] = main()?.scrollTop
  // A new chapter starts at its top. Only the chapter of the whole network starts where the visitor left it.
  scrollTo(chapterOf(search) === "way" ? (scrolled.way ?? 0) : 0, MAX_FRAMES)
}

/** Changes the address. Returns false if the browser refuses: Safari allows about 100 changes in 30 seconds. */
function change(method, search) {
  try {
    history[method](history.state, "", location.pathname + search + location.hash)
    return true
  } catch {
    return false
  }
}

/** Scrolls as soon as the chapter is long enough. */
function scrollTo(top, frames) {
  main()?.scrollTo(0, top)
  if (frames && top && main()?.scrollTop < top - 1) requestAnimationFrame(() => scrollTo(top, frames - 1))
}

function onMove(event) {
  // A page without chapters answers no moves, whatever its address names.
  if (!isOn(shown.page) || !shown.chapter || !chapterOf(location.search)) return
  // This stops Streamlit's listener, which would run the page again with the chapter that it shows now. In Chrome, that listener
  // runs anyway: Chrome calls the listeners of a window in the order in which they were added, and Streamlit's was added first.
  event.stopImmediatePropagation()
  openChapter()
}

/** A link to a chapter keeps the visitor's session. Loading the page again would lose the drawing. */
function onLink(event) {
  const link = event.target.closest?.("a.to-chapter")
  const isForNewTab = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey
  if (!link || isForNewTab) return
  event.preventDefault()
  // If the browser refuses now, the address changes after the server's answer.
  change("pushState", link.search)
  openChapter(link.search)
}

/** Asks the server for the chapter that an address names. */
function openChapter(search = location.search) {
  if (shown.chapter) scrolled[shown.chapter] = main()?.scrollTop
  ask(false, search)
  scrollTo(scrolled[chapterOf(search)] ?? 0, MAX_FRAMES)
}

/** Asks the server for what an address names. A new session needs everything, such as the run. */
function ask(isNewSession, search = location.search) {
  newestSearch = search
  numMoves += 1
  isNewest = true
  // If the visitor presses Back during a restart, only this newer move is repeated. It must still ask for everything.
  isForNewSession ||= isNewSession
  if (current) send()
  else isMoveUnsent = true
}

/** Tells the server of the newest move. Streamlit may lose it between quick moves, so it is repeated until it is answered. */
function send(milliseconds = FIRST_WAIT_MS) {
  const number = numMoves
  current.setTriggerValue("move", { search: newestSearch, number, isForNewSession, isNewest })
  setTimeout(() => {
    if (number !== numMoves || number <= lastAnswered || !isOn(shown.page)) return
    if (current) send(2 * milliseconds)
    else isMoveUnsent = true
  }, milliseconds)
}
