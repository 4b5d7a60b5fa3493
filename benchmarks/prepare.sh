# Read by the scripts beside it, in the root of the checkout: a JDK, the build, and Debian's packages.

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# shellcheck source=../.mvn/find-jdk.sh
. .mvn/find-jdk.sh
JAVA_HOME=$(find_jdk) || { say "$no_jdk"; exit 69; }
export JAVA_HOME
maven() { if command -v mvn >/dev/null 2>&1; then mvn "$@"; else sh ./mvnw "$@"; fi; }

PATH=$PATH:/usr/sbin:/usr/local/sbin
peers=$PWD/benchmarks/target/peers
jar=benchmarks/target/benchmarks.jar

# The load generator and JMH, if older than their sources.
build_benchmarks() {
  if [ ! -f $jar ] || [ -n "$(find ./*/src/main ./gateways/*/src/main ./transports/*/src/main ./benchmarks/pom.xml -newer $jar -type f -print -quit)" ]; then
    say 'building the benchmarks'
    mkdir -p benchmarks/target
    maven -B -q -pl benchmarks -am -DskipTests -Dspotless.check.skip=true package >benchmarks/target/build.log 2>&1 ||
      { grep ERROR benchmarks/target/build.log | head -n 15 >&2; exit 70; }
  fi
}

# The server, and the cache of its classes, which the first start makes in the background.
build_signalbox() {
  ./signalbox version >&2 || exit 70
  local build
  build=target/signalbox/builds/$(cat target/signalbox/current)
  for _ in $(seq 90); do
    [ ! -f "$build/signalbox.aot" ] || return 0
    sleep 1
  done
  say 'no class cache was made; the start of Signalbox will look slower than it is'
}

packages=()
need() { command -v "$1" >/dev/null 2>&1 || packages+=("$2"); }

install_packages() {
  [ ${#packages[@]} -gt 0 ] && command -v apt-get >/dev/null 2>&1 || return 0
  [ "$(id -u)" = 0 ] || { say "missing; install them as root: apt-get install ${packages[*]}"; return 0; }
  say "installing ${packages[*]}"
  # RUNLEVEL=1 keeps Debian from starting them as services on their usual ports.
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 sh -c \
    'apt-get -q update; apt-get -q -y --no-install-recommends install "$@"' sh "${packages[@]}" \
    >benchmarks/target/apt.log 2>&1 || tail -n 5 benchmarks/target/apt.log >&2
}

# One collector thread and a steady heap: the generator is to leave the machine to the server.
run_java() {
  ulimit -n "$(ulimit -Hn)" 2>/dev/null
  exec "$JAVA_HOME/bin/java" -Xms512m -Xmx3g -XX:+UseSerialGC -Djava.awt.headless=true \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp $jar "$@"
}
