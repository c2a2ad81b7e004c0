"""The card of the guided tour in a browser."""

# Waits until the card has stood still for 0.6 seconds. For half a second after the card has moved, a press on
# its earlier place does not fold it.
CARD_AT_REST = """() => new Promise(done => {
  let place, numLooks = 0
  const look = setInterval(() => {
    const { x, y, width, height } = document.querySelector("#tour section").getBoundingClientRect()
    const now = [x, y, width, height].join()
    numLooks = now === place ? numLooks + 1 : 0
    place = now
    if (numLooks < 12) return
    clearInterval(look)
    done()
  }, 50)
})"""
