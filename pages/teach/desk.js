// The canvas of the Teach page, and beside it the signs with their examples, or the answer of the taught network.
//
// When the pen has been up for PAUSE_MILLISECONDS, the drawing is kept as an example of the chosen sign, and the canvas is
// cleared. Kept drawings wait in `pending` until the server says that it has them, so that none is lost. In a trial (`isTrying`),
// the taught network reads the drawing instead.
//
// desk.py joins this file with others. In pages/shared/live/, PadAnswer is in pad_answer.js, networkAt and loadNetworkFrom
// in networks.js, setText in elements.js and askBeforeLeaving in leaving.js. Pad and mayBePalm are in bnn/drawing/pad.js. In this folder,
// itemsFor and showSign are in trays.js; offerNext, chooseNext, promptWords and hintWords in words.js;
// Missing, goOnWith, noteStroke, keepForMissingSign, mustAsk and nameOf are in new_session.js, goOnFromEarlierDesk in earlier_desk.js,
// and followShortcuts and MAX_KEYS in shortcuts.js.

const PAUSE_MILLISECONDS = 900

export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  // Streamlit sometimes ends the script of a canvas that stays. When it runs the script again, a new desk takes over.
  const isNew = parentElement.desk?.listeners.signal.aborted ?? true
  const desk = isNew ? (parentElement.desk = new Desk(parentElement.querySelector(".desk"))) : parentElement.desk
  desk.sendMessage = message => setStateValue("drawn", message)
  desk.remove = number => setTriggerValue("removed", { session: desk.data.session, number })
  if (isNew) goOnFromEarlierDesk(desk, data)
  desk.update(data)
  // If Streamlit gets new data while it loads this module, it ends this call after the next one has begun.
  const call = (desk.newestCall = {})
  return () => desk.newestCall === call && desk.forget()
}

class Desk {
  pending = []
  nextNumber = 1
  numSent = 0
  chosen = null
  // The sign for which the drawing on the canvas was refused, because no more examples fit. The visitor may have removed the sign.
  refusedFor = null
  // The sign of which an example is being removed; null again when the server has answered. If a refused drawing of this sign leaves
  // the canvas before that, it waits in `waiting`.
  roomFor = null
  waiting = []
  // The sign that was chosen while a mouse, finger or pen was drawing. It becomes the chosen one at the end of the stroke.
  wanted = null
  timer = null
  data = null
  hasFailed = false
  missing = new Missing()
  answer = new PadAnswer()

  constructor(root) {
    this.root = root
    this.listeners = new AbortController()
    this.pad = new Pad(root.querySelector("canvas"), this.listeners.signal, {
      onStart: () => this.start(),
      onLift: () => this.lift(),
      onChange: () => this.read(),
      // With the keyboard, the pause between two strokes is longer, so every move of the lifted pen restarts the timer.
      onAim: () => this.strokes.length && this.lift(),
      onClear: () => this.clear(),
    })
    const options = { signal: this.listeners.signal }
    followShortcuts(this, this.listeners.signal)
    document.addEventListener("pointerdown", event => this.pressElsewhere(event), options)
    askBeforeLeaving("teach", () => this.hasUnkept())
    root.querySelector(".signs").addEventListener("click", event => this.click(event), options)
    root.querySelector(".next").addEventListener("click", event => chooseNext(this, event), options)
  }

  get strokes() { return this.pad.strokes }

  forget() {
    this.stopWaiting()
    this.listeners.abort()
  }

  update(data) {
    const before = this.data
    if (data.answer !== before?.answer) this.root.querySelector(".reads").innerHTML = data.answer
    // The drawing is cleared when a trial ends. Only a refused drawing stays: its sign is full, and the visitor can make room for it
    // only outside a trial, by removing examples. When a trial begins, every drawing stays, because it may be unfinished.
    const hasTrialEnded = before?.isTrying && !data.isTrying
    if (hasTrialEnded && !this.pad.isDown && this.refusedFor === null) this.clear()
    this.data = data
    this.path = location.pathname
    this.nextNumber = Math.max(this.nextNumber, data.received + 1)
    this.pending = this.pending.filter(drawing => drawing.number > data.received)
    goOnWith(this, before)
    this.pending = this.pending.filter(({ sign }) => nameOf(data.signs, sign))
    this.keepRefused()
    // A drawing on the canvas is read as soon as the network has been loaded.
    if (data.network) this.load(data.network)
    this.root.classList.toggle("trying", data.isTrying)
    this.showSigns()
    this.pad.changed()
  }

  load(address) {
    this.hasFailed = false
    const show = hasFailed => {
      this.hasFailed = hasFailed
      this.showSigns()
      this.pad.changed()
    }
    loadNetworkFrom(address, () => show(false), () => show(true))
  }

  hasUnkept() {
    const numWaiting = this.pending.length + this.waiting.length + this.missing.unsent.length
    return Boolean(this.data && (!this.data.isKept || numWaiting || (!this.data.isTrying && this.strokes.length)))
  }

  // --- The pen

