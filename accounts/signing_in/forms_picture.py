"""The two fields of the picture code (图形验证码), under django-simple-captcha's usual names."""

from django import forms

from accounts.core.forms import typed_field
from accounts.signing_in.pictures import KEY_LENGTH, TYPED_LENGTH

WRONG_CODE = "图形验证码不正确或已过期；请按新图片重新输入，不区分大小写。"


class PictureForm(forms.Form):
    """The key of the picture and what was read in it. `pictures.redeem` judges the two."""

    captcha_0 = forms.CharField(
        max_length=KEY_LENGTH,
        widget=forms.HiddenInput,
        error_messages={"required": WRONG_CODE, "max_length": WRONG_CODE},
    )
    captcha_1 = typed_field(
        "图形验证码",
        TYPED_LENGTH,
        required="请输入图形验证码。",
        too_long=WRONG_CODE,
        placeholder="请输入验证码",
        autocomplete="off",
        autocapitalize="off",
        spellcheck="false",
    )
