// The script of the exported page: the network reads the drawing while the pen moves. The engine's code comes before this
// script.

// Duration of the timing. It must be much longer than 1 ms, because the clocks of some browsers have steps of 1 ms.
const TIMING_MILLISECONDS = 30
// The largest number of reads. It ends the timing if the clock stands still.
const MAX_TIMINGS = 1_000

const find = id => document.getElementById(id)
const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
// A screen reader reads out a text again if it is set again, even if it is the same.
const setText = (id, text) => find(id).textContent === text || (find(id).textContent = text)
const load = wasm => [loadNetwork(wasm, bytesOf(find("network").textContent.trim())), digitFromStrokes(wasm)]
const [network, pixelsOf] = await compileEngine(BUILDS).then(load).catch(error => {
  // Some browsers switch WebAssembly off for safety, and Chrome before 114 does not start an engine of this size at once.
  // Then the rest of this script never runs. The console says if the reason is another one, such as a damaged network.
  console.error(error)
  Object.assign(find("digit"), { className: "digit none", textContent: "This browser cannot run the network. Try another one." })
  return new Promise(() => {})
})

// In older versions of Firefox, CSS cannot count the bars. So a CSS class says that there are many.
const main = document.querySelector("main")
main.classList.toggle("tight", network.numClasses > 12)
main.classList.toggle("named", network.classNames.some(name => name.length > 2))
const bars = network.classNames.map(name => {
  const bar = document.createElement("li")
  bar.innerHTML = '<span class="name"></span><span class="track"><span class="fill" style="display:block"></span></span><span class="percent"></span>'
  bar.querySelector(".name").textContent = name
  find("bars").append(bar)
  return bar
})

// --- The pen

const canvas = find("canvas")

const pad = new Pad(canvas, undefined, { onStart: () => canvas.dispatchEvent(new Event("stroke")), onChange: changed })
find("clear").addEventListener("click", () => pad.clear())

// --- The display

function changed() {
  readDrawing()
  canvas.dispatchEvent(new Event("drawing"))
}

function readDrawing() {
  const pixels = pad.strokes.length ? pixelsOf(pad.strokes) : null
  if (!pixels) return showNothing()
  showAnswer(network.read(pixels))
  showPixels(pixels)
  if (!pad.isDown) measure(pixels)
}

/** Shows the time that the network takes to read a digit. It is the mean of many reads, or one read if the network is slow. */
function measure(pixels) {
  const started = performance.now()
  let [numReads, milliseconds] = [0, 0]
  while (milliseconds < TIMING_MILLISECONDS && numReads < MAX_TIMINGS) {
    network.read(pixels)
    numReads++
    milliseconds = performance.now() - started
  }
  const microseconds = Math.round((1000 * milliseconds) / numReads)
  find("microseconds").textContent = milliseconds > 0 ? `${microseconds.toLocaleString("en")}\u00a0µs` : "–"
}

function showNothing() {
  show({ state: "empty", size: "none", before: "", text: "draw", after: "", probabilities: bars.map(() => 0), label: null, named: [] })
  showPixels(new Uint8Array(SIDE * SIDE))
}

function showAnswer(answer) {
  const { label, probabilities } = answer
  show({ ...answerInWords(answer, network.classNames, pad.isDown), probabilities, label, named: namedClasses(answer, pad.isDown) })
}

function show({ state, size, before, text, after, probabilities, label, named }) {
  const box = find("answer")
  box.className = `answer ${state}`
  Object.assign(box.dataset, { state, digit: label === null ? "" : network.classNames[label] })
  // A screen reader reads out the answer when the pen is lifted, not sixty times a second.
  box.setAttribute("aria-busy", state === "drawing")
  setText("before", before)
  setText("digit", text)
  find("digit").className = `digit ${size}`
  setText("after", after)
  bars.forEach((bar, i) => {
    bar.classList.toggle("best", named.includes(i))
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

showNothing()
