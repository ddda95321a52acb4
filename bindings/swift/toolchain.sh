#!/bin/sh
# toolchain.sh FOLDER: a Debian trixie with Swift 6.0 in FOLDER, made where there is none. About 450 MB to download, 3.3 GB on disk.
#
# It is filled under another name and renamed when it is whole: an interrupted run leaves nothing that looks finished. Whatever
# debootstrap mounts is mounted in a mount namespace of its own, and gone with it. Needs root, debootstrap and apt-get. The mirror is the
# one that this machine's apt uses for Debian; TURNSTONE_DEBIAN_MIRROR names another (on an Ubuntu, say).
set -eu

root=${1:?usage: toolchain.sh FOLDER}
# It has its name only when it is whole.
if [ -d "$root" ]; then exit 0; fi
if [ "$(id -u)" != 0 ]; then echo "toolchain.sh: debootstrap needs root" >&2; exit 1; fi

mkdir -p "$(dirname "$root")"
# What runs that were killed left here.
find "$(dirname "$root")" -maxdepth 1 -name "$(basename "$root").unfinished-*" -mmin +1440 -exec rm -rf {} +
unfinished=$root.unfinished-$$
trap 'rm -rf "$unfinished"' EXIT
trap 'exit 1' HUP INT TERM

command -v debootstrap >/dev/null || apt-get install -y --no-install-recommends debootstrap >&2
mirror=${TURNSTONE_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' | grep -E '/debian/?$' | sort -u | head -n 1)}
if [ -z "$mirror" ]; then
    # Before the first `apt-get update` there is no index to ask.
    mirror=$(grep -rhoE 'https?://[^] ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | tr -d ' ' | head -n 1)
fi
if [ -z "$mirror" ]; then echo "toolchain.sh: no Debian mirror is known: set TURNSTONE_DEBIAN_MIRROR" >&2; exit 1; fi

# Where no mount namespace is allowed, nothing is mounted by us; installing these packages does without /proc.
if unshare --mount true 2>/dev/null; then apart="unshare --mount --propagation private"; mounts=yes; else apart=; mounts=; fi

filled() {
    $apart debootstrap --variant=minbase --include=ca-certificates,gcc,g++,libc6-dev,binutils trixie "$unfinished" "$mirror"
    # shellcheck disable=SC2016 # expanded by the inner shell
    $apart sh -euc '
        if [ -n "$2" ]; then mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"; fi
        export DEBIAN_FRONTEND=noninteractive LC_ALL=C
        chroot "$1" apt-get install -y --no-install-recommends swiftlang
        chroot "$1" apt-get clean
        chroot "$1" swift --version
    ' sh "$unfinished" "$mounts"
    # Where inside.sh puts what is needed from outside.
    mkdir -p "$unfinished/turnstone/repo" "$unfinished/turnstone/ffi" "$unfinished/turnstone/programs" "$unfinished/turnstone/build"
}
filled >&2

# Another run may have been faster; its root is as good.
if [ ! -d "$root" ]; then mv "$unfinished" "$root"; fi
