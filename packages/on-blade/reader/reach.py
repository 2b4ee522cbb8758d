# Whether this blade can log in at others as a move needs it, and what stands here of the fleet's own credentials for that.
# Each log-in is tried as libvirt makes it, and changes nothing: no host key is learnt by it. What is secret is not read.
# Source: ssh(1), ssh_config(5); libvirt's virNetSocketNewConnectSSH
import subprocess

KEY, LINE_FILES = "/root/.ssh/anyblade-%s", ("authorized_keys", "known_hosts")
LOGIN_SECONDS, AT_ONCE = 12, 2
LEARNS = ("no", "false", "off", "accept-new")


def logins(fleet, hosts):
    """Few at once: each host lets in only some that have not logged in yet, and is tried by other blades meanwhile."""

    def job(emit):
        left = list(reversed(hosts))
        key = KEY % fleet
        way = ["-i", key] if os.path.exists(ROOT + key) else []

        def next_ones():
            while left:
                try:
                    log_in(emit, left.pop(), way)
                except (IndexError, OSError, subprocess.SubprocessError) as error:
                    emit("unasked", word(str(error)))

        locks = []
        for _ in range(min(AT_ONCE, len(hosts))):
            lock = _thread.allocate_lock()
            lock.acquire()
            locks.append(lock)
            _thread.start_new_thread(lambda over: (next_ones(), over.release()), (lock,))
        for lock in locks:
            while not lock.acquire(True, 1):
                emit("trying")  # a child that says nothing is given up

    return job


def log_in(emit, host, way):
    settings = settings_for(host)
    alias, port = settings.get("hostkeyalias", "none"), settings.get("port", "22")
    name = settings.get("hostname", host.rpartition("@")[2]) if alias == "none" else alias
    known = name if port == "22" or alias != "none" else "[%s]:%s" % (name, port)
    options = ["BatchMode=yes", "ConnectTimeout=8", "IgnoreUnknown=UpdateHostKeys", "UpdateHostKeys=no"]
    if settings.get("stricthostkeychecking") in LEARNS:
        files = [settings.get(which + "knownhostsfile", "") for which in ("user", "global")]
        options += ["UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=" + " ".join(files)]
    asked = ["ssh", "-T", "-e", "none"] + way + [part for one in options for part in ("-o", one)]
    said = run(asked + ["--", host, "cat /etc/machine-id"])
    who, errors = said[1].strip(), said[2].strip().split("\n")
    if said[0] != 0:
        emit("login", host, known, "out", word(errors[-1]) or "ssh ends with %d" % said[0])
    elif len(who) == 32 and set(who) <= set("0123456789abcdef"):
        emit("login", host, known, "in", who, "ours" if way else "own")
    else:
        emit("login", host, known, "out", "a command there does not say its machine-id but " + word(who)[:60])


def settings_for(host):
    said = run(["ssh", "-G", "--", host])[1]
    return dict(line.split(" ", 1) for line in said.split("\n") if " " in line)


def run(words):
    child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, errors = child.communicate(timeout=LOGIN_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return 255, "", "no answer within %d s" % LOGIN_SECONDS
    return child.returncode, out.decode("utf-8", "replace"), errors.decode("utf-8", "replace")


def credentials(fleet):
    """Public halves and lines of this fleet's; each line in base64, for it is compared letter by letter."""

    def job(emit):
        emit("whole")
        for line in text_lines(ROOT + KEY % fleet + ".pub"):
            emit("key", " ".join(line.split()[:2]))
        for name in sorted(os.listdir(ROOT + "/etc/ssh") if os.path.isdir(ROOT + "/etc/ssh") else []):
            if name.startswith("ssh_host_") and name.endswith("_key.pub"):
                for line in text_lines(ROOT + "/etc/ssh/" + name):
                    emit("host-key", " ".join(line.split()[:2]))
        for line in run(["ip", "-o", "addr", "show", "scope", "global"])[1].split("\n"):
            fields = line.split()
            if len(fields) > 3 and fields[2] in ("inet", "inet6"):
                emit("address", fields[3].split("/")[0])
        for name in LINE_FILES:
            for line in text_lines(ROOT + "/root/.ssh/" + name):
                if line.split()[-1].startswith("anyblade:%s:" % fleet):
                    emit("line", name, binascii.b2a_base64(line.encode("utf-8", "surrogateescape")).decode().strip())

    return job


def text_lines(path):
    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8", "surrogateescape")
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return []
        raise
    return [line for line in text.split("\n") if line.strip()]
