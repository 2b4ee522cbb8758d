# Who may write a volume, changed outside a hand-over: through mpathpersist, so that multipathd knows the key and registers
# a path that comes back. Never RELEASE (before 0.12 it releases others' reservations) and never CLEAR.
# Their arguments are ALIAS WWID KEY: the key of this blade, 16 hex digits, the first four of them its fleet's.


def own_volume(alias, wwid, key):
    volume = Volume(alias, int(key, 16))
    if volume.map["uuid"] != "mpath-" + wwid:
        raise Refused("refused", "/dev/mapper/%s is %s, not %s" % (alias, volume.map["uuid"] or "no multipath map", wwid))
    return volume


def name_now(alias, wwid):
    """The LUN's map, whatever it is called meanwhile: what was registered has to go though its alias was taken away."""
    names = [found["name"] for found in dm_maps() if found["uuid"] == "mpath-" + wwid]
    return alias if alias in names or not names else names[0]


def mpathpersist(volume, *words):
    import subprocess  # a registration alone starts nothing

    told = subprocess.run(
        ["mpathpersist", "--out"] + list(words) + ["/dev/mapper/" + volume.alias],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    if told.returncode != 0:
        raise Refused("refused", "mpathpersist %s: %s" % (words[0], word(told.stdout.decode("utf-8", "replace")) or told.returncode))


def register(alias, wwid, key):
    volume = own_volume(alias, wwid, key)
    foreign = [other for other in volume.keys() if other >> 48 != volume.ours >> 48]
    volume.expect(not foreign, "a key of no blade of this fleet is registered")
    if volume.map["holders"]:
        raise Refused("refused", "on %s lies %s: this blade itself would use it" % (alias, " ".join(volume.map["holders"])))
    daemon = Multipathd()
    in_effect = [kept for _, kept in configured_keys(daemon.ask("show config local"))]
    if "file" not in in_effect:
        raise Refused("refused", "`reservation_key file` is not in effect in multipathd: a path that returns would stay unregistered")
    _, outlives_power = volume.can()
    mpathpersist(volume, "--register-ignore", "--param-sark=0x" + key, *(["--param-aptpl"] if outlives_power else []))
    volume.expect(volume.keys().count(volume.ours) >= len(volume.fds), "after the registration")
    known = daemon.ask("getprkey map %s" % alias).strip()
    if not known.startswith("0x%x" % volume.ours):
        raise Refused("refused", "%s: multipathd would register %s, not %s" % (alias, known, key))
    return volume


def register_key(*args):
    print(register(*args).told())
    return 0


def reserve_volume(*args):
    volume = register(*args)
    kinds, outlives_power = volume.can()
    if not kinds:
        raise Refused("refused", "%s: its array can reserve neither as type 7 nor as type 5" % volume.alias)
    if volume.kind() == 0:
        mpathpersist(volume, "--reserve", "--param-rk=%x" % volume.ours, "--prout-type=%d" % kinds[0])
    volume.expect(volume.kind() == kinds[0], "it should be reserved as type %d" % kinds[0])
    print(volume.told())
    if not outlives_power:
        print("the array forgets it with its power: after its reboot, anyblade volume reassert %s" % volume.alias)
    return 0


def unregister_key(alias, wwid, key):
    volume = own_volume(name_now(alias, wwid), wwid, key)
    if volume.ours in volume.keys():
        mpathpersist(volume, "--register", "--param-rk=%x" % volume.ours, "--param-sark=0")
    volume.expect(volume.ours not in volume.keys(), "after it was taken back")
    print(volume.told())
    return 0


def preempt_key(alias, wwid, key, theirs):
    volume = own_volume(alias, wwid, key)
    volume.theirs = int(theirs, 16)
    volume.preempt()
    print(volume.told())
    return 0


def forget_key(volume):
    """multipathd shall not register this blade's key again when a path returns; no command to the array."""
    daemon = Multipathd()
    for verb in ("unsetprstatus", "unsetprkey"):
        daemon.ask("%s map %s" % (verb, volume.alias))
