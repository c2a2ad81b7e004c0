// Shows what a network reads on a canvas of class Pad (bnn/drawing/pad.js) while something is drawn.
// SteadyAnswer and showAnswer are in answer.js, pixelsOf is in networks.js.

/** Shows what a network reads on a pad. */
export class PadAnswer {
  #steady = new SteadyAnswer()
  // When the pen has rested for REST_MILLISECONDS, shows the newest answer as if the pen were lifted.
  #timer = null
  // How many points the drawing had when the pen last rested. Until the pen moves on, another network's answer is shown at once.
  #numPointsAtRest = null

  /** Must be called before anything else is shown in the place of the answer. */
  stop() {
    clearTimeout(this.#timer)
  }

  #begin() {
    this.#steady = new SteadyAnswer()
    this.#numPointsAtRest = null
  }

  /** Shows in the element `place` what the network reads now; `emptyAnswer` is the HTML to show while nothing is drawn. */
  show(place, pad, network, emptyAnswer) {
    this.stop()
    const pixels = pad.strokes.length ? pixelsOf(pad.strokes) : null
    if (!pixels) {
      if (!pad.strokes.length) place.innerHTML = emptyAnswer
      this.#begin()
      return
    }
    const newest = network.read(pixels)
    const show = (answer, isResting) =>
      showAnswer(place.querySelector(".answer"), answer, pad.isDown, network.classNames, isResting)
    const numPoints = pad.strokes.reduce((sum, stroke) => sum + stroke.length, 0)
    if (pad.isDown && numPoints === this.#numPointsAtRest) {
      show(newest, true)
    } else if (pad.isDown) {
      show(this.#steady.next(newest, performance.now()), false)
      this.#timer = setTimeout(() => {
        this.#numPointsAtRest = numPoints
        show(newest, true)
      }, REST_MILLISECONDS)
    } else {
      this.#begin()
      show(newest, false)
    }
  }
}
