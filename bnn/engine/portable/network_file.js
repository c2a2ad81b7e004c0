// Reads and checks the file of a packed network. bnn/engine/file.py describes the file, and makes the same checks.

// Height and width of an image.
export const SIDE = 28

const VERSION = 1
const MAX_FILE_BYTES = 4_000_000
const MAX_WEIGHTS = 20_000_000
const MAX_LAYERS = 64
const MAX_CLASSES = 64
const MAX_NAME_CHARACTERS = 20
const MAX_SCALE = 1e9
const MAX_LEVELS = 32
const HIGHEST = { side: SIDE, inputs: 4096, outputs: 4096, pool: 4 }
const LAYER_FIELDS = "inputs,kind,outputs,pool,pool_first,side"
// A code point that the browser does not know (Cn) counts as visible: it may be an emoji that is newer than the browser.
// Noncharacters and code points reserved for invisible characters never count as visible (see bnn/system/visible_text.py).
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\p{Noncharacter_Code_Point}\u2065\ufff0-\ufff8\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]/u
const NUM_BYTES = { U8: 1, I16: 2, I32: 4, F32: 4 }

export function refuse(what) {
  throw new Error(`it is not a packed network: ${what}`)
}

const isInteger = (value, low, high) => Number.isSafeInteger(value) && value >= low && value <= high
const isText = value => typeof value === "string"
const isObject = value => value !== null && typeof value === "object" && !Array.isArray(value)

/** Returns the tensors and the metadata of a safetensors file (https://github.com/huggingface/safetensors#format). */
export function readTensors(bytes) {
  if (bytes.length > MAX_FILE_BYTES) refuse(`it is larger than ${MAX_FILE_BYTES} bytes`)
  if (bytes.length < 8) refuse("it is shorter than a header")
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  if (length > bytes.length - 8) refuse("its header is cut short")
  let text, header
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length))
    header = JSON.parse(text)
  } catch {
    // The header stays undefined, and is refused below.
  }
  // JSON.parse turns 10.0 into 10. So the numbers of a tensor are checked in the text.
  const hasFraction = /"(shape|data_offsets)"\s*:\s*\[[^\]]*[-.eE]/.test(text)
  if (!isObject(header) || hasFraction || !Object.values(header.__metadata__ ?? {}).every(isText)) {
    refuse("its header is not that of a safetensors file")
  }
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
  const [begin, end, ...others] = entry.data_offsets
  const size = entry.shape.reduce((product, n) => product * (isInteger(n, 0, MAX_WEIGHTS) ? n : NaN), 1)
  if (others.length || !isInteger(begin, 0, data.length) || !isInteger(end, begin, data.length)) refuse(`its tensor ${name} is cut off`)
  if (!(size * NUM_BYTES[entry.dtype] === end - begin)) refuse(`the size of its tensor ${name} does not fit its shape`)
  return { dtype: entry.dtype, shape: entry.shape, bytes: data.subarray(begin, end), begin, end }
}

function checkCoverage(tensors, length) {
  let end = 0
  for (const tensor of [...tensors.values()].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (tensor.begin !== end) refuse("its tensors overlap or leave a gap")
    end = tensor.end
  }
  if (end !== length) refuse("it has bytes after its last tensor")
}

export function readHeader(metadata) {
  let header
  try {
    header = JSON.parse(metadata.network)
  } catch {
    refuse('its metadata has no JSON text "network"')
  }
  if (!isObject(header) || header.version !== VERSION) refuse(`its version is not ${VERSION}`)
  const { layers, temperature, recipe } = header
  if (!Array.isArray(layers) || !isInteger(layers.length, 1, MAX_LAYERS)) refuse(`it does not list 1 to ${MAX_LAYERS} layers`)
  if (!Number.isFinite(temperature) || temperature < 0.001 || temperature > 1000) refuse("its temperature is not from 0.001 to 1000")
  if (!isText(recipe) || !/^( |[^\p{C}\p{Z}]){0,80}$/u.test(recipe)) refuse("its recipe is not at most 80 visible characters")
  if (![true, false, undefined].includes(header.has_three_looks)) refuse("its has_three_looks is not true or false")
  return header
}

/** Returns the names of the classes; the ten digits if the header has none. */
export function classNames({ class_names: names = [..."0123456789"] }) {
  const looks = Array.isArray(names) ? names.map(asSeen) : []
  if (!isInteger(looks.length, 2, MAX_CLASSES) || looks.includes(null) || new Set(looks).size < looks.length) {
    refuse(`its class_names are not 2 to ${MAX_CLASSES} different names of 1 to ${MAX_NAME_CHARACTERS} visible characters`)
  }
  return names
}

/** Returns the same text for names that look the same, and null for a value that is no name (see visible_text.py). */
const asSeen = name => (isVisible(name) ? name.replace(/[\u034f\u200c\u200d\ufe0f]/g, "").normalize("NFC") : null)

