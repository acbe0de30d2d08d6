#!/bin/sh
# Installs the example: program in /opt/ask, key in /etc/ask.env, unit ask.service; without OPENAI_API_KEY a model server as well.
# DESTDIR=folder installs below that folder, for packaging.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=${DESTDIR:-}
unset DESTDIR # npm would look for its settings below it
units=$root/etc/systemd/system
mkdir -p "$root/opt/ask" "$units"

cp "$here"/package*.json "$here/ask.mjs" "$root/opt/ask/"
cp "$here"/*.tgz "$root/opt/ask/" 2>/dev/null || true # a checkout's neatlogs
(cd "$root/opt/ask" && npm install --omit=dev --no-audit --no-fund)

(umask 077 && echo "OPENAI_API_KEY=${OPENAI_API_KEY:-sk-local}" >"$root/etc/ask.env")
cp "$here/ask.service" "$units/"
if [ -z "${OPENAI_API_KEY:-}" ]; then
  mkdir -p "$root/opt/ask-model"
  cp -R "$here/../../fixtures/servers/." "$root/opt/ask-model/"
  echo "OPENAI_BASE_URL=http://127.0.0.1:8089/v1" >>"$root/etc/ask.env"
  cp "$here/ask-model.service" "$units/"
fi
systemctl daemon-reload
[ -n "${OPENAI_API_KEY:-}" ] || systemctl enable --now ask-model.service
systemctl enable --now ask.service
