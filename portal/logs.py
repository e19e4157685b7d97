"""What a log line carries beside its message."""

import logging

from portal.lib.request_id import current_request_id


class RequestIdFilter(logging.Filter):
    """Adds `request_id`; "-" outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id.get()
        return True
