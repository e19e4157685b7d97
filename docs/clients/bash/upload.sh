#!/usr/bin/env bash
# Sends one call, signed as the guide says. bash, curl and openssl, nothing else:
#
#     PORTAL_AK=... PORTAL_SK=... ./upload.sh ADDRESS param.json
#
# Prints the answer; ends with 1 where the call was refused.
set -euo pipefail

# The very text that is signed is the text that is sent: it is never parsed and written anew.
param=$(<"$2")
timestamp=$(date +%s%3N)
sign=$(printf %s "$PORTAL_AK$timestamp$PORTAL_SK$param" | openssl dgst -sha256 -r | cut -c1-64)

# As JSON writes a text: what stands between the parts of a param are blanks and ends of lines alone.
quoted=${param//\\/\\\\}
quoted=${quoted//\"/\\\"}
quoted=${quoted//$'\n'/\\n}
quoted=${quoted//$'\r'/\\r}
quoted=${quoted//$'\t'/\\t}

# By standard input, because a command line has a limit and is seen by everybody on the machine.
printf '{"ak":"%s","timestamp":"%s","sign":"%s","param":"%s"}' \
    "$PORTAL_AK" "$timestamp" "$sign" "$quoted" |
    curl -sS --fail-with-body -H 'Content-Type: application/json' --data-binary @- "$1"
