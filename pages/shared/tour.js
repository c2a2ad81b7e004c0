// The guided tour. It shows a card beside the part of the page that the card explains (tour_place.js). While there is no
// card, a button starts the tour. Both are first in the document, so that the Tab key reaches them first. tour.py puts the style
// sheet tour.css into STYLE.
const SEEN = "one-bit-lab-tour-seen"
const CARD = "one-bit-lab-tour-card"
const FOLDED = "one-bit-lab-tour-folded"
const OFF = "one-bit-lab-tour-off"
// Parts of the page that Escape closes. If Escape is pressed there, the tour does not end.
const OTHERS = '[role="dialog"]:not(#tour *), [role="listbox"], [role="menu"], [data-baseweb="popover"], [aria-expanded="true"]'
// Parts in which a finger draws or moves something, and does not scroll the page.
const DRAGGED = '.upper-canvas, .own-pad, [data-testid="stSlider"]'
// The card whose page is being opened. It is null again when that page is shown.
let awaited = null
// The index of the card whose chapter and run the server was asked to show. It is null again when the page shows them.
let asked = null
// Whether no card has been shown since the document was loaded.
let isNew = true
// What each button does: a function for the name of each button.
let actions = {}
let isOff = true

export default function ({ data, parentElement, setTriggerValue }) {
  addStyle(parentElement)
  const link = new URLSearchParams(location.search).get("tour")
  // Links within the app do not carry this setting in their address, so the tab keeps it.
  if (link !== null) keep("sessionStorage", OFF, link === "off" ? 1 : null)
  isOff = data.off || recall("sessionStorage", OFF) !== null
  actions = { ...actions, start: () => turn(0, 1) }
  if (isOff) return leave()
  const isFirstVisit = recall("localStorage", SEEN) === null
  keep("localStorage", SEEN, 1)
  if (isFirstVisit && recall("sessionStorage", CARD) === null) keep("sessionStorage", CARD, 0)
  const stored = recall("sessionStorage", CARD)
  if (stored === null) return leave()
  show(Math.min(data.cards.length - 1, Math.max(0, Number(stored) || 0)))

  function show(at) {
    const { path, text, chapter, run } = data.cards[at]
    const isLast = at === data.cards.length - 1
    const end = () => {
      leave()
      // No card has this index, so the server shows the visitor's own choice again.
      if (run && path === data.page) setTriggerValue("arrived", data.cards.length)
    }
    actions = {
      ...actions,
      leave: end,
      back: () => turn(at - 1, -1),
      next: isLast ? end : () => turn(at + 1, 1),
      chip: () => turn(at, 1),
      more: () => tell(tour, !tour.classList.contains("told")),
    }
    const tour = document.getElementById("tour") ?? document.createElement("div")
    tour.id = "tour"
    // Every rerun of the page shows the card again. Replacing its buttons would lose a click that has just begun.
    if (tour.dataset.card !== `${at} ${text}`) fill(tour, at, data.cards)
    const isHere = path === data.page
    const showsSubject = isShown(data.cards[at])
    const hasArrived = awaited !== null && isHere
    if (isHere) awaited = null
    if (hasArrived) asked = at
    else if (showsSubject || asked !== at) asked = null
    // The card is folded if the page does not show what the card explains, and is not about to show it.
    const showsOther = isHere ? !showsSubject && asked === null : path !== awaited?.path
    if (isHere && showsOther && isNew) arriveWhenComplete(at)
    isNew = false
    tour.classList.toggle("folded", showsOther || recall("sessionStorage", FOLDED) !== null)
    putInPlace(tour)
    offer()
    // The server is asked only on the new page. While the page changes, it does not accept values from this component.
    if (hasArrived && (chapter || run)) setTriggerValue("arrived", at)
    standBeside(data.cards[at])
  }

  /** Whether the page shows what the card is about. */
  function isShown({ path, chapter, run }) {
    return path === data.page && (!chapter || chapter === data.chapter) && (!run || run === data.run)
  }

  // After a reload, the page shows the visitor's own choice. This function waits until the page is complete, and then
  // asks for what the card is about. If it asked earlier, the page could still read its address, and show the visitor's
  // choice again.
  function arriveWhenComplete(at) {
    if (Number(recall("sessionStorage", CARD)) !== at || recall("sessionStorage", FOLDED) !== null) return
    const app = document.querySelector("[data-testid=stApp]")
    if (app?.dataset.testScriptState === "notRunning") setTriggerValue("arrived", at)
    else setTimeout(() => arriveWhenComplete(at), 100)
  }

  // Shows the card with the index `at`. Cards whose page has no link are skipped, in the direction of `step`.
  function turn(at, step) {
    while (data.cards[at] && data.cards[at].path !== data.page && !wayTo(data.cards[at].path)) at += step
    if (!data.cards[at]) return step > 0 && leave()
    const { path } = data.cards[at]
    // If this is the current card, and the page shows what the card is about, the card is only unfolded.
    const isThere = isShown(data.cards[at]) && Number(recall("sessionStorage", CARD)) === at
    awaited = isThere ? null : data.cards[at]
    keep("sessionStorage", CARD, at)
    keep("sessionStorage", FOLDED, null)
    show(at)
    // A click on the app's own link keeps the session. Any other way would load the page again.
    if (path !== data.page) wayTo(path).click()
    document.querySelector("#tour .next").focus()
  }
}

