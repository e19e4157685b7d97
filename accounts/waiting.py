"""A time to wait in words, for every sentence that asks somebody to come back later."""


def wait_words(seconds: int) -> str:
    """Say whole seconds: 42 秒, 12 分钟, or 3 小时; rounded up, so that the wait is never short."""
    if seconds < 120:
        return f"{seconds} 秒"
    if seconds < 2 * 3600:
        return f"{-(-seconds // 60)} 分钟"
    return f"{-(-seconds // 3600)} 小时"
