// What a network answers, from its probabilities. The limits and the rule are the same as in bnn/engine/answer.py.

export const SURE = 0.8
export const KNOWN = 0.35
export const ALTERNATIVE = 0.1

/** Returns the answer of a network that gives the classes these probabilities, as bnn/engine/answer.py does.
 *
 * `isBlind` says whether the network sees the same in every image, so that its answer means nothing.
 */
export function answerOf(probabilities, isBlind) {
  const order = Array.from(probabilities.keys()).sort((a, b) => probabilities[b] - probabilities[a] || a - b)
  const label = order[0]
  const likely = order.slice(0, 3).filter(i => probabilities[i] >= ALTERNATIVE)
  const candidates = likely.length ? likely : [label]
  const [isSure, isKnown] = [SURE, KNOWN].map(limit => probabilities[label] >= limit)
  return { probabilities, label, isSure, isKnown, isBlind, candidates }
}
