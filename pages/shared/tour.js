// The guided tour. It shows a card at the lower edge of the window, above the page that the card explains.
const SEEN = "one-bit-lab-tour-seen"
const CARD = "one-bit-lab-tour-card"
const FOLDED = "one-bit-lab-tour-folded"
const INVITED = "one-bit-lab-tour-invited"
// Parts of the page that Escape closes. If Escape is pressed there, the tour does not end.
const OTHERS = '[role="dialog"]:not(#tour *), [role="listbox"], [role="menu"], [data-baseweb="popover"], [aria-expanded="true"]'
const STYLE = `
#tour { position: fixed; z-index: 1000; right: 1rem; bottom: 1rem; max-width: calc(100vw - 2rem);
  border: 2px solid #2f6bff; border-radius: .6rem; font: 1rem/1.45 Inter, sans-serif;
  background: var(--ground); color: var(--ink); box-shadow: 0 .4rem 1.6rem rgb(0 0 0 / .35) }
#tour section { width: 24rem; max-width: 100%; box-sizing: border-box; padding: 1rem 1.1rem .8rem }
#tour.folded section, #tour:not(.folded) .chip { display: none }
#tour h2 { all: unset; display: block; font-weight: 650; font-size: 1.1rem; margin-bottom: .3rem }
#tour p { margin: 0 0 .7rem }
#tour .row { display: flex; gap: .5rem; align-items: center }
#tour span { margin-right: auto; opacity: .8; font-size: .9rem }
#tour button { font: inherit; padding: .35rem .8rem; min-height: 2.5rem; border-radius: .5rem; border: 1px solid #7a7a7a;
  background: none; color: inherit; cursor: pointer }
#tour button.next { background: #2459d6; border-color: #2459d6; color: #fff }
#tour button.chip { border: 0; padding: .1rem .7rem; font-size: .9rem; white-space: nowrap }
#tour button:focus-visible { outline: 3px solid #2f6bff; outline-offset: 2px }
/* The folded card covers nothing that can be pressed on Draw: it is between the pictures and the samples or, on a phone,
   beside the bars. */
@media (min-width: 640.02px) {
  #tour.folded { right: auto; bottom: 0; left: 50%; transform: translateX(-50%); border-bottom: 0; border-radius: .6rem .6rem 0 0 }
  #tour.folded button { min-height: 2rem }
}
@media (max-width: 640px) {
  #tour { right: .5rem; bottom: .5rem; left: .5rem; max-width: none }
  #tour section { width: 100% }
  #tour.folded { right: auto; bottom: .25rem }
}
`
// The card whose page is being opened. It is null again when that page is shown.
let awaited = null
// What the buttons do: a function by the name of the button.
let actions = {}

export default function ({ data, parentElement, setTriggerValue }) {
  const link = new URLSearchParams(location.search).get("tour")
  if (data.off || link === "off") return leave()
  const isFirstVisit = recall(localStorage, SEEN) === null
  keep(localStorage, SEEN, 1)
  const invitedBefore = Number(recall(sessionStorage, INVITED)) || 0
  keep(sessionStorage, INVITED, data.invited)
  if (data.invited > invitedBefore) return turn(0, 1)
  if (isFirstVisit && recall(sessionStorage, CARD) === null) keep(sessionStorage, CARD, 0)
  const number = recall(sessionStorage, CARD)
  if (number === null) return leave()
  show(Math.min(data.cards.length - 1, Math.max(0, Number(number) || 0)))

  function show(at) {
    const path = data.cards[at][0]
    const isLast = at === data.cards.length - 1
    actions = {
      leave,
      back: () => turn(at - 1, -1),
      next: isLast ? leave : () => turn(at + 1, 1),
      chip: () => turn(at, 1),
    }
    const tour = document.getElementById("tour") ?? document.body.appendChild(document.createElement("div"))
    tour.id = "tour"
    const theme = getComputedStyle(parentElement.host ?? parentElement)
    tour.style.setProperty("--ground", theme.getPropertyValue("--st-background-color") || "#fff")
    tour.style.setProperty("--ink", theme.getPropertyValue("--st-text-color") || "#111")
    // Every run of the page shows the card again. Replacing its buttons would lose a click that has just begun.
    if (tour.dataset.card !== String(at)) fill(tour, at, data.cards)
    const chapter = awaited?.[3]
    if (path === data.page) awaited = null
    // On another page, the card would explain something that the visitor cannot see. So it is folded there.
    const isElsewhere = path !== data.page && path !== awaited?.[0]
    tour.classList.toggle("folded", isElsewhere || recall(sessionStorage, FOLDED) !== null)
    // This must wait for the new page. While the page changes, the server does not accept values from this component.
    if (chapter && path === data.page) setTriggerValue("chapter", chapter)
  }

  // Shows card number `at`. Cards whose page has no link are skipped, in the direction of `step`.
  function turn(at, step) {
    while (data.cards[at] && data.cards[at][0] !== data.page && !wayTo(data.cards[at][0])) at += step
    if (!data.cards[at]) return step > 0 && leave()
    const path = data.cards[at][0]
    // If the same card is only unfolded on its own page, the open chapter stays.
    const isThere = path === data.page && Number(recall(sessionStorage, CARD)) === at
    awaited = isThere ? null : data.cards[at]
    keep(sessionStorage, CARD, at)
    keep(sessionStorage, FOLDED, null)
    show(at)
    // A click on the app's own link keeps the session. Any other way would load the page again.
    if (path !== data.page) wayTo(path).click()
    document.querySelector("#tour .next").focus()
  }
}

function fill(tour, at, cards) {
  const [, title, text] = cards[at]
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
  if (!isLast) row.append(button("Leave", "leave"))
  if (at > 0) row.append(button("Back", "back"))
  row.append(button(isLast ? "Done" : "Next", "next"))
  card.append(words, row)
  const chip = button(`Tour ${at + 1} of ${cards.length}`, "chip")
  tour.replaceChildren(element("style", STYLE), card, chip)
  tour.dataset.card = at
  if (focused) tour.querySelector(`.${focused}`)?.focus()
}

function wayTo(path) {
  const links = [...document.querySelectorAll("a[href]")]
  return links.find(a => a.origin === location.origin && a.pathname.split("/").pop() === path)
}

// A click outside the card folds it, so that it does not cover what the visitor uses.
addEventListener(
  "pointerdown",
  event => {
    const tour = document.getElementById("tour")
    if (!tour || event.composedPath().includes(tour)) return
    keep(sessionStorage, FOLDED, 1)
    tour.classList.add("folded")
  },
  true
)

// This listens in the capture phase, before Escape closes a list. Afterwards the list would not be found.
let isForAnother = false
addEventListener(
  "keydown",
  event => (isForAnother = event.composedPath().some(part => part.matches?.(OTHERS))),
  true
)

// This listens on the whole window, because the card does not take the focus by itself.
addEventListener("keydown", event => {
  const isMeant = event.key === "Escape" && !event.defaultPrevented && !isForAnother
  if (isMeant && document.querySelector("#tour:not(.folded)")) leave()
})

function leave() {
  keep(sessionStorage, CARD, null)
  keep(sessionStorage, FOLDED, null)
  document.getElementById("tour")?.remove()
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

// A browser may forbid storage. Then the state is kept until the page is reloaded.
const memory = new Map()

function keep(storage, key, value) {
  try {
    if (value === null) storage.removeItem(key)
    else storage.setItem(key, value)
  } catch {
    memory.set(key, value)
  }
}

function recall(storage, key) {
  try {
    return storage.getItem(key)
  } catch {
    return memory.get(key) ?? null
  }
}
