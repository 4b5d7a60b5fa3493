# Read by ./signalbox and ./test: find_jdk prints the home of a JDK 25 or newer, or fails.
#
#   SIGNALBOX_JAVA_HOME    looked at first
#   SIGNALBOX_JDK_FOLDERS  looked at instead of the usual folders

feature_of() {
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

jdk_of_path() {
  javac=$(command -v javac 2>/dev/null) || return 0
  while [ -h "$javac" ]; do
    link=$(readlink "$javac")
    case $link in /*) javac=$link ;; *) javac=$(dirname "$javac")/$link ;; esac
  done
  dirname "$(dirname "$javac")"
}

jdk_of_macos() { [ ! -x /usr/libexec/java_home ] || /usr/libexec/java_home -v 25+ 2>/dev/null; }

# The first JDK that is new enough wins, so a JAVA_HOME of an older one is passed over.
find_jdk() {
  for folder in "${SIGNALBOX_JAVA_HOME:-}" "${JAVA_HOME:-}" "$(jdk_of_path)" "$(jdk_of_macos)" \
    ${SIGNALBOX_JDK_FOLDERS-/usr/lib/jvm/* /usr/java/* /opt/jdk* /opt/java/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home} \
    ${SIGNALBOX_JDK_FOLDERS-"${HOME:-/nowhere}"/.sdkman/candidates/java/* "${HOME:-/nowhere}"/.jdks/*}; do
    [ -n "$folder" ] && [ -d "$folder" ] || continue
    feature=$(feature_of "$folder")
    [ -n "$feature" ] && [ "$feature" -ge 25 ] && { printf '%s\n' "$folder"; return 0; }
  done
  return 1
}

no_jdk="needs a JDK 25 or newer and found none: install one (Debian 13+, Ubuntu: openjdk-25-jdk; macOS: brew install openjdk@25; any: https://adoptium.net) or set SIGNALBOX_JAVA_HOME"
