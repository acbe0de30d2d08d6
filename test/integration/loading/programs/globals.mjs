import module from 'node:module'

console.log(Object.keys(globalThis).join())
console.log(
  Object.getOwnPropertySymbols(globalThis).filter(
    (each) => Object.getOwnPropertyDescriptor(globalThis, each).enumerable,
  ),
)
console.log(typeof module._extensions['.js'], Object.keys(module._extensions).join())
