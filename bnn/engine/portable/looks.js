// The looks of a network at an image, as in bnn/engine/looks.py: the same images, to the last bit.

import { SIDE } from "./network_file.js"

const SLANT = 51
const PARTS = 512

/** Returns the images that a network with three looks reads (28x28 bytes each).
 *
 * The last one is the image itself, so that afterwards the engine's memory has the bits of this image.
 */
export const looksAt = pixels => [slanted(pixels, -SLANT), slanted(pixels, SLANT), pixels]

/** Returns the probability of each class, the mean over the looks (Float32Array). `scores` has those of each look. */
export function meanProbabilities(scores, temperature) {
  const each = scores.map(ofLook => softmax(ofLook.map(score => score / Math.fround(temperature))))
  return each[0].map((_, i) => each.reduce((sum, values) => sum + values[i], 0) / each.length)
}

function softmax(values) {
  const highest = Math.max(...values)
  const powers = Float32Array.from(values, value => Math.exp(value - highest))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map(power => power / total)
}

/** Returns the image, slanted: each row is moved by `slant` / 256 pixels relative to the row above. */
function slanted(pixels, slant) {
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const row = Math.floor(i / SIDE)
    const move = slant * (2 * row - (SIDE - 1))
    const column = (i % SIDE) + Math.floor(move / PARTS)
    const share = move - PARTS * Math.floor(move / PARTS)
    const pixelAt = at => (at < 0 || at >= SIDE ? 0 : pixels[SIDE * row + at])
    return Math.floor((pixelAt(column) * (PARTS - share) + pixelAt(column + 1) * share + PARTS / 2) / PARTS)
  })
}
