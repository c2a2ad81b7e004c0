// A map that is clicked in chapter 3 grows to its place in chapter 2.

const GROW_MILLISECONDS = 150
const PATIENCE_MILLISECONDS = 4000
const FIRST_SIDE = 160 // of the copy, in pixels, until the place of the map in chapter 2 is known
const SMALLEST_SIDE = 40 // of the map in chapter 2, in pixels; a lower map has not loaded its picture yet

/** Lets maps grow when they are clicked, unless the visitor has asked for less motion. */
export function followClicks(getPage) {
  document.addEventListener("pick", event => {
    const page = getPage()
    const number = numberOf(event.target)
    // The size is 0 for a dense layer, which has no maps.
    if (number === null || !page?.frames?.[number]?.size || matchMedia("(prefers-reduced-motion: reduce)").matches) return
    const network = networkAt(page.network)
    if (network) grow(copyOfMap(buttonOf(event), event.detail.point, mapSide(network.layers[number])))
  })
}

/** Lays a copy of one map (`side` pixels wide and high) over the page, exactly where the map is. */
function copyOfMap(button, point, side) {
  const img = button.querySelector("img")
  const cell = button.boxOfCell(button.cellAt(point))
  const picture = img.getBoundingClientRect().width ? img : button.querySelector("canvas")
  // There is a gap before the first map, and after each map.
  const gap = gapOf(side)
  const [x, y] = [cell.x / cell.width, cell.y / cell.height].map(number => gap + Math.round(number) * (side + gap))
  const copy = Object.assign(document.createElement("canvas"), { className: "growing-map", width: side, height: side })
  copy.setAttribute("aria-hidden", "true") // Firefox before 119 has no `ariaHidden`
  copy.getContext("2d").drawImage(picture, x, y, side, side, 0, 0, side, side)
  const box = button.getBoundingClientRect()
  const shown = scaled(cell, box.width, box.height)
  putAt(copy, { ...shown, left: box.left + shown.x, top: box.top + shown.y })
  document.body.append(copy)
  return copy
}

const scaled = ({ x, y, width, height }, horizontally, vertically) => ({
  x: x * horizontally,
  y: y * vertically,
  width: width * horizontally,
  height: height * vertically,
})

const inPixels = ({ left, top, width, height }) =>
  Object.fromEntries(Object.entries({ left, top, width, height }).map(([name, value]) => [name, `${value}px`]))
const putAt = (element, box) => Object.assign(element.style, inPixels(box))

async function grow(copy) {
  const { left, top, width, height } = copy.getBoundingClientRect()
  // The copy grows about its middle, but stays inside the window.
  const grown = (start, size, end) => Math.min(end - FIRST_SIDE - 8, Math.max(8, start + size / 2 - FIRST_SIDE / 2))
  const first = { left: grown(left, width, innerWidth), top: grown(top, height, innerHeight) }
  await glide(copy, { ...first, width: FIRST_SIDE, height: FIRST_SIDE })
  const map = await mapOnPage(performance.now() + PATIENCE_MILLISECONDS)
  if (map) await glide(copy, map.getBoundingClientRect())
  copy.remove()
}

async function glide(copy, box) {
  const frames = [inPixels(copy.getBoundingClientRect()), inPixels(box)]
  await copy.animate(frames, { duration: GROW_MILLISECONDS, easing: "ease-out" }).finished
  putAt(copy, box)
}

/** The map of the neuron in chapter 2, as soon as it is on the page; null if it does not come. */
function mapOnPage(end) {
  return new Promise(resolve => {
    const look = () => {
      const map = pickersPicture("neuron-map")?.closest("button")
      if (map?.getBoundingClientRect().height > SMALLEST_SIDE || performance.now() > end) resolve(map ?? null)
      else requestAnimationFrame(look)
    }
    look()
  })
}
