# shellcheck shell=sh
# A part of the acts about credentials between blades. FLEET comes first: what is the fleet's own is told by its mark.
export LC_ALL=C
umask 077
root=${ANYBLADE_ROOT-}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

case ${1-} in '' | *[!0-9a-f]*) fail "not a fleet: ${1-}" ;; esac
key=/root/.ssh/anyblade-$1
mark=anyblade:$1:
shift

ssh_directory() { [ -d "$root/root/.ssh" ] || mkdir -m 700 "$root/root/.ssh"; }
