// Reads and checks the file of a packed network, and computes the network with onebit.wasm, in a browser or in Node.
//
//   const module = await compileEngine(builds)          compiles the first of the builds (base64) that runs here
//   const network = loadNetwork(module, bytesOfFile)    throws an Error that says what is wrong with the file
//   network.read(pixels)                                28x28 bytes -> {scores, probabilities, digit, isSure, isKnown, isBlind,
//                                           candidates}
//   network.layerBits(pixels)                           the input of every layer, as words of bits
//   network.outputSums(layer, output)                   the sums of one neuron for that digit, before the threshold
//   network.someWeights(numbers)                        bits and ranks of these weights; the lowest ranks are flipped first
//   network.flipWeight(layer, output, weight)            flips one weight for all later calls, or flips it back
//   network.flipWeights(share)                          flips this share of the weights for all later calls
//   const digit = digitFromStrokes(module)              a function: strokes [[[x, y], ...], ...] -> 28x28 bytes
//
// bnn/engine/file.py describes the file. It makes the same checks.

export const SIDE = 28
// The same values as in bnn/engine/answer.py.
export const SURE = 0.8
export const KNOWN = 0.35
export const ALTERNATIVE = 0.1

const VERSION = 1
const MAX_FILE_BYTES = 4_000_000
const MAX_WEIGHTS = 20_000_000
const MAX_LAYERS = 64
const MAX_CLASSES = 64
const MAX_SCALE = 1e9
const MAX_LEVELS = 32
const MAX_POINTS = 200_000
const MAX_COORDINATE = 1e6
const FLIP_SEED = 1
const LANES = 32
const LAYER_BYTES = 40
const HIGHEST = { side: SIDE, inputs: 4096, outputs: 4096, pool: 4 }
const LAYER_FIELDS = ["kind", "side", "inputs", "outputs", "pool", "pool_first"]
const NUM_BYTES = { U8: 1, I16: 2, I32: 4, F32: 4 }

/** Compiles the first of these builds (base64) that this browser can run, because not every browser has SIMD. */
export async function compileEngine(builds) {
  const bytes = builds.map(build => Uint8Array.from(atob(build), letter => letter.charCodeAt(0)))
  const first = bytes.find(build => WebAssembly.validate(build))
  if (!first) throw new Error("this browser cannot run any build of the engine")
  return WebAssembly.compile(first)
}

// --- The file

function refuse(what) {
  throw new Error(`it is no packed network: ${what}`)
}

const isInteger = (value, low, high) => Number.isSafeInteger(value) && value >= low && value <= high
const isObject = value => value !== null && typeof value === "object" && !Array.isArray(value)

/** Returns the tensors and the metadata of a safetensors file (https://github.com/huggingface/safetensors#format). */
function readTensors(bytes) {
  if (bytes.length > MAX_FILE_BYTES) refuse(`it is larger than ${MAX_FILE_BYTES} bytes`)
  if (bytes.length < 8) refuse("it is shorter than a header")
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  if (length > bytes.length - 8) refuse("its header is cut short")
  let header
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)))
  } catch {
    refuse("its header is no JSON")
  }
  if (!isObject(header)) refuse("its header is no JSON object")
  const tensors = new Map()
  const data = bytes.subarray(8 + length)
  for (const [name, entry] of Object.entries(header)) {
    if (name !== "__metadata__") tensors.set(name, readTensor(name, entry, data))
  }
  checkCoverage(tensors, data.length)
  return { tensors, metadata: header.__metadata__ }
}

function readTensor(name, entry, data) {
  if (!isObject(entry) || !Array.isArray(entry.shape) || !Array.isArray(entry.data_offsets)) {
    refuse(`its tensor ${name} is not described`)
  }
  const [begin, end] = entry.data_offsets
  const size = entry.shape.reduce((product, n) => product * (isInteger(n, 0, MAX_WEIGHTS) ? n : NaN), 1)
  if (!isInteger(begin, 0, data.length) || !isInteger(end, begin, data.length)) refuse(`its tensor ${name} is cut off`)
  if (!(size * NUM_BYTES[entry.dtype] === end - begin)) refuse(`the size of its tensor ${name} does not fit its shape`)
  return { dtype: entry.dtype, shape: entry.shape, bytes: data.subarray(begin, end), begin, end }
}

