#!/bin/sh
# inside.sh FOLDER COMMAND...: runs a command inside the root that toolchain.sh made in FOLDER.
#
# It sees, read-only, the checkout (/turnstone/repo) and the folders of TURNSTONE_FFI (/turnstone/ffi) and TURNSTONE_PROGRAMS
# (/turnstone/programs); and, to write in, TURNSTONE_SWIFT_BUILD (/turnstone/build) and a /tmp of its own. All of that is mounted in a
# mount namespace, with a process namespace around it: when this ends, or is killed, both end, and so does whatever still ran
# there. TURNSTONE_LIMIT_S is how long a run may take. Where a machine allows no namespaces, what is needed is copied into the root, and what was built back out of it: one run at a
# time then.
set -eu

root=${1:?usage: inside.sh FOLDER COMMAND...}
shift
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../.." && pwd)
build=${TURNSTONE_SWIFT_BUILD:?the folder to build in}
ffi=$(dirname "$(readlink -f "${TURNSTONE_FFI:?the path of libturnstone_ffi.so}")")
programs=$(readlink -f "${TURNSTONE_PROGRAMS:?the folder of turnstone-desk}")
mkdir -p "$build"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/turnstone-swift-XXXXXX")
child=
trap 'if [ -n "$child" ]; then kill -9 "$child" 2>/dev/null; wait "$child" || true; fi; rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# Nothing of the caller's environment but what is meant for the tests.
clean="env -i HOME=/tmp LANG=C.UTF-8 PATH=/usr/bin:/bin TURNSTONE_FFI=/turnstone/ffi/libturnstone_ffi.so TURNSTONE_PROGRAMS=/turnstone/programs"
clean="$clean LIBRARY_PATH=/turnstone/ffi LD_LIBRARY_PATH=/turnstone/ffi TURNSTONE_CHECKOUT=/turnstone/repo TURNSTONE_BUILD=/turnstone/build TURNSTONE_LIMIT_S=${TURNSTONE_LIMIT_S:-480}"

if unshare --mount --pid --fork --kill-child true 2>/dev/null; then
    # In the background, for a shell hears signals only while it waits: killed, it takes all of it along.
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --pid --fork --kill-child --propagation private sh -euc '
        root=$1 repo=$2 ffi=$3 programs=$4 build=$5 scratch=$6 clean=$7
        shift 7
        there=$root/turnstone
        shown() { mount --bind "$1" "$2" && mount -o remount,ro,bind "$2"; }
        shown "$repo" "$there/repo"
        shown "$ffi" "$there/ffi"
        shown "$programs" "$there/programs"
        mount --bind "$build" "$there/build"
        mount --bind "$scratch" "$root/tmp"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        exec chroot "$root" $clean "$@"
    ' sh "$root" "$repo" "$ffi" "$programs" "$build" "$scratch" "$clean" "$@" &
    child=$!
    status=0
    wait "$child" || status=$?
    child=
    exit "$status"
fi

# Copies: slower, and what is built is copied back.
there=$root/turnstone
rm -rf "$there/repo" "$there/ffi" "$there/programs" "$there/build"
mkdir -p "$there/repo/cli/src/demo" "$there/ffi" "$there/programs"
cp -a "$repo/bindings" "$repo/ios" "$there/repo/"
cp "$repo/cli/src/demo/photo.jpg" "$there/repo/cli/src/demo/"
cp "$ffi/libturnstone_ffi.so" "$there/ffi/"
cp "$programs/turnstone-desk" "$there/programs/"
cp -a "$build" "$there/build"
status=0
chroot "$root" $clean "$@" || status=$?
rm -rf "$build" && cp -a "$there/build" "$build"
exit "$status"
