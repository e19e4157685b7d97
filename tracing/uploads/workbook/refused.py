"""How a gate says no."""


class Refused(Exception):
    """A file that is not read on. `code` is a key of REFUSALS, `detail` fills its sentence."""

    def __init__(self, code: str, detail: tuple[str, ...] = ()) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
