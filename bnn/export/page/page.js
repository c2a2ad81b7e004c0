// The script of the exported page: the network reads the drawing while the pen moves. The engine's code comes before this
// script.

const CANVAS_SIDE = 320
const PEN_WIDTH = 18
const KEY_STEP = 8
const NUM_TIMINGS = 20
// Points closer together than this add nothing to the drawing.
const MIN_STEP = 0.5
// The pen's position is rounded to sixteenths of a pixel. So a drawing sent to the app (`send.js`) is short, and the app
// reads exactly what this page reads.
const STEPS_PER_PIXEL = 16

const find = id => document.getElementById(id)
const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
const wasm = await compileEngine(BUILDS).catch(() => {
  // Some browsers switch WebAssembly off to be safer. Then nothing more of this script runs.
  Object.assign(find("digit"), { className: "digit none", textContent: "This browser cannot run the network. Try another one." })
  return new Promise(() => {})
})
const network = loadNetwork(wasm, bytesOf(find("network").textContent.trim()))
const pixelsOf = digitFromStrokes(wasm)
const context = find("canvas").getContext("2d")

let strokes = []
let isDown = false
// The id of the finger, pen or mouse that draws, and whether it is a finger.
let pointer = null
let isTouch = false
let cursor = [CANVAS_SIDE / 2, CANVAS_SIDE / 2]
let isKeyboard = false

// A class, because the CSS of older versions of Firefox cannot count the bars.
find("bars").classList.toggle("tight", network.numClasses > 12)
document.querySelector("main").classList.toggle("named", network.classNames.some(name => name.length > 2))
const bars = network.classNames.map(name => {
  const bar = document.createElement("li")
  bar.innerHTML = '<span class="name"></span><span class="track"><span class="fill" style="display:block"></span></span><span class="percent"></span>'
  bar.querySelector(".name").textContent = name
  find("bars").append(bar)
  return bar
})

// --- The pen

const canvas = find("canvas")

function positionOf(event) {
  const { left, top, width, height } = canvas.getBoundingClientRect()
  const inPixels = [((event.clientX - left) * CANVAS_SIDE) / width, ((event.clientY - top) * CANVAS_SIDE) / height]
  return inPixels.map(value => Math.round(value * STEPS_PER_PIXEL) / STEPS_PER_PIXEL)
}

function putDown(point) {
  isDown = true
  strokes.push([point])
  changed()
}

function moveTo(points) {
  const stroke = strokes.at(-1)
  for (const [x, y] of points) {
    const [lastX, lastY] = stroke.at(-1)
    if (Math.hypot(x - lastX, y - lastY) >= MIN_STEP) stroke.push([x, y])
  }
  changed()
}

function lift() {
  isDown = false
  changed()
}

function clear() {
  strokes = []
  isDown = false
  changed()
}

canvas.addEventListener("pointerdown", event => {
  if (event.button !== 0) return
  if (isDown && canvas.hasPointerCapture(pointer)) {
    // While a finger or a pen draws, a second finger or the palm does nothing. But if the palm touched first, the pen draws.
    if (!isTouch || event.pointerType !== "pen") return
    strokes.pop()
  }
  pointer = event.pointerId
  isTouch = event.pointerType === "touch"
  canvas.setPointerCapture(pointer)
  isKeyboard = false
  putDown(positionOf(event))
})
canvas.addEventListener("pointermove", event => {
  if (!isDown || event.pointerId !== pointer || isKeyboard) return
  // The pen is lifted if no button is pressed, because the event "pointerup" may have been lost.
  if (event.pointerType !== "touch" && !(event.buttons & 1)) return lift()
  const events = event.getCoalescedEvents?.() ?? []
  moveTo((events.length ? events : [event]).map(positionOf))
})
for (const type of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(type, event => isDown && event.pointerId === pointer && !isKeyboard && lift())
}
canvas.addEventListener("contextmenu", event => event.preventDefault())
find("clear").addEventListener("click", clear)

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

