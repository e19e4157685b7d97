"""Refusals of who may do which business."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "business_not_of_unit": (
            "{business}：该业务只面向{kinds}，而 {unit} 是{found}，不能授权；请取消勾选后再保存。"
        ),
        "business_unknown": "业务“{business}”不在可授权的业务中；请从页面列出的业务中勾选。",
        "not_a_member": "经办人 {agent} 不在 {unit} 的经办人名单中，不能授权；请先添加经办人。",
        "stand_in_ends_early": (
            "临时代办的结束时间 {ends} 应晚于开始时间 {starts} 和现在；请改选更晚的结束时间。"
        ),
        "stand_in_is_holder": (
            "{business}：经办人 {agent} 本来就拥有该业务的权限，不能代办自己的业务；"
            "请选择其他经办人。"
        ),
        "stand_in_too_late": (
            "开始时间 {starts} 太晚，应在今后 {days} 天以内；请改选更早的开始时间。"
        ),
        "stand_in_too_long": (
            "临时代办一次最多 {days} 天；请改选更早的结束时间，需要更久请使用【转授权】。"
        ),
    },
)

declare(
    Ground.CONFLICT,
    {
        "authorization_ended": (
            "{business}：经办人 {holder} 的授权已经结束，无需再取消；请刷新页面查看最新状态。"
        ),
        "business_free": "{business}：该业务目前没有授权给任何经办人；请在【权限】中直接授权。",
        "business_held": (
            "{business}：该业务已授权给经办人 {holder}，一个业务只能授权给一个经办人；"
            "请先取消该经办人的权限，再重新授权，或使用【转授权】一步完成。"
        ),
        "holder_changed": (
            "{business}：该业务刚刚已改由经办人 {holder} 办理，与页面显示的不同；请核对后重新操作。"
        ),
        "holds_already": "经办人 {agent} 已经拥有“{business}”的权限，无需重复操作。",
        "no_holder": "“{business}”还没有授权给任何经办人。应先有经办人，请用单位账号授权后再试。",
        "request_open": "您已申请过“{business}”，正在等待单位账号处理，无需重复申请。",
        "request_over": "该权限申请已处理或已撤回，不能再操作；请刷新页面查看最新情况。",
        "stand_in_over": "该临时代办已经结束，无需再次结束；请刷新页面查看最新情况。",
        "stand_in_overlaps": (
            "{business}：{starts} 至 {ends} 已由经办人 {agent} 临时代办，时间重叠；"
            "请改选其他时间，或先结束该代办。"
        ),
    },
)

declare(
    Ground.TOO_OFTEN,
    {
        "requests_too_many": (
            "权限申请过于频繁，每小时最多 {times} 次；请在 {wait}后重试，或直接联系本单位。"
        ),
    },
)

declare(
    Ground.FORBIDDEN,
    {
        "business_rests": (
            "“{business}”正由其他经办人临时代办，您的权限暂停，到期自动恢复。"
            "应由代办的经办人操作，或使用单位账号提前结束代办。"
        ),
        "no_business": (
            "没有“{business}”的权限。应由办理该业务的经办人操作，请使用单位账号添加权限，"
            "或切换其他单位办理业务。"
        ),
        "unit_not_approved": (
            "本单位尚未通过资质认证，不能办理“{business}”。应先通过资质认证，"
            "请使用单位账号上传营业执照，审核通过后再办理。"
        ),
    },
)

declare(
    Ground.FORBIDDEN,
    {
        "contact_of_unit_account": (
            "此页面供单位账号使用；经办人的手机号就是登录账号，更换手机号请由单位重新添加经办人。"
        ),
        "data_of_agents": "此页面供经办人使用；单位信息请在【单位管理】中查看。",
        "staff_not_closed": "工作人员账号由管理人员停用，不能自行注销；请联系管理人员。",
        "page_of_unit_account": (
            "此页面由单位账号管理，经办人不能打开；需要时请联系本单位管理单位账号的人员。"
        ),
        "page_of_agents": "单位账号不办理业务，此页面由经办人使用；请退出后用经办人的手机号登录。",
        "business_of_agents": (
            "单位账号不办理业务：“{business}”由经办人办理；请退出后用经办人的手机号登录。"
        ),
    },
)
