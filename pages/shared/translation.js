// Keeps pages true that the browser translates. A translator replaces the page's texts by elements of its own. React,
// with which Streamlit draws, goes on changing the text that it knows and that is no longer on the page: what the
// visitor reads would stay as it was translated first, and false. (https://github.com/facebook/react/issues/11538)

// The translator's elements by the text that each replaced.
const replacements = new WeakMap()
const changes = new MutationObserver(records => {
  for (const { target: text } of records) {
    const element = replacements.get(text)
    // Put back where it was: the translator sees a new text and translates it.
    if (element?.isConnected && !text.isConnected) element.replaceWith(text)
  }
})

export default function () {
  if (window.oneBitLabTranslation) return
  window.oneBitLabTranslation = new MutationObserver(records => records.forEach(noteReplacements))
  window.oneBitLabTranslation.observe(document.body, { childList: true, subtree: true })
  tolerateReplacedTexts()
}

function noteReplacements(record) {
  for (const text of record.removedNodes) {
    if (text.nodeType !== Node.TEXT_NODE || text.isConnected) continue
    const nearby = [...record.addedNodes, record.previousSibling, record.nextSibling]
    const element = nearby.find(node => node?.nodeName === "FONT")
    if (!element) continue
    replacements.set(text, element)
    changes.observe(text, { characterData: true })
  }
}

// React removes a text, or inserts before it, without looking whether it is still there: an error that empties the page.
function tolerateReplacedTexts() {
  const { removeChild, insertBefore } = Node.prototype
  Node.prototype.removeChild = function (child) {
    if (child.parentNode === this) return removeChild.call(this, child)
    replacements.get(child)?.remove()
    return child
  }
  Node.prototype.insertBefore = function (node, before) {
    const isHere = !before || before.parentNode === this
    const element = isHere ? before : replacements.get(before)
    return insertBefore.call(this, node, element?.parentNode === this ? element : null)
  }
}
