"""Refusals of files, sheets, uploads and rows."""

from portal.lib.refused import Ground, declare
from tracing.uploads.workbook.formats import TAKEN

_RESAVE = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传"

declare(
    Ground.INVALID,
    {
        "empty_file": (
            "文件是空的（0 字节）。应为填好的导入模板，请检查文件是否保存成功，再重新上传。"
        ),
        "too_large": "文件大小为 {size}，超过上限 {limit}。请把数据拆成几个文件，分别上传。",
        "wrong_type": (
            f"文件实际是{{found}}。应为填好的导入模板（{TAKEN}），请选择正确的文件重新上传。"
        ),
        "is_html": (f"文件实际是网页（HTML），只是扩展名像表格。应为 {TAKEN} 文件，{_RESAVE}。"),
        "is_xml": f"文件实际是 XML 文本。应为 {TAKEN} 文件，{_RESAVE}。",
        "is_zip": (
            f"文件是压缩包，里面没有工作簿的内容。应为 {TAKEN} 文件，请先解压，再上传其中的文件。"
        ),
        "is_xlsb": f"文件是二进制工作簿（.xlsb）。应为 {TAKEN} 文件，{_RESAVE}。",
        "old_xls": (
            "文件是 Excel 95 或更早版本的工作簿。应为 .xlsx 或 Excel 97 以后的 .xls 格式，"
            f"{_RESAVE}。"
        ),
        "password_protected": (
            "文件设有打开密码，无法读取。应为没有密码的工作簿，请打开文件，"
            "在“文件－信息－保护工作簿”中取消密码，保存后重新上传。"
        ),
        "macros": f"工作簿里含有宏（VBA）。应为不含宏的工作簿，{_RESAVE}。",
        "external_links": (
            "工作簿里有指向其他工作簿的链接。应为不依赖其他文件的工作簿，"
            "请在“数据－编辑链接”中断开链接，或把公式复制并选择性粘贴为值，保存后重新上传。"
        ),
        "damaged": (
            f"文件已损坏或不是规范的 Excel 工作簿（{{why}}）。应为能正常打开的工作簿，{_RESAVE}。"
        ),
        "zip_entries": (
            "工作簿内部有 {found} 个部件，超过上限 {limit} 个。应为普通的数据表，"
            "请删除图片、图表等内容，或把数据复制到导入模板后重新上传。"
        ),
        "zip_names": (
            "工作簿内部的部件名称不正常（{name}），为安全起见没有读取。"
            "应为 Excel 或 WPS 保存的工作簿，"
            f"{_RESAVE}。"
        ),
        "zip_ratio": (
            "工作簿内部的部件“{part}”压缩比达到 {ratio}，超过上限 {limit}，"
            "为安全起见没有读取。应为普通的数据表，请把数据复制到新的导入模板后重新上传。"
        ),
        "unpacked_too_large": (
            "工作簿解压后有 {size} MB，超过上限 {limit} MB。应为普通的数据表，"
            "请删除数据以外的内容和大片带格式的空白单元格，或拆成几个文件分别上传。"
        ),
        "xml_declarations": (
            "工作簿的部件“{part}”含有 DTD 或实体声明，为安全起见没有读取。"
            "应为 Excel 或 WPS 保存的工作簿，"
            f"{_RESAVE}。"
        ),
        "too_complex": (
            "读取文件所需的内存超过上限。应为普通的数据表，请把数据复制到新的导入模板，"
            "只保留需要导入的行和列，或拆成几个文件分别上传。"
        ),
        "too_slow": (
            "读取文件超过了 {seconds} 秒。应为普通的数据表，"
            "请把数据复制到新的导入模板后重新上传；如仍出现，请拆成几个文件分别上传。"
        ),
    },
    place="file",
)

declare(
    Ground.INVALID,
    {
        "far_cell": (
            "工作表“{sheet}”的单元格 {cell} 有内容，离数据区太远。"
            "数据应连续填写在标题行下方，请在名称框输入 {cell} 找到该单元格，"
            "删除第 {row} 行或 {column} 列中多余的内容，保存后重新上传。"
        ),
        "too_many_rows": (
            "工作表“{sheet}”有 {rows} 行数据，超过一次上传的上限 {limit} 行。"
            "请拆成几个文件分别上传。"
        ),
        "cell_unreadable": (
            "工作表“{sheet}”的单元格 {cell} 内容“{content}”无法读取。应为文字、数字或日期，"
            "请改正或清空该单元格，保存后重新上传。"
        ),
        "cell_repeated": (
            "工作表“{sheet}”的单元格 {cell} 在文件里有两个内容，无法分辨以哪一个为准。"
            "应只有一个，请用 Excel 或 WPS 打开，核对该单元格后保存并重新上传。"
        ),
        "sheet_hidden": (
            "工作表“{sheet}”被隐藏，没有读取。应为可见的工作表，请在工作表标签上点右键，"
            "选择“取消隐藏”，核对内容后保存并重新上传。"
        ),
        "several_sheets": (
            "有几张工作表都带有所需的列标题：{sheets}。应只有一张，请删除不需要的工作表，"
            "或把要导入的那张改名为“{title}”，保存后重新上传。"
        ),
        "no_headings": (
            "没有找到列标题（已查看的工作表：{sheets}）。前 20 行内应有一行包含：{headings}。"
            "请下载最新的导入模板，把数据填入后上传。"
        ),
        "headings_missing": (
            "工作表“{sheet}”第 {row} 行的列标题缺少必填列：{missing}；"
            "不认识的列标题：{unknown}。请按导入模板补上或改正列标题，保存后重新上传。"
        ),
        "headings_repeated": (
            "工作表“{sheet}”的列标题重复：{repeated}。每一列应只出现一次，请删除多余的列，"
            "保存后重新上传。"
        ),
        "no_rows": (
            "工作表“{sheet}”只有列标题（第 {row} 行），下面没有数据。应至少有一行数据，"
            "请填写后重新上传。"
        ),
        "record_mismatch": (
            "文件是“{found}”的模板。此处应上传“{wanted}”，请到对应的页面上传，"
            "或下载正确的导入模板。"
        ),
        "other_template": (
            "工作表“{sheet}”按列标题是《{found}》的模板，而选择的导入模板是《{wanted}》。"
            "应选择与文件相同的导入模板，请改选后重新上传这个文件；"
            "确要上传《{wanted}》的，请下载它的导入模板，填写后上传。"
        ),
        "layout_version": (
            "文件是用另一版本的模板填写的。应使用现行模板，请重新下载导入模板或错误报告，"
            "把数据填入后上传。"
        ),
        "original_row_missing": (
            "这是错误报告，但没有“原行号”列。应保留该列，请重新下载错误报告，改正后直接上传，"
            "不要删除“原行号”列。"
        ),
    },
    place="sheet",
)

