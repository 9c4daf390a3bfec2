# Debian packages: installs what is missing and nothing else. Sourced by the scripts; not run by itself.
# shellcheck shell=bash

# To build, to test, and to try the result.
packages=(
  g++ meson ninja-build pkg-config
  libuv1-dev libc-ares-dev libspdlog-dev libtomlplusplus-dev libcxxopts-dev node-llhttp
  libgtest-dev libgmock-dev python3 python3-jsonschema curl
)

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    if [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
      echo "$package"
    fi
  done
}

# as_root COMMAND…: as it is for root, through sudo for others.
as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

apt_install() {
  as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "$@"
}

# ensure_packages LOG ASSUME_YES: one step of the calling script. Needs no network and no privilege when nothing is missing.
ensure_packages() {
  local log=$1 assume_yes=$2 answer missing
  if ! command -v dpkg-query >/dev/null; then
    step "Packages: this is not Debian, using what is there" "$log" true
    return
  fi
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} == 0)); then
    step "Packages: all there" "$log" true
    return
  fi
  echo "Missing packages: ${missing[*]}"
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    echo "Neither root nor sudo here. Let an administrator run: apt-get install ${missing[*]}" >&2
    return 1
  fi
  if ((!assume_yes)); then
    if [[ ! -t 0 ]]; then
      echo "Not on a terminal, so nobody can be asked: run again with --yes to install them." >&2
      return 1
    fi
    read -r -p "Install them now with apt-get? [Y/n] " answer
    if [[ ! ${answer:-y} =~ ^[Yy] ]]; then
      echo "Nothing was installed." >&2
      return 1
    fi
  fi
  if ((EUID != 0)); then sudo --validate || return 1; fi
  step "Packages: installing ${#missing[@]}" "$log" apt_install "${missing[@]}"
}
