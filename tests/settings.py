"""The product's settings, on servers and in folders of this test run alone.

The first process of a run names the folder in the environment; the workers that it starts find it
there. tests/conftest.py starts the servers when a test needs them, and removes the folder.
"""

import os
import tempfile

if "PORTAL_TEST_RUN" not in os.environ:
    os.environ["PORTAL_TEST_RUN"] = os.environ["PORTAL_DATA"] = tempfile.mkdtemp(prefix="portal-")
    os.environ["PORTAL_TEST_CAPTCHA"] = "test"
    # Nothing here must outlive the machine, and copies of databases cost a tenth.
    os.environ["PORTAL_POSTGRES_FSYNC"] = "off"
    # Where Python is told to keep no bytecode, each process that a test starts would compile all of
    # the product again, which takes longer than most of them have to do.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Each worker has its own pair of Redis databases.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
os.environ["PORTAL_REDIS_DATABASE"] = str(2 * int(_worker))

from portal.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
# Tests of requests need no built static files.
WHITENOISE_AUTOREFRESH = True
