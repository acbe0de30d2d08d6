// Dark and light. In: the system's wish and the user's choice, kept in this browser. Out: `data-theme` on the document.
import { makeStore } from './store.ts'

export type Theme = 'light' | 'dark'

const KEY = 'neatlogs-theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const theme = makeStore<Theme>(chosen() ?? wished())

function chosen(): Theme | null {
  try {
    const value = localStorage.getItem(KEY)
    return value === 'light' || value === 'dark' ? value : null
  } catch {
    return null // storage is switched off: the system's wish counts
  }
}

function wished(): Theme {
  return system.matches ? 'dark' : 'light'
}

function apply(next: Theme): void {
  document.documentElement.dataset.theme = next
  theme.set(next)
}

export function startTheme(): void {
  system.addEventListener('change', () => apply(chosen() ?? wished()))
  apply(theme.get())
}

export function toggleTheme(): void {
  const next = theme.get() === 'dark' ? 'light' : 'dark'
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // storage is switched off: nothing to remember it in
  }
  apply(next)
}

export const useTheme = theme.use
