"""What is typed about a webhook."""

from django import forms

from accounts.core.forms import typed_field
from accounts.keys.models_webhooks import NAME_LENGTH, Event
from portal.lib.outside import URL_LENGTH


class WebhookForm(forms.Form):
    """A webhook, new or changed. Whether its address may be sent to is judged by the action."""

    name = typed_field(
        "名称",
        NAME_LENGTH,
        required="请填写名称，例如“进销存系统”。",
        too_long="名称有 %(show_value)d 个字，最多 %(limit_value)d 个；请缩短。",
        placeholder="例如：进销存系统",
    )
    url = typed_field(
        "接收地址",
        URL_LENGTH,
        required="请填写接收地址，以 https:// 开头。",
        too_long="接收地址有 %(show_value)d 个字符，最多 %(limit_value)d 个；请缩短。",
        help_text="公网可以访问的 https 地址，以 POST 接收；不能是内网地址，不跟随跳转。",
        inputmode="url",
        placeholder="https://",
    )
    events = forms.MultipleChoiceField(
        label="通知事件",
        choices=Event.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少选择一种事件。",
            "invalid_choice": "没有“%(value)s”这种事件；请在列出的事件中选择。",
        },
    )
