// The guided tour: a card at the lower edge of the window, over whichever page it speaks of.
const SEEN = "one-bit-lab-tour-seen"
const CARD = "one-bit-lab-tour-card"
const STYLE = `
#tour { position: fixed; z-index: 1000; right: 1rem; bottom: 1rem; width: min(24rem, calc(100vw - 2rem)); box-sizing: border-box;
  padding: 1rem 1.1rem .8rem; border: 2px solid #2f6bff; border-radius: .6rem; font: 1rem/1.45 system-ui, sans-serif;
  background: var(--ground); color: var(--ink); box-shadow: 0 .4rem 1.6rem rgb(0 0 0 / .35) }
#tour h2 { all: unset; display: block; font-weight: 650; font-size: 1.1rem; margin-bottom: .3rem }
#tour p { margin: 0 0 .7rem }
#tour div { display: flex; gap: .5rem; align-items: center }
#tour span { margin-right: auto; opacity: .8; font-size: .9rem }
#tour button { font: inherit; padding: .35rem .8rem; min-height: 2.5rem; border-radius: .5rem; border: 1px solid #7a7a7a;
  background: none; color: inherit; cursor: pointer }
#tour button.next { background: #2459d6; border-color: #2459d6; color: #fff }
#tour button:focus-visible { outline: 3px solid #2f6bff; outline-offset: 2px }
@media (max-width: 640px) { #tour { right: .5rem; bottom: .5rem; width: calc(100vw - 1rem) } }
`

export default function ({ data, parentElement }) {
  const link = new URLSearchParams(location.search).get("tour")
  if (data.off || link === "off") return leave()
  if (data.invited > (Number(recall(sessionStorage, "invited")) || 0)) {
    keep(sessionStorage, "invited", data.invited)
    keep(sessionStorage, CARD, 0)
  }
  // A browser that a program drives needs no guide, and the card would lie over what the program looks for.
  const isFirstVisit = recall(localStorage, SEEN) === null && !navigator.webdriver
  if (recall(sessionStorage, CARD) === null && isFirstVisit) keep(sessionStorage, CARD, 0)
  keep(localStorage, SEEN, 1)
  const number = recall(sessionStorage, CARD)
  if (number === null) return leave()
  show(Math.min(data.cards.length - 1, Math.max(0, Number(number) || 0)))

  function show(at) {
    keep(sessionStorage, CARD, at)
    const [path, title, text] = data.cards[at]
    const isLast = at === data.cards.length - 1
    const card = document.getElementById("tour") ?? document.body.appendChild(document.createElement("section"))
    card.id = "tour"
    card.setAttribute("role", "dialog")
    card.setAttribute("aria-label", "Guided tour")
    const theme = getComputedStyle(parentElement.host ?? parentElement)
    card.style.setProperty("--ground", theme.getPropertyValue("--st-background-color") || "#fff")
    card.style.setProperty("--ink", theme.getPropertyValue("--st-text-color") || "#111")
    const style = document.createElement("style")
    style.textContent = STYLE
    const words = document.createElement("div")
    words.style.display = "block"
    words.setAttribute("aria-live", "polite")
    words.append(element("h2", title), element("p", text))
    const row = element("div", "")
    row.append(element("span", `${at + 1} of ${data.cards.length}`))
    if (!isLast) row.append(button("Leave", leave))
    if (at > 0) row.append(button("Back", () => turn(at - 1)))
    row.append(button(isLast ? "Done" : "Next", isLast ? leave : () => turn(at + 1), "next"))
    card.replaceChildren(style, words, row)
  }

  function turn(at) {
    show(at)
    const path = data.cards[at][0]
    const here = location.pathname.split("/").pop()
    // The app's own links keep the session; nothing is loaded anew.
    if (here !== path) [...document.querySelectorAll("a[href]")].find(a => new URL(a.href).pathname.split("/").pop() === path)?.click()
    document.querySelector("#tour .next")?.focus()
  }
}

// Wherever the focus is: the card never takes it by itself.
addEventListener("keydown", event => event.key === "Escape" && document.getElementById("tour") && leave())

function leave() {
  keep(sessionStorage, CARD, null)
  document.getElementById("tour")?.remove()
}

function element(name, text) {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

function button(text, action, name = "") {
  const made = element("button", text)
  made.type = "button"
  made.className = name
  made.onclick = action
  return made
}

// A browser may forbid to keep anything: then the tour ends with the page.
function keep(storage, key, value) {
  try {
    if (value === null) storage.removeItem(key)
    else storage.setItem(key, value)
  } catch {}
}

function recall(storage, key) {
  try {
    return storage.getItem(key)
  } catch {
    return null
  }
}
