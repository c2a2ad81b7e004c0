// The list of signs on the Teach page: for each sign a button that chooses it, and a tray with its examples. arrange and
// setText are in pages/shared/live/elements.js.

/** Returns the list item of each sign, to be filled by `showSign`. Puts these items, and no others, into the list. */
export function itemsFor(signs, list) {
  const before = new Map([...list.children].map(item => [Number(item.dataset.number), item]))
  const items = signs.map(sign => before.get(sign.number) ?? makeItem(sign))
  arrange(items, list)
  return items
}

function makeItem(sign) {
  const item = document.createElement("li")
  item.dataset.number = sign.number
  const button = Object.assign(document.createElement("button"), { type: "button", className: "sign" })
  button.dataset.sign = sign.number
  for (const name of ["key", "name", "count"]) {
    button.append(Object.assign(document.createElement("span"), { className: name }))
  }
  item.append(button, Object.assign(document.createElement("div"), { className: "tray" }))
  return item
}

/** Shows the sign's key on the keyboard, its name, the number of its examples, and a tray with the examples. */
export function showSign(item, sign, { key, count, isChosen, minExamples, enoughExamples }) {
  const button = item.querySelector(".sign")
  setText(button.querySelector(".key"), key)
  setText(button.querySelector(".name"), sign.name)
  setText(button.querySelector(".count"), String(count))
  button.setAttribute("aria-pressed", isChosen)
  button.setAttribute("aria-label", `${sign.name}, ${count} ${count === 1 ? "example" : "examples"}`)
  const tray = item.querySelector(".tray")
  const known = new Map([...tray.querySelectorAll(".thumb")].map(thumb => [Number(thumb.dataset.example), thumb]))
  const thumbs = sign.examples.map(example => known.get(example.number) ?? makeThumb(example))
  // Empty slots show how many examples are needed. Paler slots show how many more would be better.
  const numEmpty = Math.max(0, enoughExamples - thumbs.length)
  const slots = [...tray.querySelectorAll(".slot"), ...Array.from({ length: numEmpty }, makeSlot)].slice(0, numEmpty)
  const focused = known.get(Number(tray.getRootNode().activeElement?.dataset.example))
  const place = [...known.values()].indexOf(focused)
  arrange([...thumbs, ...slots], tray)
  // After an example is removed with the keyboard, the focus goes to the next one.
  if (focused && !focused.isConnected) (thumbs[Math.min(place, thumbs.length - 1)] ?? button).focus()
  slots.forEach((slot, k) => slot.classList.toggle("extra", thumbs.length + k >= minExamples))
  sign.examples.forEach((example, k) => {
    thumbs[k].classList.toggle("suspect", example.isSuspect)
    thumbs[k].title = `Remove this ${sign.name}`
    thumbs[k].setAttribute("aria-label", `Remove ${sign.name} ${k + 1}${example.isSuspect ? ", outlined" : ""}`)
  })
}

const makeSlot = () => Object.assign(document.createElement("i"), { className: "slot" })

function makeThumb(example) {
  const thumb = Object.assign(document.createElement("button"), { type: "button", className: "thumb" })
  thumb.dataset.example = example.number
  thumb.append(Object.assign(document.createElement("img"), { src: example.picture, alt: "" }))
  return thumb
}