canvas.addEventListener("keydown", event => {
  const arrow = ARROWS[event.key]
  if (!arrow && ![" ", "Delete", "Escape"].includes(event.key)) return
  event.preventDefault()
  isKeyboard = true
  if (event.key === " ") isDown ? lift() : putDown([...cursor])
  else if (!arrow) clear()
  else {
    cursor = cursor.map((value, i) => Math.min(CANVAS_SIDE, Math.max(0, value + KEY_STEP * arrow[i])))
    isDown ? moveTo([[...cursor]]) : changed()
  }
})

// --- The display

let isScheduled = false

function changed() {
  if (isScheduled) return
  isScheduled = true
  requestAnimationFrame(() => {
    isScheduled = false
    drawCanvas()
    readDrawing()
    canvas.dispatchEvent(new Event("drawing"))
  })
}

function drawCanvas() {
  const scale = canvas.width / CANVAS_SIDE
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.fillStyle = "#000"
  context.fillRect(0, 0, CANVAS_SIDE, CANVAS_SIDE)
  Object.assign(context, { lineWidth: PEN_WIDTH, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" })
  for (const stroke of strokes) {
    context.beginPath()
    context.moveTo(...stroke[0])
    for (const point of stroke) context.lineTo(...point)
    context.stroke()
  }
  if (isKeyboard) drawCursor()
}

function drawCursor() {
  context.beginPath()
  context.arc(...cursor, PEN_WIDTH / 2 + 3, 0, 2 * Math.PI)
  Object.assign(context, { lineWidth: 2, strokeStyle: "#7ea2ff" })
  context.stroke()
}

function readDrawing() {
  const pixels = strokes.length ? pixelsOf(strokes) : null
  if (!pixels) return showNothing()
  showAnswer(network.read(pixels))
  showPixels(pixels)
  if (!isDown) measure(pixels)
}

/** Shows the time that the network takes for a digit: the mean of many, because a browser's clock is coarse. */
function measure(pixels) {
  const started = performance.now()
  for (let i = 0; i < NUM_TIMINGS; i++) network.read(pixels)
  const microseconds = (1000 * (performance.now() - started)) / NUM_TIMINGS
  find("microseconds").textContent = Math.round(microseconds).toLocaleString("en")
}

function showNothing() {
  show({ state: "empty", size: "none", before: "", text: "draw", after: "", probabilities: bars.map(() => 0), digit: null, best: null })
  showPixels(new Uint8Array(784))
}

function showAnswer(answer) {
  const { digit, probabilities } = answer
  show({ ...answerInWords(answer, network.classNames, isDown), probabilities, digit, best: namedClass(answer, isDown) })
}

function show({ state, size, before, text, after, probabilities, digit, best }) {
  const box = find("answer")
  box.className = `answer ${state}`
  Object.assign(box.dataset, { state, digit: digit === null ? "" : network.classNames[digit] })
  // A screen reader reads out the answer when the pen is lifted, not sixty times a second.
  box.setAttribute("aria-busy", state === "drawing")
  find("before").textContent = before
  find("digit").textContent = text
  find("digit").className = `digit ${size}`
  find("after").textContent = after
  bars.forEach((bar, i) => {
    bar.classList.toggle("best", i === best)
    bar.querySelector(".fill").style.width = `${(100 * probabilities[i]).toFixed(1)}%`
    bar.querySelector(".percent").textContent = probabilities[i] >= 0.005 ? percentText(probabilities[i]) : ""
  })
}

function showPixels(pixels) {
  const levels = network.pixelThresholds
  paint(find("pixels"), pixels)
  const share = value => (255 * levels.filter(level => value >= level).length) / levels.length
  paint(find("bits"), levels.length ? pixels.map(share) : pixels)
}

function paint(canvas, pixels) {
  const context = canvas.getContext("2d")
  const image = context.createImageData(SIDE, SIDE)
  pixels.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i))
  context.putImageData(image, 0, 0)
}

drawCanvas()
showNothing()
