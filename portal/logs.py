"""What a log line carries beside its message, and what it leaves out."""

import logging

from portal.lib.request_id import current_request_id


class RequestIdFilter(logging.Filter):
    """Adds `request_id`; "-" outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django says what it refused after our middleware has ended, with the request at hand.
        own = getattr(getattr(record, "request", None), "request_id", "")
        record.request_id = own or current_request_id.get()
        return True


class RefusalFilter(logging.Filter):
    """Leaves the traceback out of what was refused (4xx): nothing of ours has failed there."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True
