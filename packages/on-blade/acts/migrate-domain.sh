# shellcheck shell=sh disable=SC2154 # after domain.sh
# UUID NAME URI SECONDS: moves a running domain to the libvirt at URI, pre-copy, peer to peer, never --unsafe.
# Told to end, virsh cancels the job and the guest stays. After it the destination's own word counts, where it is had.
need_domain_arguments "$@"
uri=${3-} seconds=${4-}
case $uri in qemu+*://*) case $uri in *[!A-Za-z0-9_.:/@%?=\&,+-]*) fail "not a libvirt URI: $uri" ;; esac ;; *) fail "not a libvirt URI: $uri" ;; esac
case $seconds in '' | *[!0-9]*) fail "not a number of seconds: $seconds" ;; esac

# the destination's virsh, with a deadline; fails where it gives no answer
there() { timeout -k 5 30 virsh -q -c "$uri" "$@" </dev/null 2>/dev/null; }

# what the destination says of the move: ms in all, ms of pause, data; that it has them shows that it has the domain
report() {
  awk -F ': *' '
    $1 == "Time elapsed" { print "moved in " $2 }
    $1 == "Total downtime" || $1 == "Downtime" { print "downtime " $2 }
    $1 == "Data processed" { print "sent " $2 }
    $1 == "Iteration" { print "rounds " $2 }' | tr -s ' '
}

before=$(state) || exit 1
case $before in
  running | idle | paused)
    answer=$(timeout -s INT -k 30 "$seconds" virsh -q -c qemu:///system migrate --live --p2p --persistent --undefinesource \
      --abort-on-error "$uuid" "$uri" 2>&1 </dev/null)
    code=$?
    now=$(state) || exit 1
    if [ $code -ne 0 ]; then
      [ $code -ne 124 ] || answer="cancelled after $seconds s"
      after=$(there domstate "$uuid" | sed -n 1p)
      fail "$name did not move, here it is $now, there ${after:-not known}: $(reason "$answer")"
    fi
    [ "$now" = absent ] || fail "the migration ended well, but here $name is still $now"
    ;;
  absent) ;;
  *) fail "$name is $before here: only a running domain is moved" ;;
esac
# One question to the destination: over ssh between blades each costs a login.
told=$(there domjobinfo --completed "$uuid")
case $before in
  absent) [ -n "$told" ] || fail "$name is not here, and the destination does not say that it came there" ;;
  # the source's libvirt has given it away and said so; the survey after this asks the destination itself
  *) printf '%s left for %s\n' "$name" "$uri" ;;
esac
printf '%s\n' "$told" | report
printf 'here it is gone\n'
