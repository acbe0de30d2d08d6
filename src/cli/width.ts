// How wide a text is on a terminal. In: a text of one line. Out: columns; the text cut or filled to them. Pure. Good enough for tables: Chinese,
// Japanese, Korean and emoji take two columns, marks above letters none (https://www.unicode.org/reports/tr11/).

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const NO_WIDTH = /[\p{Mn}\p{Me}]/u

export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** At most so wide; `…` stands for what was cut. */
export function cutTo(text: string, columns: number): string {
  if (text.length <= columns && widthOf(text) <= columns) return text
  let width = 0
  let kept = ''
  for (const character of text) {
    width += characterWidth(character)
    if (width > columns - 1) return columns > 0 ? `${kept}…` : ''
    kept += character
  }
  return kept
}

/** Exactly so wide, filled on the right, or on the left with `end`. */
export function fitTo(text: string, columns: number, align: 'start' | 'end' = 'start'): string {
  const cut = cutTo(text, columns)
  const fill = ' '.repeat(Math.max(0, columns - widthOf(cut)))
  return align === 'start' ? cut + fill : fill + cut
}

/** Lines of at most so many columns, broken at spaces where there are any. Linear: a line may be megabytes long. */
export function wrapTo(line: string, columns: number): string[] {
  const lines: string[] = []
  let [begin, at, width, space] = [0, 0, 0, -1]
  for (const character of line) {
    const wide = characterWidth(character)
    if (width + wide > columns && at > begin) {
      const end = character === ' ' ? at : space > begin ? space : at
      lines.push(line.slice(begin, end))
      begin = line[end] === ' ' ? end + 1 : end
      width = widthOf(line.slice(begin, at))
      space = -1
    }
    if (character === ' ') space = at
    at += character.length
    if (at > begin) width += wide
  }
  return begin < line.length || lines.length === 0 ? [...lines, line.slice(begin)] : lines
}

function characterWidth(character: string): number {
  if (character < '\u0300') return 1
  return NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1
}
