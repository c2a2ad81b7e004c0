// A picture of cells of equal size. The visitor picks a cell with the mouse, a finger or the arrow keys.
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

export default function ({ parentElement, data, setTriggerValue }) {
  const button = parentElement.querySelector("button")
  const picture = button.querySelector("img")
  const marker = button.querySelector("span")
  if (picture.getAttribute("src") !== data.source) picture.src = data.source
  button.setAttribute("aria-label", data.label)
  // While the page has not yet answered the last pick, the marker stays where the visitor has put it.
  button.picks = Math.max(button.picks ?? 0, data.answered)
  let place = data.answered < button.picks ? button.place : data.place

  const show = () => {
    marker.style.display = place ? "block" : "none"
    if (!place) return
    const around = (data.marker - 1) / 2
    // The frame ends at the edge of the picture.
    const first = place.map(at => Math.max(0, at - around))
    const last = [data.rows, data.columns].map((size, axis) => Math.min(size, place[axis] + around + 1))
    const percent = (value, size) => `${(100 * value) / size}%`
    marker.style.top = percent(first[0], data.rows)
    marker.style.left = percent(first[1], data.columns)
    marker.style.height = percent(last[0] - first[0], data.rows)
    marker.style.width = percent(last[1] - first[1], data.columns)
  }

  const isThere = ([row, column]) =>
    row >= 0 && column >= 0 && row < data.rows && column < data.columns && row * data.columns + column < data.count

  const move = (to, picks, point = null) => {
    if (!isThere(to)) return
    place = to
    // The marker moves at once. It does not wait for the page.
    show()
    if (!picks) return
    button.place = to
    button.picks += 1
    setTriggerValue("place", { place: to, point, number: button.picks })
  }

  button.onclick = event => {
    // `detail` is 0 if the click comes from the Enter key and not from a pointer.
    if (event.detail === 0) return data.opens && move(place ?? [0, 0], true)
    const box = button.getBoundingClientRect()
    const at = (offset, length, size) => Math.min(size - 1, Math.max(0, Math.floor((offset / length) * size)))
    const row = at(event.clientY - box.top, box.height, data.rows)
    const point = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width]
    move([row, at(event.clientX - box.left, box.width, data.columns)], true, point)
  }
  button.onkeydown = event => {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    move((place ?? [0, 0]).map((at, axis) => at + step[axis]), !data.opens)
  }
  show()
}
