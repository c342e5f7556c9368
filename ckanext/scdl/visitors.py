"""How often a visitor without an account may ask for something that costs."""

from __future__ import annotations

import logging

from flask import has_request_context
from redis.exceptions import RedisError

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis

log = logging.getLogger(__name__)

HOUR = 3_600


def may_ask_again(most_an_hour: int) -> bool:
    """Count one more question of this visitor's address; whether it is within the number of an hour."""
    address = tk.request.remote_addr if has_request_context() else "-"
    key = f"ckan:{tk.config['ckan.site_id']}:scdl:checks:{address}"
    try:
        redis = connect_to_redis()
        count = redis.incr(key)
        if count == 1:
            redis.expire(key, HOUR)
    except RedisError:
        log.warning("the questions of visitors cannot be counted: none is answered", exc_info=True)
        return False
    return int(count) <= most_an_hour
