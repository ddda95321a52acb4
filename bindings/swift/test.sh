#!/bin/sh
# test.sh [OPTION]...: builds the package and plays the scenarios, inside a Debian with Swift 6.0 that is made once (toolchain.sh).
#
# TURNSTONE_FFI: the built library. TURNSTONE_PROGRAMS: the folder of turnstone-desk. TURNSTONE_SWIFT_ROOT: where that Debian is, or is to
# be. TURNSTONE_SWIFT_BUILD: where to build. Options are those of `swift test`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=${TURNSTONE_SWIFT_ROOT:?the folder of the Debian with Swift}
"$here/toolchain.sh" "$root"
# Files are looked for beside the link that leads to them, so the package is built where it is read.
exec "$here/inside.sh" "$root" swift test --package-path /turnstone/repo/ios --scratch-path /turnstone/build --disable-sandbox -Xswiftc -warnings-as-errors "$@"