function fill(tour, at, cards) {
  const { title, text } = cards[at]
  const isLast = at === cards.length - 1
  const focused = tour.contains(document.activeElement) ? document.activeElement.className : ""
  const card = document.createElement("section")
  card.setAttribute("role", "dialog")
  card.setAttribute("aria-label", "Guided tour")
  const words = document.createElement("div")
  words.setAttribute("aria-live", "polite")
  words.append(element("h2", title), element("p", text))
  const row = document.createElement("div")
  row.className = "row"
  row.append(element("span", `${at + 1} of ${cards.length}`))
  row.append(button("More", "more"))
  if (!isLast) row.append(button("Leave", "leave"))
  if (at > 0) row.append(button("Back", "back"))
  row.append(button(isLast ? "Done" : "Next", "next"))
  card.append(words, row)
  const chip = button(`Tour ${at + 1} of ${cards.length}`, "chip")
  tour.replaceChildren(card, chip)
  tour.dataset.card = `${at} ${text}`
  tell(tour, false)
  if (focused) tour.querySelector(`.${focused}`)?.focus()
}

/** Shows or hides the words of the card in a low window. In other windows, they are always shown. */
function tell(tour, isTold) {
  tour.classList.toggle("told", isTold)
  const more = tour.querySelector(".more")
  more.textContent = isTold ? "Less" : "More"
  more.setAttribute("aria-expanded", isTold)
}

function wayTo(path) {
  const links = [...document.querySelectorAll("a[href]")]
  return links.find(a => a.origin === location.origin && a.pathname.split("/").pop() === path)
}

// A press outside the card folds it, so that it does not cover what the visitor uses. A finger folds it when it is lifted. If the
// finger scrolls the page instead, the browser sends "pointercancel".
let isFoldedOnLift = false
addEventListener("pointerdown", event => {
  const [path, tour] = [event.composedPath(), document.getElementById("tour")]
  const isMeant = tour && !path.includes(tour) && !wasCardJustAt(event.clientX, event.clientY)
  isFoldedOnLift = isMeant && event.pointerType === "touch" && !path.some(part => part.matches?.(DRAGGED))
  if (isMeant && !isFoldedOnLift) fold()
}, true)
addEventListener("pointerup", () => isFoldedOnLift && fold(), true)
addEventListener("pointercancel", () => (isFoldedOnLift = false), true)

function fold() {
  isFoldedOnLift = false
  const tour = document.getElementById("tour")
  if (!tour) return
  keep("sessionStorage", FOLDED, 1)
  tour.classList.add("folded")
  putInPlace(tour)
}

// Whether the last key was pressed in one of the parts `OTHERS`. This listener runs in the capture phase, before Escape
// closes a list, because a closed list would not be found.
let isForOthers = false
addEventListener(
  "keydown",
  event => (isForOthers = event.composedPath().some(part => part.matches?.(OTHERS))),
  true
)

// Escape ends the tour. This listener is on the whole window, because the card does not take the focus by itself.
addEventListener("keydown", event => {
  const isMeant = event.key === "Escape" && !event.defaultPrevented && !isForOthers
  if (isMeant && document.querySelector("#tour:not(.folded)")) actions.leave()
})

/** Ends the tour, and offers it again. */
function leave() {
  keep("sessionStorage", CARD, null)
  keep("sessionStorage", FOLDED, null)
  document.getElementById("tour")?.remove()
  offer()
}

isNarrow.addEventListener("change", () => {
  const tour = document.getElementById("tour")
  if (tour) putInPlace(tour)
  offer()
})

/** Shows the button that starts the tour, unless the tour is on or switched off. */
function offer() {
  let start = document.getElementById("tour-start")
  if (isOff || document.getElementById("tour")) return start?.remove()
  start ??= button("Tour", "start")
  start.id = "tour-start"
  start.title = "Guided tour"
  putInPlace(start)
}

/** Adds the style of the card and the button to the document, and the colours of the theme. */
function addStyle(parentElement) {
  if (!document.getElementById("tour-style")) {
    document.head.append(Object.assign(element("style", STYLE), { id: "tour-style" }))
  }
  const theme = getComputedStyle(parentElement.host ?? parentElement)
  const root = document.documentElement.style
  root.setProperty("--tour-ground", theme.getPropertyValue("--st-background-color") || "#fff")
  root.setProperty("--tour-ink", theme.getPropertyValue("--st-text-color") || "#111")
}

function element(name, text) {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

function button(text, name) {
  const made = element("button", text)
  made.type = "button"
  made.className = name
  made.onclick = () => actions[name]()
  return made
}

// A browser may forbid storage, so that even `window.sessionStorage` throws. Then the state is kept until the page is reloaded.
const memory = new Map()

function keep(storage, key, value) {
  try {
    if (value === null) window[storage].removeItem(key)
    else window[storage].setItem(key, value)
  } catch {
    memory.set(key, value)
  }
}

function recall(storage, key) {
  try {
    return window[storage].getItem(key)
  } catch {
    return memory.get(key) ?? null
  }
}
