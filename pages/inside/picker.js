// A picture of cells of equal size. The visitor picks a cell with the mouse, a finger or the arrow keys.
//
// The picture is in a button. The live part of the page (live/) follows the button's events: "ready" when it is new on the page,
// "pick" when a cell is picked, and "mark" when an arrow key only moves the marker. If a pick opens another chapter
// (`data.opens`), arrow keys never pick. The button has functions to move the marker and to find cells.
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

export default function ({ parentElement, data, setTriggerValue }) {
  const button = parentElement.querySelector("button")
  const picture = button.querySelector("img")
  const marker = button.querySelector("span")
  if (picture.getAttribute("src") !== data.source) picture.src = data.source
  button.setAttribute("aria-label", data.label)
  const keys = `arrow keys move the frame${data.opens ? ", Enter opens what it marks" : ""}`
  button.parentElement.setAttribute("aria-label", keys)
  button.toggleAttribute("data-opens", data.opens)
  button.dataset.label = data.labelWithoutValues // live/labels.js fills in other values
  button.style.setProperty("--cells", outlineOfCells(data))
  // While the server has not yet answered the last pick, the marker stays where the visitor has put it. If fewer picks are
  // answered than before, the server has a new session, which does not know them.
  const isNewSession = data.answered < button.answered
  button.picks = isNewSession ? data.answered : Math.max(button.picks ?? 0, data.answered)
  button.answered = data.answered
  button.isAnswered = data.answered >= button.picks
  // If the server names no place, the marker stays, too.
  let place = (button.isAnswered && data.place) || button.place || null

  const show = () => {
    marker.style.display = place ? "block" : "none"
    if (!place) return
    const middle = place.map(at => (at + 0.5) * data.stride)
    // The frame ends at the edge of the picture.
    const first = middle.map(at => Math.max(0, at - data.marker / 2))
    const last = [data.rows, data.columns].map((size, axis) => Math.min(size, middle[axis] + data.marker / 2))
    const percent = (value, size) => `${(100 * value) / size}%`
    marker.style.top = percent(first[0], data.rows)
    marker.style.left = percent(first[1], data.columns)
    marker.style.height = percent(last[0] - first[0], data.rows)
    marker.style.width = percent(last[1] - first[1], data.columns)
  }

  const isThere = ([row, column]) =>
    row >= 0 && column >= 0 && row < data.rows && column < data.columns && row * data.columns + column < data.count

  // Another network may have fewer cells.
  if (place && !isThere(place)) place = button.place = null

  /** Moves the marker, and nothing else. */
  button.moveTo = to => {
    place = button.place = to
    show()
  }

  /** Tells the server that a cell is picked. */
  button.tell = (to, point = null) => {
    button.moveTo(to)
    button.picks += 1
    button.isAnswered = false
    setTriggerValue("place", { place: to, point, number: button.picks })
  }

  button.markedCell = () => {
    const [row, column] = place ?? [0, 0]
    return [row * data.columns + column, middleOf([row, column])]
  }

  /** The number of the cell at a point, given as shares of the picture's height and width; null if there is none. */
  button.cellAt = ([down, right]) => {
    const cell = [Math.floor(down * data.rows), Math.floor(right * data.columns)]
    return isThere(cell) ? cell[0] * data.columns + cell[1] : null
  }

  /** The box of a cell, in shares of the picture. */
  button.boxOfCell = number => {
    const [y, x] = [Math.floor(number / data.columns) / data.rows, (number % data.columns) / data.columns]
    return { x, y, width: 1 / data.columns, height: 1 / data.rows }
  }

  const send = (type, detail) => button.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }))

  const move = (to, isPick, point = middleOf(to)) => {
    if (!isThere(to)) return
    // The marker moves at once. It does not wait for the server.
    if (isPick) button.tell(to, point)
    else button.moveTo(to)
    send(isPick ? "pick" : "mark", { place: to, point })
  }

  const middleOf = ([row, column]) => [(row + 0.5) / data.rows, (column + 0.5) / data.columns]

  button.onclick = event => {
    // `detail` is 0 if the click comes from the Enter key and not from a pointer.
    if (event.detail === 0) return data.opens && move(place ?? [0, 0], true)
    // Safari does not focus a button that is clicked. Without the focus, arrow keys would do nothing.
    button.focus({ preventScroll: true })
    const box = button.getBoundingClientRect()
    const at = (offset, length, size) => Math.min(size - 1, Math.max(0, Math.floor(((offset / length) * size) / data.stride)))
    const row = at(event.clientY - box.top, box.height, data.rows)
    const point = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width]
    move([row, at(event.clientX - box.left, box.width, data.columns)], true, point)
  }
  button.onkeydown = event => {
    const step = STEPS[event.key]
    // With these keys, an arrow goes back in the browser's history.
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    move((place ?? [0, 0]).map((at, axis) => at + step[axis]), !data.opens)
  }
  show()
  // The live part may have drawn the page before this picture was there.
  if (!button.isKnown) send("ready")
  button.isKnown = true
}

/** The area of the cells as a value of `clip-path`: the page shows through where the last row has no cells. */
function outlineOfCells({ rows, columns, count }) {
  const inLastRow = count - (rows - 1) * columns
  if (inLastRow === columns) return "none"
  // The area includes the line around the picture, and the line to the right of the last cell.
  const [x, y] = [`calc(${(100 * inLastRow) / columns}% + 1px)`, `calc(${(100 * (rows - 1)) / rows}% + 1px)`]
  const end = "calc(100% + 1px)"
  return `polygon(-1px -1px, ${end} -1px, ${end} ${y}, ${x} ${y}, ${x} ${end}, -1px ${end})`
}
