#!/bin/sh
# Copies an installed file to its place in /etc unless there is one already, and tells editors where its schema is.
# Arguments: from, to, schema (all without DESTDIR).
set -eu
from=${DESTDIR:-}$1
to=${DESTDIR:-}$2
if [ -e "$to" ]; then
  echo "Keeping $to; the new one is $from"
else
  mkdir -p "$(dirname "$to")"
  { echo "#:schema file://$3"; cat "$from"; } >"$to"
  chmod 0644 "$to"
fi
