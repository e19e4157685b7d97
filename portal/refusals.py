"""Refusals of requests that are not taken in at all."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "request_too_large": (
            "这次填写的内容超过 {limit}，没有接收。请返回上一页删减内容，或分几次提交。"
        ),
        "request_too_many_fields": (
            "这次提交的内容超过 {limit} 项，没有接收。请返回上一页减少勾选，分几次提交。"
        ),
        "request_endless_marks": (
            "填写的内容里，一个字符上叠加了 {limit} 个以上的组合符号，没有接收。"
            "请返回上一页删除这些符号，再提交一次。"
        ),
    },
)
