import module from 'node:module'
import { expect, test } from 'vitest'
import { hasQuietRegister, isHooksThread, isNativeJsLoader, supportsSyncHooks } from '../../../src/node-features.ts'

test.each([
  ['20.20.2', false],
  ['21.7.3', false],
  ['22.15.0', false],
  ['22.22.2', false],
  ['22.22.3', true],
  ['22.23.0', true],
  ['23.11.1', false],
  ['24.0.2', false],
  ['24.11.0', false],
  ['24.11.1', true],
  ['24.21.0', true],
  ['25.0.0', false],
  ['25.1.0', true],
  ['26.0.0', true],
  ['26.0.0-nightly20260401', true],
  ['30.1.2', true],
])('in-thread hooks of Node %s are trusted: %s', (version, expected) => {
  expect(supportsSyncHooks(version)).toBe(expected)
})

test.each([
  ['20.19.0', true],
  ['25.9.0', true],
  ['26.0.0', false],
])('module.register of Node %s is silent: %s', (version, expected) => {
  expect(hasQuietRegister(version)).toBe(expected)
})

test('a loader that is not Node’s own is foreign', () => {
  const extensions = (module as unknown as { _extensions: { [extension: string]: unknown } })._extensions
  const native = extensions['.js']
  const wrapper = (...args: readonly unknown[]) => Reflect.apply(native as () => void, undefined, args)
  expect(isNativeJsLoader(wrapper)).toBe(false)
  expect(isNativeJsLoader(undefined)).toBe(false)
})

test('a test worker is no hooks thread', () => {
  expect(isHooksThread()).toBe(false)
})
