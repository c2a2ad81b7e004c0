// Turns and shifts a digit, and adds noise to it. This file and bnn/analysis/damage.py use the same arithmetic and give the same bytes.

const toPixel = value => Math.min(255, Math.max(0, roundHalfToEven(value)))

/** The digit (28x28 bytes), turned clockwise about its middle by `degrees`, and then shifted by `right` and `down` pixels. */
export function moved(pixels, degrees, right, down) {
  if (!degrees && !right && !down) return pixels
  const at = (y, x) => (y >= 0 && y < SIDE && x >= 0 && x < SIDE ? pixels[y * SIDE + x] : 0)
  return Uint8Array.from(pixels, (_, i) => {
    const [fromY, fromX] = source(Math.floor(i / SIDE), i % SIDE, degrees, right, down)
    const [top, left] = [Math.floor(fromY), Math.floor(fromX)]
    const [downShare, rightShare] = [fromY - top, fromX - left]
    // The four pixels around (fromY, fromX), each with its share. They are summed in float32, as NumPy does.
    const corners = [
      [at(top, left), (1 - downShare) * (1 - rightShare)],
      [at(top, left + 1), (1 - downShare) * rightShare],
      [at(top + 1, left), downShare * (1 - rightShare)],
      [at(top + 1, left + 1), downShare * rightShare],
    ]
    const sum = corners.reduce((sum, [value, share]) => Math.fround(sum + Math.fround(value * Math.fround(share))), 0)
    return toPixel(sum)
  })
}

/** Where a pixel of the result comes from: row and column, rounded so that a quarter turn is exact. */
function source(row, column, degrees, right, down) {
  const middle = (SIDE - 1) / 2
  const angle = degrees * (Math.PI / 180)
  const [y, x] = [row - middle - down, column - middle - right]
  const rounded = value => roundHalfToEven(value * 1e9) / 1e9
  return [
    rounded(-Math.sin(angle) * x + Math.cos(angle) * y + middle),
    rounded(Math.cos(angle) * x + Math.sin(angle) * y + middle),
  ]
}

/** The digit with noise: pixels + strength * noise. `strength` is in grey levels, and `noise` is a Float32Array of 784 numbers. */
export function withNoise(pixels, strength, noise) {
  if (!strength) return pixels
  return pixels.map((value, i) => toPixel(Math.fround(value + Math.fround(strength * noise[i]))))
}
