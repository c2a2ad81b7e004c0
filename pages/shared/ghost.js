// Moves the ghost: digits that draw themselves on the empty canvas, one after the other, until the visitor draws. If nobody
// draws, the last digit stays.

// A CSS animation would repaint the page sixty times a second until somebody draws. These steps need half as much
// processor time, and they end. A digit is drawn, stays for a while and fades.
const NUM_DRAW_STEPS = 20
const NUM_FADE_STEPS = 4
const STEP_MILLISECONDS = 90
const STAY_MILLISECONDS = 2500
// Together, this many digits take a minute.
const NUM_DIGITS = 13

export default function ({ parentElement }) {
  const ghost = parentElement.querySelector(".ghost")
  if (ghost.dataset.isMoving) return
  ghost.dataset.isMoving = "yes"
  move(ghost)
}

async function move(ghost) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return
  const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds))
  const isOver = () => ghost.hidden || !ghost.isConnected
  const digits = ghost.querySelectorAll("path")
  for (let number = 0; number < NUM_DIGITS; number++) {
    const { style } = digits[number % digits.length]
    style.opacity = 1
    for (let step = 1; step <= NUM_DRAW_STEPS && !isOver(); step++) {
      // At 1.1, nothing of the digit is drawn. At 0, all of it is drawn.
      style.strokeDashoffset = 1.1 * (1 - step / NUM_DRAW_STEPS)
      await pause(STEP_MILLISECONDS)
    }
    await pause(STAY_MILLISECONDS)
    if (isOver() || number === NUM_DIGITS - 1) return
    for (let step = 1; step <= NUM_FADE_STEPS; step++) {
      style.opacity = 1 - step / NUM_FADE_STEPS
      await pause(STEP_MILLISECONDS)
    }
    style.strokeDashoffset = 1.1
  }
}
