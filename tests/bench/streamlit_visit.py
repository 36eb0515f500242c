"""A visit to the pages without a browser: what a browser sends and waits for, on the wire, so that
a bench can have as many visitors as it likes on a small machine.
"""

import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

LARGEST = 200_000_000
"""Bytes of one message: a board of thousands of people."""


class Visit:
    """One session, in a `with` statement. A page is there when its script has ended: what the
    browser then still draws is not in these seconds.
    """

    def __init__(self, address: str, patience: float) -> None:
        self._address, self._patience = address, patience
        self._closing = ExitStack()

    def __enter__(self) -> "Visit":
        self._wire: ClientConnection = self._closing.enter_context(
            connect(
                f"ws://{urlsplit(self._address).netloc}/_stcore/stream",
                subprotocols=["streamlit"],  # type: ignore[list-item]  # a name that only it knows
                origin=self._address,  # type: ignore[arg-type]  # any text, in truth
                max_size=LARGEST,
                open_timeout=self._patience,
            )
        )
        return self

    def __exit__(self, *error: Any) -> None:
        self._closing.__exit__(*error)

    def open(self, page: str, **asked: str) -> tuple[float, bool]:
        """Seconds until a page stands there, and whether it stands there without a fault. Raises
        TimeoutError where it does not within the patience.
        """
        message = BackMsg()
        message.rerun_script.query_string = urlencode(asked)
        message.rerun_script.page_name = page
        began = time.monotonic()
        self._wire.send(message.SerializeToString())
        well = True
        while True:
            left = began + self._patience - time.monotonic()
            told = ForwardMsg()
            told.ParseFromString(self._wire.recv(timeout=max(left, 0), decode=False))
            kind = told.WhichOneof("type")
            if kind == "delta" and told.delta.new_element.WhichOneof("type") == "exception":
                well = False
            if kind == "script_finished" and told.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            ):
                compiled = told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                return time.monotonic() - began, well and compiled
