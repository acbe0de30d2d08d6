// Leaf: whether two lists hold the same texts, in the same order. A loop: both are short, and asked about at each call. Worker.

export function areSameTexts(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false
  for (let index = 0; index < some.length; index++) if (some[index] !== others[index]) return false
  return true
}
