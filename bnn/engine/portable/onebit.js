// Computes a packed network with onebit.wasm, in a browser or in Node.
//
//   const module = await compileEngine(builds)          compiles the first of the builds (base64) that runs here
//   const network = loadNetwork(module, bytesOfFile)    throws an Error that says what is wrong with the file
//   network.read(pixels)                                28x28 bytes -> {scores, probabilities, label, isSure, isKnown, isBlind,
//                                                       candidates}; with three looks, the probabilities are their mean
//   network.lastLayerBits()                             the input of every layer for the digit read last, as words of bits
//   network.outputSums(layer, output)                   the sums of one neuron for the digit read last, before the threshold
//   network.someWeights(indices)                        bits and ranks of these weights; flipWeights begins with the lowest ranks
//   network.flipWeight(layer, output, weight)           flips one weight for all later calls, or flips it back
//   network.flipWeights(share)                          flips this share of the weights for all later calls
//
// strokes.js makes the pixels from pen strokes. script.py joins the files into one script.

import { answerOf } from "./answer.js"
import { looksAt, meanProbabilities } from "./looks.js"
import { Memory } from "./memory.js"
import {
  SIDE, checkChain, classNames, numTaps, numWords, pixelThresholds, readHeader, readTensors, refuse, takeFloats,
  takeTensor, takeThresholds,
} from "./network_file.js"

const FLIP_SEED = 1
const LANES = 32
// Size of an onebit_layer (see onebit.h): seven integers, then three addresses, of 4 bytes each.
const LAYER_BYTES = 40

/** Compiles the first of these builds (base64) that this browser can run: not every browser can run SIMD instructions. */
export async function compileEngine(builds) {
  const bytes = builds.map(build => Uint8Array.from(atob(build), letter => letter.charCodeAt(0)))
  const first = bytes.find(build => WebAssembly.validate(build))
  if (!first) throw new Error("this browser cannot run any build of the engine")
  return WebAssembly.compile(first)
}

/** Returns the packed network in the content of a file (Uint8Array); throws an Error if it is not valid. */
export function loadNetwork(module, bytes) {
  const { tensors, metadata } = readTensors(bytes)
  const header = readHeader(metadata)
  const thresholds = pixelThresholds(header.pixel_threshold)
  const names = classNames(header)
  const numWeights = checkChain(header.layers, Math.max(1, thresholds.length), names.length, !thresholds.length)
  return new Network(module, header, names, thresholds, numWeights, tensors)
}

