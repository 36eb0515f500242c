"""The logs of the pages' server as JSON lines, Streamlit's and uvicorn's among them, which would
write to the terminal by themselves.
"""

import logging

import streamlit.logger
import uvicorn.config

from scheduler.engine.log_lines import send_to_root, write_as_said


def write_logs_as_said() -> bool:
    """As the environment says (`log_lines.VARIABLE`); whether that is JSON. To be called before the
    server is made.
    """
    # before ours, so that whatever logger they make later has none of its own way either
    if not write_as_said():
        return False
    streamlit.logger.setup_formatter = send_to_root
    for told in uvicorn.config.LOGGING_CONFIG["loggers"].values():
        told.pop("handlers", None)
        told["propagate"] = True
    logging.getLogger("uvicorn.error").addFilter(_says_no_address)
    return True


def _says_no_address(record: logging.LogRecord) -> bool:
    """uvicorn says of each websocket from which address it comes: whoever opens a page."""
    return '"WebSocket ' not in str(record.msg)
