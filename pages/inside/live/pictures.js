// The pictures of bits on the page, drawn anew in the browser. A canvas takes the place of the server's picture until
// the server sends another one. White is +1 and black is -1, as in pages/shared/bit_images.py, which makes the same
// pictures.

// RGBA in little-endian byte order, which is that of the processors on which browsers run.
const grey = value => (0xff000000 | (value << 16) | (value << 8) | value) >>> 0
const [WHITE, BLACK, GREY] = [255, 0, 122].map(grey)
// Where an input and a weight agree or differ.
const [AGREES, DIFFERS] = [208, 80].map(grey)
// A bit that has turned white or black.
const TURNED_WHITE = 0xfff27aaa
const TURNED_BLACK = 0xffc83278
const UNIT_SIDE = 5
const LARGE_SIDE = 12

// The canvases on the page, and perhaps some that the server's next pictures have replaced.
const canvases = new Set()

/** A picture of this size to draw on: its pixels are a Uint32Array. */
function newPicture(width, height, pixel = GREY) {
  return { width, height, pixels: new Uint32Array(width * height).fill(pixel) }
}

/** Shows a picture in place of an <img>. `values` are those of its label, if it has any. */
export function showPicture(img, { width, height, pixels }, values = null) {
  if (!img) return
  const canvas = canvasFor(img)
  if (values) canvas.setAttribute("aria-label", filled(img.dataset.label, values))
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height)
  canvas.getContext("2d").putImageData(image, 0, 0)
}

function canvasFor(img) {
  if (img.nextElementSibling?.matches("canvas")) return img.nextElementSibling
  const canvas = document.createElement("canvas")
  canvas.className = img.className
  canvas.setAttribute("role", "img")
  canvas.setAttribute("aria-label", img.alt)
  img.after(canvas)
  // `hidden` would have no effect, because the style sheet sets `display`.
  img.style.display = "none"
  forgetReplaced()
  canvases.add(canvas)
  return canvas
}

/** Forgets the canvases that are no longer on the page. Otherwise, the browser would keep them, and the parts of the page
 * around them, until the page is closed.
 */
function forgetReplaced() {
  for (const canvas of canvases) if (!canvas.isConnected) canvases.delete(canvas)
}

/** Shows the server's pictures again. */
export function restorePictures() {
  for (const canvas of canvases) {
    const img = canvas.previousElementSibling
    if (img) img.style.display = ""
    canvas.remove()
  }
  canvases.clear()
}

/** The picture of a component of pages/inside/picker.py, by the beginning of its key. */
export function pickersPicture(key) {
  const host = document.querySelector(`[class*="st-key-${key}"] [data-testid="stBidiComponentIsolated"]`)
  return host?.shadowRoot?.querySelector("img")
}

/** A picture of 28x28 pixels in shades of grey. */
export function ofPixels(pixels) {
  return { width: SIDE, height: SIDE, pixels: Uint32Array.from(pixels, grey) }
}

/** A picture of bits, true for -1, in rows of this width. */
export function ofBits(bits, width) {
  return { width, height: bits.length / width, pixels: Uint32Array.from(bits, bit => (bit ? BLACK : WHITE)) }
}

/** Whether the bit of a channel is 1. The bits of all channels of one place begin at the index `first` of `words`. */
export const isBitSet = (words, first, channel) => Boolean((words[first + (channel >> 5)] >>> (channel & 31)) & 1)

const gapOf = side => (side <= LARGE_SIDE ? 1 : 2)

/** The number of tiles in a row with which the image is about as wide as high. */
const numColumns = count => Math.min(count, Math.ceil(Math.sqrt(count)))

/** The maps of a layer in one picture, from the words of the next layer's input. */
export function wallOfMaps(words, side, channels, columns) {
  const { picture, place } = newWall(channels, side, columns)
  const step = words.length / side ** 2
  for (let channel = 0; channel < channels; channel++) {
    const word = channel >> 5
    const bit = 1 << (channel & 31)
    let at = place(channel)
    for (let i = 0, y = 0; y < side; y++, at += picture.width - side)
      for (let x = 0; x < side; x++, i++, at++) picture.pixels[at] = words[i * step + word] & bit ? BLACK : WHITE
  }
  return picture
}

/** The bits of dense units in one picture, from the words of the next layer's input. */
export function wallOfUnits(words, count, columns = numColumns(count)) {
  const { picture, place } = newWall(count, UNIT_SIDE, columns)
  for (let unit = 0; unit < count; unit++) {
    const isBlack = isBitSet(words, 0, unit)
    for (let y = 0; y < UNIT_SIDE; y++) {
      const at = place(unit) + y * picture.width
      picture.pixels.fill(isBlack ? BLACK : WHITE, at, at + UNIT_SIDE)
    }
  }
  return picture
}

/** A picture for tiles of this side, with `columns` in a row, and a function that returns the index of a tile's first pixel. */
export function newWall(count, side, columns) {
  const gap = gapOf(side)
  const rows = Math.ceil(count / columns)
  const picture = newPicture(gap + columns * (side + gap), gap + rows * (side + gap))
  const place = tile =>
    (gap + Math.floor(tile / columns) * (side + gap)) * picture.width + gap + (tile % columns) * (side + gap)
  return { picture, place, gap }
}

/** How many channels stand beside each other in a tile, see `channel_columns` in pages/shared/bit_images.py. */
export function channelColumns(count) {
  const least = Math.ceil(Math.sqrt(count))
  for (let n = least; n * n <= 2 * count; n++) if (count % n === 0) return n
  return least
}

/** One tile of signs, (side, side, channels) with 0 for grey: its channels stand in a grid. Signs that have turned are purple. */
export function ofSigns(signs, side, channels, colours = [WHITE, BLACK], isTurned = () => false) {
  const columns = channelColumns(channels)
  const picture = newPicture(columns * side, Math.ceil(channels / columns) * side)
  signs.forEach((sign, i) => {
    const channel = i % channels
    const place = (i - channel) / channels
    const y = Math.floor(channel / columns) * side + Math.floor(place / side)
    const x = (channel % columns) * side + (place % side)
    const [plus, minus] = isTurned(i) ? [TURNED_WHITE, TURNED_BLACK] : colours
    picture.pixels[y * picture.width + x] = sign === 0 ? GREY : sign > 0 ? plus : minus
  })
  return picture
}
