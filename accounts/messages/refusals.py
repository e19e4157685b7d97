"""Refusals of feedback, its answers, and documents."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "answer_missing": "答复为空；请填写答复内容。",
        "answer_too_long": "答复有 {found} 个字，最多 {limit} 个；请缩短。",
        "document_empty": "文件“{name}”是空的；请重新选择文件。",
        "document_file_missing": "没有选择文件；请选择要提供下载的文件。",
        "document_form_wrong": (
            "文件“{name}”的扩展名或内容不符：应为 {expected}，且内容与扩展名一致；"
            "请另存后重新上传。"
        ),
        "document_too_large": "文件“{name}”超过 {limit}；请压缩或拆分后重新上传。",
        "feedback_empty": "没有填写内容；请描述遇到的问题或建议。",
        "feedback_too_long": "内容有 {found} 个字，最多 {limit} 个；请缩短，或分几次提交。",
    },
)

declare(
    Ground.TOO_OFTEN,
    {
        "feedback_too_often": "您一天内已提交 {times} 次，达到上限；请在 {wait}后再提交。",
    },
)
