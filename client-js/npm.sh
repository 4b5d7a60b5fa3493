#!/usr/bin/env bash
# What Maven asks of npm: npm.sh build | test | pack. Fetches the packages when the lock file is newer than they are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() { printf 'client-js: %s\n' "$*" >&2; exit 69; }
needs='Node.js 20.15 or newer and npm must be on the PATH (Debian: apt-get install nodejs npm; ./test does so)'
command -v node >/dev/null || fail "there is no node: $needs"
command -v npm >/dev/null || fail "there is no npm: $needs"
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 15) ? 0 : 1)' ||
  fail "node is $(node --version): $needs"

if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --silent --no-audit --no-fund || fail 'npm ci failed: is the npm registry reachable?'
fi

case "${1:-}" in
  build)
    # Here and not with the tests: what picks tests of other modules out (-Dtest) must not pass over it.
    [ -f target/linted ] && [ -z "$(find src test ./*.json ./*.mjs -newer target/linted -print -quit)" ] ||
      { npm run --silent lint && mkdir -p target && touch target/linted; }
    # Newer than all that it is made of.
    [ -f dist/browser/signalbox.js ] && [ -z "$(find src package.json package-lock.json tsconfig*.json bundle.mjs -newer dist/browser/signalbox.js -print -quit)" ] ||
      { rm -rf dist && npm run --silent build; }
    ;;
  test) npm run --silent test ;;
  pack)
    mkdir -p target
    npm pack --silent --pack-destination target
    node check-package.mjs
    ;;
  *) fail "build, test or pack, not '${1:-}'" ;;
esac
