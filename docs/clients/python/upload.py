"""Sends one call, signed as the guide says. Python 3.9 or newer, nothing else:

    PORTAL_AK=... PORTAL_SK=... python upload.py ADDRESS param.json

Prints the answer; ends with 1 where the call was refused. A whole client is portal_client.py.
"""

import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

address, file = sys.argv[1:]
ak, sk = os.environ["PORTAL_AK"], os.environ["PORTAL_SK"]
# The very text that is signed is the text that is sent: it is never parsed and written anew.
param = Path(file).read_text(encoding="utf-8").strip()

timestamp = str(time.time_ns() // 1_000_000)
sign = hashlib.sha256((ak + timestamp + sk + param).encode()).hexdigest()
message = json.dumps({"ak": ak, "timestamp": timestamp, "sign": sign, "param": param})

request = urllib.request.Request(
    address, message.encode(), {"Content-Type": "application/json"}, method="POST"
)
try:
    with urllib.request.urlopen(request) as answer:
        print(answer.read().decode())
except urllib.error.HTTPError as refused:
    print(refused.read().decode())
    sys.exit(1)
