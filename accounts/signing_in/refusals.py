"""Refusals of passwords, codes and their limits."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "password_same": "新密码与当前密码相同；请换一个没有用过的密码。",
        "password_weak": "密码不符合要求：{why}",
    },
    place="new_password",
)

declare(
    Ground.INVALID,
    {
        "password_wrong": "当前密码不正确；请重新输入，密码区分大小写。",
    },
    place="password",
)

declare(
    Ground.INVALID,
    {
        "sms_code_wrong": (
            "短信验证码不正确、已过期或已使用；请核对最新一条短信中的 6 位数字，或重新发送验证码。"
        ),
    },
    place="sms_code",
)

declare(
    Ground.INVALID,
    {
        "one_time_code_wrong": (
            "一次性验证码不正确、已过期或已使用过；请核对手机时间，"
            "等待应用显示下一个 6 位数字后重新输入。"
        ),
    },
)

declare(
    Ground.CONFLICT,
    {
        "factor_exists": (
            "此账号刚刚在另一处启用了一次性验证码；请重新登录，并输入那台手机上显示的验证码。"
        ),
        "factor_missing": "工作人员账号 {name} 尚未启用一次性验证码；请先登录并按提示启用。",
        "recovery_over": "账号或登记的手机号刚刚有变化，验证已失效；请返回上一步重新获取验证码。",
    },
)

declare(
    Ground.TOO_OFTEN,
    {
        "one_time_code_too_often": (
            "一次性验证码连续输入错误，已暂停验证；请在 {wait}后重试，手机遗失请联系管理人员重置。"
        ),
        "recovery_too_soon": "找回密码的操作过于频繁，每个账号{rates}；请在 {wait}后重试。",
        "sms_budget_spent": (
            "今日短信发送量已达平台上限，暂时无法发送验证码；请明天再试，或联系平台工作人员。"
        ),
        "sms_too_soon": "验证码发送过于频繁，每个手机号{rates}；请在 {wait}后重试。",
    },
)

declare(
    Ground.TOO_OFTEN,
    {
        "password_tries_spent": "当前密码输错次数过多，已暂停验证；请在 {wait}后重试。",
    },
    place="password",
)

declare(
    Ground.TOO_OFTEN,
    {
        "sms_tries_spent": (
            "短信验证码输错次数过多，已暂停验证；请在 {wait}后重新发送验证码再试。"
        ),
    },
    place="sms_code",
)

declare(
    Ground.TOO_OFTEN,
    {
        "pictures_too_often": (
            "本网络地址获取图形验证码过于频繁，每分钟最多 {times} 次；请在 {wait}后刷新页面重试。"
        ),
        "sign_in_paused": (
            "此账号在本网络地址上连续 {times} 次登录失败，已暂停登录 {minutes} 分钟；"
            "请在 {minutes} 分钟后重试，其他账号和其他地址不受影响。"
        ),
        "sign_in_paused_anywhere": (
            "此账号 24 小时内登录失败已达 {times} 次，已暂停登录；请点击【忘记密码】，"
            "用短信验证码重设密码后即可登录，或等待 24 小时后重试。"
        ),
        "staff_sign_in_paused_anywhere": (
            "此账号 24 小时内登录失败已达 {times} 次，已暂停登录；请联系管理人员重置密码，"
            "之后即可登录，或等待 24 小时后重试。"
        ),
    },
)

declare(
    Ground.INVALID,
    {
        "password_short": (
            "只有 {found} 个字符，至少应为 {least} 个；请加长，例如用几个不相关的词连成一句。"
        ),
        "password_long": "共 {found} 个字符，最多 {most} 个；请缩短。",
        "password_marks": (
            "第 {at} 个字符上叠加了 {most} 个以上的组合符号，最多 {most} 个；请删去一些。"
        ),
        "password_common": (
            "属于常见密码，容易被猜中；请换一个他人想不到的密码，例如用几个不相关的词连成一句。"
        ),
        "password_predictable": "是重复或连续的字符，容易被猜中；请打乱顺序或加入其他内容。",
        "password_own_word": "含有{what}，容易被猜中；请去掉后换成他人想不到的内容。",
    },
    place="new_password",
)
