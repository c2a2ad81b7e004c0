// Turns pen strokes into the image that a network reads.

import { Memory } from "./memory.js"
import { SIDE } from "./network_file.js"

const MAX_POINTS = 200_000
const MAX_COORDINATE = 1e6

/**
 * Returns a function that turns strokes [[[x, y], ...], ...], y downwards, into 28x28 bytes.
 * The function returns null if nothing is drawn.
 */
export function digitFromStrokes(module) {
  const memory = new Memory(module)
  const nearest = memory.take(8 * SIDE * SIDE)
  const pixels = memory.take(SIDE * SIDE)
  let capacity = 0
  let points = 0
  let ends = 0
  return strokes => {
    const drawn = strokes.filter(stroke => stroke.length)
    const coordinates = drawn.flat(2)
    const numPoints = coordinates.length / 2
    if (!numPoints) return null
    if (numPoints > MAX_POINTS) throw new Error(`a drawing may have at most ${MAX_POINTS} points, got ${numPoints}`)
    const isWrong = coordinates.some(value => !(Math.abs(value) <= MAX_COORDINATE))
    if (isWrong) throw new Error(`a coordinate must be a number within ±${MAX_COORDINATE}`)
    if (numPoints > capacity) {
      capacity = 2 * numPoints
      points = memory.take(16 * capacity)
      ends = memory.take(4 * capacity)
    }
    new Float64Array(memory.buffer, points, 2 * numPoints).set(coordinates)
    let end = 0
    new Int32Array(memory.buffer, ends, drawn.length).set(drawn.map(stroke => (end += stroke.length)))
    memory.functions.onebit_digit_from_strokes(points, numPoints, ends, drawn.length, nearest, pixels)
    return new Uint8Array(memory.buffer, pixels, SIDE * SIDE).slice()
  }
}
