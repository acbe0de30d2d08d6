// Any UTF-16 text, lone surrogates and control characters among it; fast-check's own `binary` unit takes seconds to set up.
import fc from 'fast-check'

export function anyText(maxLength: number): fc.Arbitrary<string> {
  const unit = fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff }))
  return fc.array(unit, { maxLength }).map((units) => String.fromCharCode(...units))
}
