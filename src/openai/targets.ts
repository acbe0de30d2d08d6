// Which files of the openai package define the classes that are wrapped, per module system. Plain data: it crosses to the hooks thread.

/**
 * v5+ define `OpenAI` in `client`, v4 in `index` (its `APIClient` in `core`), v3 `OpenAIApi` in `dist/api`. Below them the classes that
 * speak over a WebSocket (patch-socket.ts); the newest layout stands first, as `neatlogs doctor` looks at one file of each copy.
 */
export const OPENAI_TARGET = {
  package: 'openai',
  esm: [
    { file: 'client.mjs', report: 'OpenAI' },
    { file: 'index.mjs', report: 'OpenAI' },
    { file: 'resources/responses/ws.mjs', report: 'ResponsesWS' },
    { file: 'resources/beta/responses/ws.mjs', report: 'ResponsesWS' },
    { file: 'realtime/ws.mjs', report: 'OpenAIRealtimeWS' },
    { file: 'realtime/websocket.mjs', report: 'OpenAIRealtimeWebSocket' },
    { file: 'beta/realtime/ws.mjs', report: 'OpenAIRealtimeWS' },
    { file: 'beta/realtime/websocket.mjs', report: 'OpenAIRealtimeWebSocket' },
  ],
  cjs: [
    { file: 'client.js', report: 'exports.OpenAI' },
    { file: 'core.js', report: 'exports.APIClient' },
    { file: 'dist/api.js', report: 'exports.OpenAIApi' },
    { file: 'resources/responses/ws.js', report: 'exports.ResponsesWS', requires: 'ws' },
    { file: 'resources/beta/responses/ws.js', report: 'exports.ResponsesWS', requires: 'ws' },
    { file: 'realtime/ws.js', report: 'exports.OpenAIRealtimeWS', requires: 'ws' },
    { file: 'realtime/websocket.js', report: 'exports.OpenAIRealtimeWebSocket' },
    { file: 'beta/realtime/ws.js', report: 'exports.OpenAIRealtimeWS', requires: 'ws' },
    { file: 'beta/realtime/websocket.js', report: 'exports.OpenAIRealtimeWebSocket' },
  ],
} as const
