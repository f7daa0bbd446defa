#!/bin/sh
# Builds a Debian trixie root with RabbitMQ 4 in the folder given. Run as root; needs debootstrap; takes some minutes.
# Then: WINNOW_RABBITMQ_ROOT=FOLDER ./winnow up, or before any pytest (docs/rabbitmq4.md).
set -eu

root=${1:?usage: make.sh FOLDER}
mirror=${2:-http://deb.debian.org/debian}

if [ -e "$root/usr/lib/rabbitmq/bin/rabbitmq-server" ]; then
    echo "$root has RabbitMQ already; delete the folder to build it anew."
    exit 0
fi
debootstrap --variant=minbase trixie "$root" "$mirror"
# Nothing is to start while packages are set up: the broker runs only where Winnow starts it.
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install --yes --no-install-recommends rabbitmq-server
chroot "$root" apt-get clean
chroot "$root" dpkg-query --showformat '${Package} ${Version}\n' --show rabbitmq-server
