// Starts the page. In: the static bundle served by the viewer. Out: the app in #app.
import { render } from 'preact'

const root = document.getElementById('app')
if (root) render(<p>neatlogs</p>, root)