// The scripts whose letters join, and emoji, as in bnn/system/visible_text.py.
const JOINING = /[\u0600-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1bff\ua800-\ua9ff\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\u{11000}-\u{11fff}\u{1e900}-\u{1e95f}]/u
const EMOJI = /[\u2190-\u2bff\ufe0f\u{1f000}-\u{1faff}]/u

/** Returns whether a value may be the name of a class: a text of visible characters (see bnn/system/visible_text.py). */
function isVisible(name) {
  if (!isText(name) || name !== name.trim() || /^[ \u034f\u115f\u1160\u2800\u3164\ufe0f\uffa0]*$/.test(name)) return false
  const characters = [...name]
  const areBoth = (kind, i) => [i - 1, i + 1].every(at => kind.test(characters[at] ?? ""))
  const isJoiner = i => /[\u200c\u200d]/.test(characters[i]) && (areBoth(JOINING, i) || areBoth(EMOJI, i))
  const areSeen = characters.every((each, i) => each === " " || !INVISIBLE.test(each) || isJoiner(i))
  return areSeen && isInteger(characters.length, 1, MAX_NAME_CHARACTERS)
}

/** Returns the thresholds of a pixel; an empty array if the first layer takes the pixel values. */
export function pixelThresholds(value) {
  if (value === null) return []
  const values = Array.isArray(value) ? value : [value]
  const areRight = isInteger(values.length, 1, MAX_LEVELS) && values.every(v => isInteger(v, 0, 256))
  if (!areRight) refuse("its pixel_threshold is not 0 to 256, a list of these, or null")
  return values
}

function checkLayer(layer, index) {
  if (!isObject(layer) || Object.keys(layer).sort().join() !== LAYER_FIELDS) {
    refuse(`layer ${index} is not described by exactly ${LAYER_FIELDS}`)
  }
  if (layer.kind !== "convolution" && layer.kind !== "dense") refuse(`layer ${index} is neither a convolution nor a dense layer`)
  for (const [name, high] of Object.entries(HIGHEST)) {
    if (!isInteger(layer[name], 1, high)) refuse(`layer ${index}: ${name} is not 1 to ${high}`)
  }
  if (typeof layer.pool_first !== "boolean") refuse(`layer ${index}: pool_first is neither true nor false`)
}

/** Checks that each layer fits the layer before it, and returns the number of weights. */
export function checkChain(layers, channels, numClasses, isGrey) {
  let side = SIDE
  let isFlat = false
  let numWeights = 0
  layers.forEach((layer, index) => {
    checkLayer(layer, index)
    if (layer.side !== side || layer.inputs !== channels) {
      refuse(`layer ${index} has side ${layer.side} and ${layer.inputs} inputs, not ${side} and ${channels}`)
    }
    const isDense = layer.kind === "dense"
    // A dense layer has no pooling. A convolution cannot follow a dense layer, and its pooling window must fit into its input.
    if (isDense ? layer.pool > 1 : isFlat || side < layer.pool) {
      refuse(`layer ${index} cannot be at this place of the network`)
    }
    isFlat = isDense
    numWeights += layer.outputs * numTaps(layer) * layer.inputs
    if (numWeights > MAX_WEIGHTS) refuse(`it has more than ${MAX_WEIGHTS} weights`)
    side = outputSide(layer)
    channels = layer.outputs
  })
  if (!isFlat || channels !== numClasses) refuse(`its last layer is not a dense layer with ${numClasses} outputs`)
  if (isGrey && layers[0].kind === "dense") refuse("a dense first layer cannot take grey pixels")
  return numWeights
}

export const numTaps = layer => (layer.kind === "convolution" ? 9 : layer.side * layer.side)
const outputSide = layer => (layer.kind === "convolution" ? Math.floor(layer.side / layer.pool) : 1)
export const numWords = bits => Math.ceil(bits / 32)

/** Removes a tensor from `tensors`, and returns it. It must have one of these types, and this length. */
export function takeTensor(tensors, name, dtypes, length) {
  const tensor = tensors.get(name)
  if (!tensor || !dtypes.includes(tensor.dtype) || tensor.shape.length !== 1 || tensor.shape[0] !== length) {
    refuse(`its ${name} is not ${length} numbers of type ${dtypes.join(" or ")}`)
  }
  tensors.delete(name)
  return tensor
}

export function takeFloats(tensors, name, length) {
  const { bytes } = takeTensor(tensors, name, ["F32"], length)
  const values = new Float32Array(bytes.slice().buffer)
  if (!values.every(value => Math.abs(value) <= MAX_SCALE)) refuse(`its ${name} is not within ±${MAX_SCALE}`)
  return values
}

export function takeThresholds(tensors, name, length) {
  const { dtype, bytes } = takeTensor(tensors, name, ["I16", "I32"], length)
  const copy = bytes.slice().buffer
  return Int32Array.from(dtype === "I16" ? new Int16Array(copy) : new Int32Array(copy))
}
