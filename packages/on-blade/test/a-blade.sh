# shellcheck shell=sh
# The first process of a blade made of namespaces: FOLDER NAME UUID ADDRESS DISK. What it mounts, names and starts ends
# with it; of the machine's own libvirt, ssh and network it sees nothing.
set -e
folder=$1 name=$2 uuid=$3 address=$4 disk=$5
mount --make-rprivate /
for place in /run /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt /etc/ssh /root; do
  mkdir -p "$place"
  mount -t tmpfs -o mode=755 tmpfs "$place"
done
mount -t sysfs sysfs /sys
# Without the machine's /dev/kvm, which may be there and not work; and with an inode of its own for the disk, for QEMU
# locks inodes, and two machines share none.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/sshd /run/libvirt /run/lock /root/.ssh /etc/libvirt/tls
[ ! -e /dev/kvm ] || mount --bind /dev/null /dev/kvm
mknod /run/disk b "${disk%:*}" "${disk#*:}"
mount --bind "$folder/hosts" /etc/hosts
hostname "$name"
printf 'host_uuid = "%s"\nauth_unix_rw = "none"\nauth_unix_ro = "none"\nkeepalive_interval = 1\nkeepalive_count = 4\n' "$uuid" >/etc/libvirt/libvirtd.conf
printf 'user = "root"\ngroup = "root"\nsecurity_driver = "none"\nnamespaces = [ ]\ncgroup_controllers = [ ]\nremember_owner = 0\nstdio_handler = "file"\nkeepalive_interval = 1\nkeepalive_count = 4\nmigrate_tls_x509_cert_dir = "/etc/libvirt/tls"\n' >/etc/libvirt/qemu.conf
printf 'Host *\n StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n IdentityFile %s/id\n' "$folder" >/root/.ssh/config
ssh-keygen -q -t ed25519 -N '' -C "$name" -f /etc/ssh/ssh_host_ed25519_key
printf 'ListenAddress %s\nHostKey /etc/ssh/ssh_host_ed25519_key\nAuthorizedKeysFile %s/id.pub .ssh/authorized_keys\nPidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n' "$address" "$folder" >/run/sshd_config
ip link set lo up
until ip link show eth0 >/dev/null 2>&1; do sleep 0.02; done
ip addr add "$address/24" dev eth0
ip link set eth0 up
/usr/sbin/sshd -D -f /run/sshd_config &
libvirtd -f /etc/libvirt/libvirtd.conf -p /run/libvirtd.pid >"$folder/$name.log" 2>&1 &
until virsh -q -c qemu:///system uri >/dev/null 2>&1; do sleep 0.1; done
: >"$folder/$name.up"
# An orphan is this process's child by now.
while :; do sleep 3600 & wait $! || true; done
