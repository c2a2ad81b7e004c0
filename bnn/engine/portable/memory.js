// The memory of one WebAssembly instance.

export class Memory {
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
