// The page's sources name this file: what it holds is a leaf now, because filter and export read records, too.
export { type Bag, bag, finite, list, msOfNs, text } from '../narrow.ts'
