// The tiles of the wall. A tile that is already there keeps its element, so that nothing flickers. New tiles come first.
// arrange and setText are in pages/shared/live/elements.js.

const MOVE_MILLISECONDS = 250

export default function ({ parentElement, data, setTriggerValue }) {
  const list = parentElement.querySelector("ol")
  const before = new Map([...list.children].map(item => [item.dataset.number, item]))
  const places = placesOf(before.values())
  const items = data.tiles.map(tile => before.get(String(tile.number)) ?? makeItem(tile, setTriggerValue))
  arrange(items, list)
  data.tiles.forEach((tile, i) => update(items[i], tile, tile.number === data.chosen))
  if (items.some(item => !places.has(item)) && places.size) slide(places)
}

const placesOf = items => new Map([...items].map(item => [item, [item.offsetLeft, item.offsetTop]]))

/** Animates the tiles that have moved within their row. Those that have changed their row jump. */
function slide(places) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return
  for (const [item, [left, top]] of places) {
    const distance = left - item.offsetLeft
    if (!item.isConnected || !distance || top !== item.offsetTop) continue
    const options = { duration: MOVE_MILLISECONDS, easing: "ease-out" }
    item.animate([{ transform: `translateX(${distance}px)` }, { transform: "none" }], options)
  }
}

function makeItem(tile, setTriggerValue) {
  const item = document.createElement("li")
  item.dataset.number = tile.number
  const button = Object.assign(document.createElement("button"), { type: "button" })
  button.append(Object.assign(document.createElement("img"), { src: tile.picture, alt: "" }))
  for (const name of ["answer", "certainty", "verdict"]) {
    button.append(Object.assign(document.createElement("span"), { className: name }))
  }
  button.addEventListener("click", () => setTriggerValue("chosen", tile.number))
  item.append(button)
  return item
}

function update(item, tile, isChosen) {
  const button = item.firstElementChild
  for (const name of ["answer", "certainty", "verdict"]) setText(button.querySelector(`.${name}`), tile[name])
  button.classList.toggle("unsure", !tile.isSure)
  button.classList.toggle("fooled", tile.hasFooled)
  button.setAttribute("aria-pressed", isChosen)
  const certainty = tile.certainty && `, ${tile.certainty} sure`
  const words = `Drawing ${tile.number}, read as ${tile.answer}${certainty}. ${tile.verdict}`
  button.setAttribute("aria-label", words)
}