function checkCoverage(tensors, length) {
  let end = 0
  for (const tensor of [...tensors.values()].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (tensor.begin !== end) refuse("its tensors overlap or leave a gap")
    end = tensor.end
  }
  if (end !== length) refuse("it has bytes behind its last tensor")
}

function readHeader(metadata) {
  let header
  try {
    header = JSON.parse(metadata.network)
  } catch {
    refuse('its metadata has no JSON text "network"')
  }
  if (!isObject(header) || header.version !== VERSION) refuse(`its version is not ${VERSION}`)
  if (!Array.isArray(header.layers) || !isInteger(header.layers.length, 1, MAX_LAYERS)) refuse("its layers are not listed")
  if (!(header.temperature >= 0.001 && header.temperature <= 1000)) refuse("its temperature is not from 0.001 to 1000")
  return header
}

/** Returns the thresholds of a pixel; an empty array if the first layer takes the pixel values. */
function pixelThresholds(value) {
  if (value === null) return []
  const values = Array.isArray(value) ? value : [value]
  const areRight = isInteger(values.length, 1, MAX_LEVELS) && values.every(v => isInteger(v, 0, 256))
  if (!areRight) refuse("its pixel_threshold is not 0 to 256, a list of these, or null")
  return values
}

function checkLayer(layer, number) {
  if (!isObject(layer) || Object.keys(layer).sort().join() !== [...LAYER_FIELDS].sort().join()) {
    refuse(`layer ${number} is not described by exactly ${LAYER_FIELDS.join(", ")}`)
  }
  if (layer.kind !== "convolution" && layer.kind !== "dense") refuse(`layer ${number} is neither a convolution nor a dense layer`)
  for (const [name, high] of Object.entries(HIGHEST)) {
    if (!isInteger(layer[name], 1, high)) refuse(`layer ${number}: ${name} is not 1 to ${high}`)
  }
  if (typeof layer.pool_first !== "boolean") refuse(`layer ${number}: pool_first is neither true nor false`)
}

/** Checks that each layer fits the layer before it, and returns the number of weights. */
function checkChain(layers, channels, isGrey) {
  let side = SIDE
  let isFlat = false
  let numWeights = 0
  layers.forEach((layer, number) => {
    checkLayer(layer, number)
    if (layer.side !== side || layer.inputs !== channels) {
      refuse(`layer ${number} has side ${layer.side} and ${layer.inputs} inputs, not ${side} and ${channels}`)
    }
    const isDense = layer.kind === "dense"
    if (isDense ? layer.pool > 1 : isFlat || side < layer.pool) {
      refuse(`layer ${number} cannot be at this place of the network`)
    }
    isFlat = isDense
    numWeights += layer.outputs * numTaps(layer) * layer.inputs
    if (numWeights > MAX_WEIGHTS) refuse(`it has more than ${MAX_WEIGHTS} weights`)
    side = outputSide(layer)
    channels = layer.outputs
  })
  if (!isFlat || !isInteger(channels, 2, MAX_CLASSES)) {
    refuse(`its last layer is not a dense layer with 2 to ${MAX_CLASSES} outputs`)
  }
  if (isGrey && layers[0].kind === "dense") refuse("a dense first layer cannot take grey pixels")
  return numWeights
}

const numTaps = layer => (layer.kind === "convolution" ? 9 : layer.side * layer.side)
const outputSide = layer => (layer.kind === "convolution" ? Math.floor(layer.side / layer.pool) : 1)
const numWords = bits => Math.ceil(bits / 32)

/** Returns a tensor, which must have one of these types and this length, and removes it from `tensors`. */
function takeTensor(tensors, name, dtypes, length) {
  const tensor = tensors.get(name)
  if (!tensor || !dtypes.includes(tensor.dtype) || tensor.shape.length !== 1 || tensor.shape[0] !== length) {
    refuse(`its ${name} is not ${length} numbers of type ${dtypes.join(" or ")}`)
  }
  tensors.delete(name)
  return tensor
}

