// How long the scripts of a page wait for its canvas.

// The canvas appears within a second, or on a busy machine within half a minute. Frames are no measure: some screens show 120
// of them in a second.
const CANVAS_PATIENCE_MILLISECONDS = 60_000

/** Calls a function now and in each frame, until it returns true or the patience ends. */
export function tryInFrames(isDone) {
  if (isDone()) return
  // A tab in the background shows no frames, so the time counts from the first frame on.
  requestAnimationFrame(start => {
    const tryAgain = now => isDone() || (now - start < CANVAS_PATIENCE_MILLISECONDS && requestAnimationFrame(tryAgain))
    tryAgain(start)
  })
}
