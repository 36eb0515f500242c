"""A visit to the pages without a browser: what a browser sends and waits for, on the wire, so that
a bench can have as many visitors as it likes on a small machine.
"""

import time
from types import TracebackType
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

LARGEST = 200_000_000
"""Bytes of one message: a board of thousands of people."""


class Visit:
    """One session. A page is there when its script has ended: what the browser then still draws is
    not in these seconds.
    """

    def __init__(self, address: str, patience: float) -> None:
        self._patience = patience
        self._wire: ClientConnection = connect(
            f"ws://{urlsplit(address).netloc}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]  # a name that only it knows
            origin=address,  # type: ignore[arg-type]
            max_size=LARGEST,
            open_timeout=patience,
        )

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

    def close(self) -> None:
        """The browser is closed."""
        self._wire.close()

    def __enter__(self) -> "Visit":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