function takeFloats(tensors, name, length) {
  const { bytes } = takeTensor(tensors, name, ["F32"], length)
  const values = new Float32Array(bytes.slice().buffer)
  if (!values.every(value => Math.abs(value) <= MAX_SCALE)) refuse(`its ${name} is not within ${MAX_SCALE}`)
  return values
}

function takeThresholds(tensors, name, length) {
  const { dtype, bytes } = takeTensor(tensors, name, ["I16", "I32"], length)
  const copy = bytes.slice().buffer
  return Int32Array.from(dtype === "I16" ? new Int16Array(copy) : new Int32Array(copy))
}

// --- The memory of one WebAssembly instance

class Memory {
  constructor(module) {
    this.functions = new WebAssembly.Instance(module, {}).exports
    this.end = this.functions.__heap_base.value
  }

  /** Allocates `numBytes` bytes of memory, all 0, and returns their address. Memory is never freed. */
  take(numBytes) {
    const address = (this.end + 15) & ~15
    this.end = address + numBytes
    const missing = this.end - this.buffer.byteLength
    if (missing > 0) this.functions.memory.grow(Math.ceil(missing / 65536))
    return address
  }

  get buffer() {
    return this.functions.memory.buffer
  }

  /** Copies a typed array into the memory, and returns the address of the copy. */
  put(array) {
    const address = this.take(array.byteLength)
    new array.constructor(this.buffer, address, array.length).set(array)
    return address
  }

  words(address, length) {
    return new Uint32Array(this.buffer, address, length)
  }
}

// --- The network

/** Returns the packed network in the content of a file (Uint8Array); throws an Error if it is not valid. */
export function loadNetwork(module, bytes) {
  const { tensors, metadata } = readTensors(bytes)
  const header = readHeader(metadata)
  const thresholds = pixelThresholds(header.pixel_threshold)
  const numWeights = checkChain(header.layers, Math.max(1, thresholds.length), !thresholds.length)
  return new Network(module, header, thresholds, numWeights, tensors)
}