# Rows from elsewhere are counted by their position in the array, from 1.
declare(
    Ground.INVALID,
    {
        "rows_not_array": (
            "收到的不是数组，而是{found}。应为由行组成的数组，每行一个对象，请改正后重新提交。"
        ),
        "rows_empty": "数组里没有数据。应至少有一行有内容，请填写后重新提交。",
        "rows_too_many": ("数组的行数超过一次提交的上限 {limit} 行，没有接收。请拆成几次提交。"),
        "row_not_json": (
            "第 {row} 行不是 JSON，无法读取。应为一个完整的 JSON 对象，请改正后重新提交。"
        ),
        "row_not_object": (
            "第 {row} 行不是对象，而是{found}。应为以列标识为名称、以内容为值的对象，"
            "请改正后重新提交。"
        ),
        "column_unknown": (
            "第 {row} 行有不认识的列“{column}”。应只有这些列：{columns}。"
            "请改正或去掉该列后重新提交。"
        ),
        "column_repeated": (
            "第 {row} 行的列“{column}”出现了两次，无法分辨以哪一个为准。应只出现一次，"
            "请去掉多余的一个后重新提交。"
        ),
        "columns_missing": ("所有的行都没有必填的列：{columns}。应补上这些列，请改正后重新提交。"),
        "cell_not_plain": (
            "第 {row} 行的列“{column}”是{found}。应为文字、数字、true、false 或 null，"
            "请改正后重新提交。"
        ),
        "rows_unreadable": (
            "已保存的数组无法读取（{why}）。应与提交时一致，请重新提交；如仍出现，请联系管理员。"
        ),
    },
    place="rows",
)

declare(
    Ground.BUSY,
    {
        "check_too_slow": (
            "数据库校验这些行时，有一步超过了 {seconds} 秒，重新统计后再试仍然如此，已停止。"
            "文件没有入库，应在服务器较空闲时重新上传，或拆成几个文件分别上传；如仍出现，"
            "请联系管理员。"
        ),
        "file_missing": (
            "服务器上没有找到这次上传的文件，没有读取，也没有导入任何数据。"
            "文件应保存在服务器的数据目录中，请重新上传同一文件；如仍出现，"
            "请联系管理员检查数据目录。"
        ),
        "gave_up": (
            "处理多次中断（{attempts} 次），已停止。文件没有入库，请重新上传；如仍出现，"
            "请联系管理员。"
        ),
        "store_gave_up": (
            "入库多次中断（{attempts} 次），已停止。数据没有入库，请再次点击【确认】；"
            "如仍出现，请联系管理员。"
        ),
        "store_too_slow": (
            "入库时有一步超过了 {seconds} 秒，重新统计后再试仍然如此，已停止。数据没有入库，"
            "校验结果仍然保留，请稍后再次点击【确认】；如仍出现，请联系管理员。"
        ),
    },
    place="submission",
)

declare(
    Ground.NO_ROOM,
    {
        "not_kept": (
            "服务器没有空间或无法写入，文件没有保存，也没有导入任何数据。应有足够的空间，"
            "请稍后重新上传同一文件；仍不成功时请联系管理员。"
        ),
    },
)

declare(
    Ground.CONFLICT,
    {
        "batch_has_codes": (
            "批次“{batch}”下还有 {codes} 个追溯码，不能删除。应先删除这些追溯码，再删除药品信息。"
        ),
        "item_has_codes": (
            "医用耗材“{item}”下还有 {codes} 个追溯码，不能删除。应先删除这些追溯码，"
            "再删除单件信息。"
        ),
        "not_staged": (
            "这次上传现在是“{state}”，不能执行此操作。应为校验完成、尚未入库的上传，"
            "请刷新页面查看。"
        ),
        "nothing_to_confirm": (
            "没有可入库的数据：所有行都未通过校验。请下载错误报告，改正后重新上传。"
        ),
    },
)

declare(
    Ground.TOO_OFTEN,
    {
        "uploads_too_many": (
            "您一小时内已上传 {times} 次，达到上限。请在 {wait}后再上传，"
            "或把数据合并到较少的文件中。"
        ),
    },
)
