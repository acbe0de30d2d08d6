// Names with `*`. In: a pattern. Out: a test of one name. Pure.

/** `gpt*mini`: each part in its turn at the first place it has. An expression of many `.*` would try all of them. */
export function globOf(pattern: string): (name: string) => boolean {
  const parts = pattern.toLowerCase().split('*')
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  return (given) => {
    const name = given.toLowerCase()
    if (parts.length === 1) return name === first
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false
    let at = first.length
    const end = name.length - last.length
    for (const part of parts.slice(1, -1)) {
      const found = name.indexOf(part, at)
      if (found < 0 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}