class Network {
  constructor(module, header, thresholds, numWeights, tensors) {
    this.layers = header.layers
    this.numWeights = numWeights
    this.numClasses = header.layers.at(-1).outputs
    this.classNames = header.class_names ?? Array.from({ length: this.numClasses }, (_, i) => String(i))
    this.pixelThresholds = this.ownPixelThresholds = thresholds
    this.temperature = header.temperature
    this.recipe = header.recipe
    this.scale = takeFloats(tensors, "scale", this.numClasses)
    this.offset = takeFloats(tensors, "offset", this.numClasses)
    this.memory = new Memory(module)
    // For each layer: bits and flips as in the file, thresholds, and the addresses of its packed bits and its weights.
    this.parts = []
    this.addresses = this.layers.map((layer, number) => this.#putLayer(layer, number, tensors))
    if (tensors.size) refuse(`it has a tensor too many, ${[...tensors.keys()][0]}`)
    this.pixels = this.memory.take(SIDE * SIDE)
    this.thresholdsAddress = this.memory.put(Int32Array.from(thresholds))
    this.inputs = this.layers.map(layer => this.memory.take(4 * this.#inputWords(layer)))
    this.sums = this.memory.take(4 * Math.max(SIDE * SIDE, this.numClasses))
    this.numFlipped = 0
  }

  /** Whether every pixel becomes +1, whatever the image shows. */
  get isBlind() {
    return this.pixelThresholds.length > 0 && this.pixelThresholds.every(threshold => threshold <= 0)
  }

  /** Returns the network's answer to an image of 28x28 bytes, ink 255 on 0; see bnn/engine/answer.py. */
  read(pixels) {
    const scores = this.scores(pixels)
    const probabilities = softmax(scores.map(score => score / this.temperature))
    const order = Array.from(probabilities.keys()).sort((a, b) => probabilities[b] - probabilities[a] || a - b)
    const digit = order[0]
    const likely = order.slice(0, 3).filter(i => probabilities[i] >= ALTERNATIVE)
    const candidates = likely.length ? likely : [digit]
    const [isSure, isKnown] = [SURE, KNOWN].map(limit => probabilities[digit] >= limit)
    return { scores, probabilities, digit, isSure, isKnown, isBlind: this.isBlind, candidates }
  }

  /** Returns the score of each class before softmax (Float32Array). */
  scores(pixels) {
    this.#run(pixels)
    const sums = new Int32Array(this.memory.buffer, this.sums, this.numClasses)
    return Float32Array.from(sums, (sum, i) => Math.fround(Math.fround(sum * this.scale[i]) + this.offset[i]))
  }

  /** Returns the input of each layer, a Uint32Array (side * side, words of the channels); a grey pixel is one word. */
  layerBits(pixels) {
    this.#run(pixels)
    return this.lastLayerBits()
  }

  /** Returns what layerBits does, for the digit that was read last: nothing is computed again. */
  lastLayerBits() {
    return this.layers.map((layer, i) => this.memory.words(this.inputs[i], this.#inputWords(layer)).slice())
  }

  /**
   * Returns the sums of one output of a layer before threshold and pooling (Int32Array), for the digit that was read
   * last. Output and layer are counted from 0. A convolution has one sum for each position, a dense layer a single sum.
   */
  outputSums(number, output) {
    const { functions, buffer } = this.memory
    functions.onebit_output_sums(this.addresses[number], this.inputs[number], output, this.sums)
    const { kind, side } = this.layers[number]
    return new Int32Array(buffer, this.sums, kind === "dense" ? 1 : side * side).slice()
  }

  /** Returns the weights of one output of a layer, (taps * inputs) booleans, true for -1. */
  weightBits(number, output) {
    const layer = this.layers[number]
    const count = numTaps(layer) * layer.inputs
    const { bits } = this.parts[number]
    return Array.from({ length: count }, (_, i) => isSet(bits, output * count + i))
  }

  /** Returns the lowest sum of an output of a hidden layer that gives +1 (or -1, if `isInverted`). */
  threshold(number, output) {
    const { thresholds, flips } = this.parts[number]
    return { threshold: thresholds[output], isInverted: isSet(flips, output) }
  }

  /** Sets the thresholds of a pixel for all later calls. There must be as many as before. */
  setPixelThresholds(thresholds) {
    this.pixelThresholds = thresholds
    new Int32Array(this.memory.buffer, this.thresholdsAddress, thresholds.length).set(thresholds)
  }

  /** Flips a share of the file's weights for all later calls: the same weights as bnn/analysis/damage.py. */
  flipWeights(share) {
    const numFlipped = roundHalfToEven(share * this.numWeights)
    if (numFlipped === this.numFlipped) return
    this.numFlipped = numFlipped
    const { functions } = this.memory
    const highestRank = (this.highestFlippedRank = numFlipped && this.#ranks()[numFlipped - 1])
    let first = 0
    this.parts.forEach(({ packed, numBits, weights }, i) => {
      if (numFlipped) functions.onebit_flip_bits(packed, numBits, first, FLIP_SEED, highestRank, this.scratch)
      functions.onebit_arrange_weights(this.addresses[i], numFlipped ? this.scratch : packed, weights)
      first += numBits
    })
  }

  /** Flips one weight of an output, counted as in weightBits, for all later calls. A second call flips it back. */
  flipWeight(number, output, weight) {
    this.flipWeights(0)
    const layer = this.layers[number]
    const { bits, packed, weights } = this.parts[number]
    const i = output * numTaps(layer) * layer.inputs + weight
    bits[i >> 3] ^= 1 << (i & 7)
    new Uint8Array(this.memory.buffer, packed, bits.length).set(bits)
    this.memory.functions.onebit_arrange_weights(this.addresses[number], packed, weights)
  }

  /**
   * Returns the bits in the file (1 for -1) of some weights, by their numbers through all layers, and their ranks. The
   * flipped weights are those whose ranks are at most `highestFlippedRank`.
   */
  someWeights(numbers) {
    const bitOf = number => {
      const layer = this.parts.findIndex(({ numBits }) => number < numBits || ((number -= numBits), false))
      return isSet(this.parts[layer].bits, number)
    }
    return { bits: Uint8Array.from(numbers, bitOf), ranks: Uint32Array.from(numbers, weightRank) }
  }

  /** Returns the ranks of all weights, the lowest first. They are computed at the first call. */
  #ranks() {
    if (!this.ranks) {
      this.ranks = this.memory.take(4 * this.numWeights)
      this.scratch = this.memory.take(Math.max(...this.parts.map(({ bits }) => bits.length)))
      this.memory.functions.onebit_ranks(this.numWeights, FLIP_SEED, this.ranks)
      this.memory.words(this.ranks, this.numWeights).sort()
    }
    return this.memory.words(this.ranks, this.numWeights)
  }

  #inputWords(layer) {
    return layer.side * layer.side * numWords(layer.inputs)
  }

  #run(pixels) {
    if (pixels.length !== SIDE * SIDE) throw new Error(`an image has ${SIDE * SIDE} pixels, got ${pixels.length}`)
    const { functions } = this.memory
    new Uint8Array(this.memory.buffer, this.pixels, SIDE * SIDE).set(pixels)
    functions.onebit_input(this.pixels, this.thresholdsAddress, this.pixelThresholds.length, this.inputs[0])
    const last = this.layers.length - 1
    for (let i = 0; i < last; i++) functions.onebit_layer_bits(this.addresses[i], this.inputs[i], this.inputs[i + 1])
    functions.onebit_layer_sums(this.addresses[last], this.inputs[last], this.sums)
  }

  #putLayer(layer, number, tensors) {
    const blocks = numWords(layer.outputs)
    const numBits = layer.outputs * numTaps(layer) * layer.inputs
    const bits = takeTensor(tensors, `${number}.weights`, ["U8"], Math.ceil(numBits / 8)).bytes
    const isLast = number === this.layers.length - 1
    const thresholds = new Int32Array(blocks * LANES)
    const flips = new Uint8Array(4 * blocks)
    if (!isLast) {
      thresholds.set(takeThresholds(tensors, `${number}.thresholds`, layer.outputs))
      flips.set(takeTensor(tensors, `${number}.flips`, ["U8"], Math.ceil(layer.outputs / 8)).bytes)
    }
    const address = this.memory.take(LAYER_BYTES)
    const takesPixels = number === 0 && !this.pixelThresholds.length
    const kind = layer.kind === "convolution" ? 0 : 1
    const numbers = [kind, layer.side, layer.inputs, layer.outputs, layer.pool, +layer.pool_first, +takesPixels]
    this.memory.words(address, 7).set(numbers)
    const weights = this.memory.take(4 * this.memory.functions.onebit_weight_words(address))
    const addresses = [weights, isLast ? 0 : this.memory.put(thresholds), isLast ? 0 : this.memory.put(flips)]
    this.memory.words(address + 28, 3).set(addresses)
    const packed = this.memory.put(bits)
    this.memory.functions.onebit_arrange_weights(address, packed, weights)
    this.parts.push({ bits, thresholds, flips, packed, numBits, weights })
    return address
  }
}

/** The rank of a weight by its number through all layers: the hash of damage.c. */
function weightRank(number) {
  let x = (number + Math.imul(FLIP_SEED, 0x9e3779b9)) >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

const isSet = (bits, i) => Boolean((bits[i >> 3] >> (i & 7)) & 1)

/** Rounds as Python does: a half goes to the even neighbour. */
export function roundHalfToEven(value) {
  const down = Math.floor(value)
  const isUp = value - down === 0.5 ? down % 2 !== 0 : value - down > 0.5
  return down + isUp
}

function softmax(values) {
  const highest = Math.max(...values)
  const powers = Float32Array.from(values, value => Math.exp(value - highest))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map(power => power / total)
}

// --- Pen strokes

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
