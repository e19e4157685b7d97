#!/usr/bin/env bash
# Sends one call, signed by HMAC: the body is the file itself. bash, curl and openssl, nothing else:
#
#     PORTAL_AK=... PORTAL_SK=... ./upload_hmac.sh SITE PATH param.json
#
# Prints the answer; ends with 1 where the call was refused.
set -euo pipefail

timestamp=$(date +%s%3N)
nonce=$(openssl rand -hex 16)
hash=$(openssl dgst -sha256 -r "$3" | cut -c1-64)
# openssl takes the key by its command line, which others on the machine may see while it runs.
signature=$(printf 'POST\n%s\n%s\n%s\n%s' "$2" "$timestamp" "$nonce" "$hash" |
    openssl dgst -sha256 -r -hmac "$PORTAL_SK" | cut -c1-64)

curl -sS --fail-with-body -H 'Content-Type: application/json' \
    -H "Portal-Key: $PORTAL_AK" -H "Portal-Timestamp: $timestamp" \
    -H "Portal-Nonce: $nonce" -H "Portal-Signature: $signature" \
    --data-binary "@$3" "$1$2"