  start() {
    // In a trial, or after a refusal, the drawing stays on the canvas. A stroke after the pause starts a new drawing.
    const stays = this.data?.isTrying || this.refusedFor !== null
    if (stays && this.strokes.length && performance.now() - this.pad.liftedAt > PAUSE_MILLISECONDS) {
      const willFit = this.refusedFor !== null && this.refusedFor === this.roomFor
      if (willFit) this.waiting.push({ sign: this.refusedFor, strokes: this.strokes })
      keepForMissingSign(this)
      this.clear()
    }
    this.stopWaiting()
    if (noteStroke(this)) this.showSigns()
  }

  lift() {
    this.stopWaiting()
    if (this.wanted !== null) return this.choose(this.wanted)
    if (!this.data?.isTrying && !mustAsk(this)) this.timer = setTimeout(() => this.keepWaiting(), PAUSE_MILLISECONDS)
  }

  stopWaiting() {
    clearTimeout(this.timer)
    this.timer = null
  }

  /** After a press outside the desk, which may be on Teach or on a link, keeps the drawing now, even during a stroke of the keyboard. */
  pressElsewhere(event) {
    if (event.composedPath().includes(this.root) || mayBePalm(event)) return
    // When the canvas loses the focus, a pen that the keyboard holds down is lifted.
    this.root.querySelector("canvas").blur()
    this.keepWaiting()
  }

  /** Keeps the drawing if it waits for the end of the pause. */
  keepWaiting() {
    if (this.timer === null) return
    this.stopWaiting()
    this.keep()
  }

  clear() {
    this.stopWaiting()
    this.pad.clear()
    this.refusedFor = null
    if (this.wanted !== null) this.choose(this.wanted)
    this.showSigns()
  }

  /** Keeps the drawing as an example of the chosen sign. */
  keep() {
    if (!this.strokes.length || this.chosen === null) return
    const sign = this.data.signs.find(({ number }) => number === this.chosen)
    if (this.count(sign) >= this.data.maxExamples) {
      this.refusedFor = this.chosen
      return this.showSigns()
    }
    this.addPending({ sign: this.chosen, strokes: this.strokes })
    this.clear()
  }

  /** Keeps refused drawings that fit now, after the server has removed examples of their sign. */
  keepRefused() {
    this.roomFor = null
    for (const drawing of this.waiting.splice(0)) this.addPending(drawing)
    const sign = this.data.signs.find(({ number }) => number === this.refusedFor)
    // A drawing that is not finished is kept after the next pause.
    if (!sign || this.pad.isDown || this.count(sign) >= this.data.maxExamples) return
    // If all drawings were deleted, this one must not come back.
    if (!this.count(sign)) return this.clear()
    this.chosen = this.refusedFor
    this.keep()
  }

  addPending(drawing) {
    this.pending.push({ number: this.nextNumber++, ...drawing })
    // After the browser's Back, a late request for this page would leave the other page empty. So the drawing is sent on return.
    if (location.pathname === this.path) this.send()
  }

  /** Sends all drawings that the server has not received yet. */
  send() {
    // Streamlit ignores a value that it already has, so each message has another number.
    this.sendMessage({ session: this.data.session, message: ++this.numSent, drawings: this.pending })
  }

  // --- The signs

  click(event) {
    const button = event.target.closest("button")
    if (!button) return
    if (!button.dataset.example) return this.choose(Number(button.dataset.sign))
    this.roomFor = Number(button.closest("li").dataset.number)
    this.remove(Number(button.dataset.example))
  }

  /** Chooses a sign.
   *
   * A drawing on the canvas is first kept as an example of the sign chosen before. In a trial, or if that sign was full, it
   * becomes an example of the new sign instead. A stroke first comes to its end, except that of the keyboard, which ends here.
   */
  choose(number) {
    this.wanted = this.pad.isHeld ? number : null
    if (this.pad.isHeld) return
    Object.assign(this.missing, { unsent: [], sign: null })
    if (this.data.isTrying || this.refusedFor !== null) this.chosen = number
    this.keep()
    this.chosen = number
    this.showSigns()
  }

  showSigns() {
    if (!this.data) return
    const items = itemsFor(this.data.signs, this.root.querySelector(".signs"))
    this.data.signs.forEach((sign, i) => {
      const count = this.count(sign)
      const isChosen = !this.data.isTrying && sign.number === this.chosen
      showSign(items[i], sign, { key: i < MAX_KEYS ? String(i + 1) : "", count, isChosen, ...this.data })
    })
    const chosen = this.data.signs.find(sign => sign.number === this.chosen)
    setText(this.root.querySelector(".hint"), hintWords(this, chosen))
    offerNext(this, chosen)
    const words = promptWords(this, chosen)
    this.root.querySelectorAll(".prompt > *").forEach((part, i) => setText(part, words[i]))
  }

  count(sign) {
    return sign.examples.length + this.pending.filter(drawing => drawing.sign === sign.number).length
  }

  // --- The answer

  read() {
    this.root.classList.toggle("empty", !this.strokes.length)
    const network = this.data?.isTrying && networkAt(this.data.network)
    if (network) this.answer.show(this.root.querySelector(".reads"), this.pad, network, this.data.answer)
  }
}