class Network {
  constructor(module, header, classNames, thresholds, numWeights, tensors) {
    this.layers = header.layers
    this.numWeights = numWeights
    this.classNames = classNames
    this.numClasses = classNames.length
    this.pixelThresholds = this.ownPixelThresholds = thresholds
    this.temperature = header.temperature
    this.hasThreeLooks = header.has_three_looks ?? false
    this.scale = takeFloats(tensors, "scale", this.numClasses)
    this.offset = takeFloats(tensors, "offset", this.numClasses)
    this.memory = new Memory(module)
    // For each layer: the bits of its weights (as in the file, changed by flipWeight only), its flips and thresholds,
    // and two addresses: of a copy of the bits (`packed`), and of the weights in the order of onebit.h (`weights`).
    this.parts = []
    this.addresses = this.layers.map((layer, index) => this.#putLayer(layer, index, tensors))
    if (tensors.size) refuse(`it has an unexpected tensor, ${[...tensors.keys()][0]}`)
    this.pixels = this.memory.take(SIDE * SIDE)
    this.thresholdsAddress = this.memory.put(Int32Array.from(thresholds))
    this.inputs = this.layers.map(layer => this.memory.take(4 * this.#inputWords(layer)))
    this.sums = this.memory.take(4 * Math.max(SIDE * SIDE, this.numClasses))
    this.numFlipped = 0
  }

  /** Whether the bits of a pixel are the same for all values, 0 to 255. */
  get isBlind() {
    return this.pixelThresholds.length > 0 && this.pixelThresholds.every(threshold => threshold <= 0 || threshold > 255)
  }

  /**
   * Returns the network's answer to an image of 28x28 bytes (ink is 255, the background 0); see bnn/engine/answer.py.
   * `scores` are those of the look at the image itself. lastLayerBits and outputSums refer to this look, because it is computed
   * last.
   */
  read(pixels) {
    const looks = this.hasThreeLooks ? looksAt(pixels) : [pixels]
    const scores = looks.map(look => this.scores(look))
    return { scores: scores.at(-1), ...answerOf(meanProbabilities(scores, this.temperature), this.isBlind) }
  }

  /** Returns the score of each class before softmax (Float32Array). */
  scores(pixels) {
    this.#run(pixels)
    const sums = new Int32Array(this.memory.buffer, this.sums, this.numClasses)
    return Float32Array.from(sums, (sum, i) => Math.fround(Math.fround(sum * this.scale[i]) + this.offset[i]))
  }

  /**
   * Returns the input of each layer, a Uint32Array (side * side, words of the channels), for the digit that was read last.
   * A grey pixel is one word.
   */
  lastLayerBits() {
    return this.layers.map((layer, i) => this.memory.words(this.inputs[i], this.#inputWords(layer)).slice())
  }

  /**
   * Returns the sums of one output of a layer before threshold and pooling (Int32Array), for the digit that was read
   * last. `index` is the index of the layer. A convolution has one sum for each position, a dense layer a single sum.
   */
  outputSums(index, output) {
    const { functions, buffer } = this.memory
    functions.onebit_output_sums(this.addresses[index], this.inputs[index], output, this.sums)
    const { kind, side } = this.layers[index]
    return new Int32Array(buffer, this.sums, kind === "dense" ? 1 : side * side).slice()
  }

  /** Returns the weights of one output of a layer, (taps * inputs) booleans, true for -1. */
  weightBits(index, output) {
    const layer = this.layers[index]
    const count = numTaps(layer) * layer.inputs
    const { bits } = this.parts[index]
    return Array.from({ length: count }, (_, i) => isSet(bits, output * count + i))
  }

  /** Returns the threshold of an output of a hidden layer: the lowest sum that gives +1 (or -1, if `isInverted`). */
  threshold(index, output) {
    const { thresholds, flips } = this.parts[index]
    return { threshold: thresholds[output], isInverted: isSet(flips, output) }
  }

  /** Sets the thresholds of a pixel for all later calls. There must be as many as before. */
  setPixelThresholds(thresholds) {
    this.pixelThresholds = thresholds
    new Int32Array(this.memory.buffer, this.thresholdsAddress, thresholds.length).set(thresholds)
  }

  /**
   * Flips this share of all weights for all later calls. It chooses the same weights as bnn/analysis/damage.py. The flips
   * of an earlier share are undone.
   */
  flipWeights(share) {
    const numFlipped = roundHalfToEven(share * this.numWeights)
    if (numFlipped === this.numFlipped) return
    this.numFlipped = numFlipped
    const { functions } = this.memory
    const highestRank = numFlipped ? this.#ranks()[numFlipped - 1] : 0
    this.highestFlippedRank = highestRank
    let first = 0
    this.parts.forEach(({ packed, numBits, weights }, i) => {
      if (numFlipped) functions.onebit_flip_bits(packed, numBits, first, FLIP_SEED, highestRank, this.scratch)
      functions.onebit_arrange_weights(this.addresses[i], numFlipped ? this.scratch : packed, weights)
      first += numBits
    })
  }

  /**
   * Flips one weight of an output for all later calls; `weight` is its index in weightBits. A second call flips it
   * back. Flips made by flipWeights are undone.
   */
  flipWeight(index, output, weight) {
    this.flipWeights(0)
    const layer = this.layers[index]
    const { bits, packed, weights } = this.parts[index]
    const i = output * numTaps(layer) * layer.inputs + weight
    bits[i >> 3] ^= 1 << (i & 7)
    new Uint8Array(this.memory.buffer, packed, bits.length).set(bits)
    this.memory.functions.onebit_arrange_weights(this.addresses[index], packed, weights)
  }

  /**
   * Returns the bits (1 for -1) of some weights, and their ranks (see damage.c). The indices count through all layers.
   * The bits are those before flipWeights. If `numFlipped` is above 0, flipWeights has flipped the
   * weights with ranks up to `highestFlippedRank`.
   */
  someWeights(indices) {
    const bitOf = index => {
      let layer = 0
      for (; index >= this.parts[layer].numBits; layer++) index -= this.parts[layer].numBits
      return isSet(this.parts[layer].bits, index)
    }
    return { bits: Uint8Array.from(indices, bitOf), ranks: Uint32Array.from(indices, weightRank) }
  }

  /** Returns the ranks of all weights, the lowest first. The first call computes them, and makes `scratch` for flipWeights. */
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

  #putLayer(layer, index, tensors) {
    const blocks = numWords(layer.outputs)
    const numBits = layer.outputs * numTaps(layer) * layer.inputs
    const bits = takeTensor(tensors, `${index}.weights`, ["U8"], Math.ceil(numBits / 8)).bytes.slice()
    const isLast = index === this.layers.length - 1
    const thresholds = new Int32Array(blocks * LANES)
    const flips = new Uint8Array(4 * blocks)
    if (!isLast) {
      thresholds.set(takeThresholds(tensors, `${index}.thresholds`, layer.outputs))
      flips.set(takeTensor(tensors, `${index}.flips`, ["U8"], Math.ceil(layer.outputs / 8)).bytes)
    }
    const address = this.memory.take(LAYER_BYTES)
    const takesPixels = index === 0 && !this.pixelThresholds.length
    const kind = layer.kind === "convolution" ? 0 : 1
    const { side, inputs, outputs, pool } = layer
    const numbers = [kind, side, inputs, outputs, pool, Number(layer.pool_first), Number(takesPixels)]
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

/** Returns the rank of a weight, by its index through all layers: the hash of damage.c. */
function weightRank(index) {
  let x = (index + Math.imul(FLIP_SEED, 0x9e3779b9)) >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

const isSet = (bits, i) => Boolean((bits[i >> 3] >> (i & 7)) & 1)

/** Rounds as Python does: a half goes to the even neighbour. */
export function roundHalfToEven(value) {
  const down = Math.floor(value)
  const isUp = value - down === 0.5 ? down % 2 !== 0 : value - down > 0.5
  return isUp ? down + 1 : down
}
