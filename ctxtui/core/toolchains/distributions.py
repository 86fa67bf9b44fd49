"""Which distribution has a fixture, a hook, an option or a module that is missing."""

from __future__ import annotations

import sys
from collections.abc import Mapping

FIXTURES: Mapping[str, str] = {
    "mocker": "pytest-mock",
    "class_mocker": "pytest-mock",
    "module_mocker": "pytest-mock",
    "session_mocker": "pytest-mock",
    "httpx_mock": "pytest-httpx",
    "httpserver": "pytest-httpserver",
    "httpbin": "pytest-httpbin",
    "requests_mock": "requests-mock",
    "respx_mock": "respx",
    "responses": "pytest-responses",
    "aiohttp_client": "pytest-aiohttp",
    "aiohttp_server": "pytest-aiohttp",
    "event_loop": "pytest-asyncio",
    "anyio_backend": "anyio",
    "freezer": "pytest-freezer",
    "time_machine": "time-machine",
    "fs": "pyfakefs",
    "faker": "faker",
    "subtests": "pytest-subtests",
    "benchmark": "pytest-benchmark",
    "datadir": "pytest-datadir",
    "shared_datadir": "pytest-datadir",
    "data_regression": "pytest-regressions",
    "file_regression": "pytest-regressions",
    "snapshot": "syrupy",
    "db": "pytest-django",
    "settings": "pytest-django",
    "rf": "pytest-django",
    "django_user_model": "pytest-django",
    "worker_id": "pytest-xdist",
    "qtbot": "pytest-qt",
    "vcr": "pytest-recording",
    "page": "pytest-playwright",
    "cov": "pytest-cov",
}
"""Which distribution has a fixture."""
HOOKS: Mapping[str, str] = {
    "pytest_html": "pytest-html",
    "pytest_xdist": "pytest-xdist",
    "pytest_configure_node": "pytest-xdist",
    "pytest_testnodedown": "pytest-xdist",
    "pytest_testnodeready": "pytest-xdist",
    "pytest_benchmark": "pytest-benchmark",
    "pytest_bdd": "pytest-bdd",
    "pytest_django": "pytest-django",
    "pytest_json": "pytest-json-report",
    "pytest_timeout": "pytest-timeout",
    "pytest_randomly": "pytest-randomly",
    "pytest_recording": "pytest-recording",
}
"""Which distribution has the hooks that begin so."""
OPTIONS: Mapping[str, str] = {
    "--ds": "pytest-django",
    "--dc": "pytest-django",
    "--reuse-db": "pytest-django",
    "--nomigrations": "pytest-django",
    "--no-migrations": "pytest-django",
    "--timeout": "pytest-timeout",
    "--asyncio-mode": "pytest-asyncio",
    "--block-network": "pytest-recording",
    "--record-mode": "pytest-recording",
    "--disable-socket": "pytest-socket",
    "--allow-hosts": "pytest-socket",
    "--benchmark-disable": "pytest-benchmark",
    "--benchmark-skip": "pytest-benchmark",
    "--doctest-plus": "pytest-doctestplus",
    "--hypothesis-profile": "hypothesis",
    "--snapshot-warn-unused": "syrupy",
    "--nbval": "nbval",
    "--mypy-ini-file": "pytest-mypy-plugins",
    "--typeguard-packages": "typeguard",
    "numprocesses": "pytest-xdist",
    "--numprocesses": "pytest-xdist",
    "--dist": "pytest-xdist",
}
"""Which distribution has an option, as it is typed or as code asks for it."""
DISTRIBUTIONS: Mapping[str, str] = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "Crypto": "pycryptodome",
    "Cryptodome": "pycryptodomex",
    "cv2": "opencv-python",
    "distutils": "setuptools",
    "dateutil": "python-dateutil",
    "discord": "discord.py",
    "dns": "dnspython",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "github": "pygithub",
    "google.auth": "google-auth",
    "google.protobuf": "protobuf",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "kafka": "kafka-python",
    "ldap": "python-ldap",
    "magic": "python-magic",
    "multipart": "python-multipart",
    "mysql": "mysql-connector-python",
    "MySQLdb": "mysqlclient",
    "nacl": "pynacl",
    "nmap": "python-nmap",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "pkg_resources": "setuptools",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pytest_asyncio": "pytest-asyncio",
    "serial": "pyserial",
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "slugify": "python-slugify",
    "socks": "pysocks",
    "speech_recognition": "SpeechRecognition",
    "telegram": "python-telegram-bot",
    "usb": "pyusb",
    "whisper": "openai-whisper",
    **dict.fromkeys(("pythoncom", "pywintypes", "win32api", "win32com", "win32con", "win32gui"), "pywin32"),
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}
"""Which distribution has a module, where the two are not called alike."""
_OF_PYTHON_2 = """
    __builtin__ anydbm BaseHTTPServer commands ConfigParser Cookie cookielib copy_reg cPickle cStringIO dummy_thread
    HTMLParser httplib Queue SocketServer StringIO thread Tkinter urllib2 urlparse UserDict UserList UserString
    tkFileDialog tkMessageBox xmlrpclib _winreg
"""
_LEFT_PYTHON_3 = """
    aifc asynchat asyncore audioop binhex cgi cgitb chunk crypt formatter imghdr imp lib2to3 mailcap msilib nis nntplib
    ossaudiodev parser pipes smtpd sndhdr spwd sunau symbol telnetlib uu xdrlib
"""
PYTHONS_OWN = sys.stdlib_module_names | {*_OF_PYTHON_2.split(), *_LEFT_PYTHON_3.split()}
"""Modules that only another Python or system has: what a registry offers under such a name is something else."""
NAMESPACES = frozenset({"azure", "backports", "collective", "jaraco", "plone", "ruamel", "sphinxcontrib", "zope"})
"""Names that many distributions share: each is called like its part below that name."""
SHARED = frozenset({"apache", "google", "odoo", "opencensus", "oslo", "paste", "sap", "tencentcloud"})
"""Names that many distributions share and that say nothing of what these are called."""
