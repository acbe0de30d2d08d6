// Text as models and their users write it, from a seed: sentences with names, quotes, line breaks, code, JSON in a string, other scripts.
// A letter said again and again compresses, escapes and scans as no real prompt does.
import { generator } from './random.mjs'

const WORDS =
  'the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may first then do any like my now over such our man me even most made after also did many off before must well back through years where much your way down should because long each just state those people too mr how little good world make very year still see work life get here between both being under three never know same last another while us might great old come since against right came take used himself few house use during without again place around however home small found thought went say part once general high upon school every'.split(
    ' ',
  )
const ODD = [
  'naïve café',
  '“so to speak”',
  'Zürich – Kraków',
  '東京の天気',
  'привет, мир',
  '🙂',
  'C:\\temp\\log',
  '<b>bold</b>',
  'he said "no"',
]
const BLOCKS = [
  '\n\n```js\nconst total = items.reduce((sum, { price }) => sum + price, 0)\nconsole.log("total:", total)\n```\n\n',
  '\n- first item\n- second item\n\t- nested\n',
  ` ${JSON.stringify({ city: 'Berlin', tags: ['a', 'b'], note: 'line one\nline two' })} `,
]
const ODD_SHARE = 0.02
const BLOCK_SHARE = 0.006
const STOP_SHARE = 0.07

/** Gives a text of about `size` bytes of UTF-8; the same for the same seed. */
export function prose(size, seed) {
  const random = generator(seed)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const pieces = []
  for (let bytes = 0; bytes < size; ) {
    const chance = random()
    const piece =
      chance < BLOCK_SHARE
        ? pick(BLOCKS)
        : chance < BLOCK_SHARE + ODD_SHARE
          ? `${pick(ODD)} `
          : `${pick(WORDS)}${chance > 1 - STOP_SHARE ? '. ' : ' '}`
    pieces.push(piece)
    bytes += Buffer.byteLength(piece)
  }
  return pieces.join('')
}
