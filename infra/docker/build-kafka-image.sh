#!/usr/bin/env bash
# Builds an image that runs Kafka's released jars behind the contract of the official image
# (environment in, broker out), for machines without a registry. It is not the official image:
# another base system, another start script, no native build.
#
#   infra/docker/build-kafka-image.sh [NAME:TAG]       default: plumbline/kafka:<kafka.version>
#
# Needs root for debootstrap, a container engine (docker or podman; ENGINE names another), Maven's
# repository for the jars and a Debian mirror for the base (MIRROR, SUITE). The tests take it with
#   ./mvnw verify -pl tests -am -Dplumbline.kafka.image=plumbline/kafka:<kafka.version>
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
home="$(cd "$here/../.." && pwd)"
version="$(sed -n 's|.*<kafka.version>\(.*\)</kafka.version>.*|\1|p' "$home/pom.xml" | head -n 1)"
image="${1:-plumbline/kafka:$version}"
engine="${ENGINE:-$(command -v docker || command -v podman || true)}"
[ -n "$engine" ] || { echo "build-kafka-image: neither docker nor podman was found; name one in ENGINE" >&2; exit 69; }
command -v debootstrap >/dev/null || { echo "build-kafka-image: debootstrap was not found; apt-get install debootstrap" >&2; exit 69; }

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
root="$work/root"

echo "build-kafka-image: base system" >&2
debootstrap --variant=minbase --include=openjdk-17-jre-headless,procps \
  "${SUITE:-bookworm}" "$root" "${MIRROR:-http://deb.debian.org/debian}" >"$work/debootstrap.log" 2>&1 \
  || { tail -n 20 "$work/debootstrap.log" >&2; exit 70; }
rm -rf "$root"/var/cache/apt/archives/* "$root"/var/lib/apt/lists/* "$root"/usr/share/doc "$root"/usr/share/man

echo "build-kafka-image: Kafka $version" >&2
mkdir -p "$root/opt/kafka/libs" "$root/opt/kafka/config" "$root/etc/kafka" \
  "$root/mnt/shared/config" "$root/var/lib/kafka/data"
"$home/mvnw" -q -B -f "$here/kafka/pom.xml" "-Dkafka.version=$version" \
  org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies \
  "-DoutputDirectory=$root/opt/kafka/libs"
cp -r "$here/kafka/etc" "$root/etc/kafka/docker"

echo "build-kafka-image: $image" >&2
tar -C "$root" -c . | "$engine" import \
  --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  --change 'EXPOSE 9092' \
  --change 'CMD ["/etc/kafka/docker/run"]' \
  - "$image"
