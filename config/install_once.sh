#!/bin/sh
# Copies an installed file to its place in /etc unless there is one already. Arguments: from, to (both without DESTDIR).
set -eu
from=${DESTDIR:-}$1
to=${DESTDIR:-}$2
if [ -e "$to" ]; then
  echo "Keeping $to; the new one is $from"
else
  mkdir -p "$(dirname "$to")"
  cp "$from" "$to"
  chmod 0644 "$to"
fi
