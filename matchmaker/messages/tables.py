"""Texts of tables: the faults of files, headers, cells and references; notes and warnings.

A fault has three texts: what is wrong, what is expected, what to do. A note has one; it
may use ``{count}``.
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # Files
    "tables.not_found": ("没有这个文件或文件夹", "there is no such file or folder"),
    "tables.not_found.expected": (
        "存放各表 CSV 文件的文件夹，或一个 Excel 工作簿",
        "a folder of CSV tables, or one Excel workbook",
    ),
    "tables.not_found.remedy": ("请核对路径", "check the path"),
    "tables.unreadable": ("文件打不开", "the file cannot be opened"),
    "tables.unreadable.expected": ("", ""),
    "tables.unreadable.remedy": (
        "如果正在 Excel 或 WPS 中打开，请先关闭；并确认有读取权限",
        "close it in Excel or WPS, and make sure that it may be read",
    ),
    "tables.empty_file": ("文件是空的，没有表头", "the file is empty, it has no header"),
    "tables.empty_file.expected": ("表头和至少一行数据", "a header and at least one row"),
    "tables.empty_file.remedy": (
        "请重新导出；确实没有数据的表可以删除该文件",
        "export it again; a table without data may simply be left out",
    ),
    "tables.html": ("文件实际上是网页，不是表格", "the file is in truth a web page, not a sheet"),
    "tables.html.expected": ("xlsx、xls 或 CSV", "xlsx, xls or CSV"),
    "tables.html.remedy": (
        "请用 Excel 或 WPS 打开后另存为 xlsx",
        "open it in Excel or WPS and save it as xlsx",
    ),
    "tables.password": ("文件有密码保护", "the file is protected by a password"),
    "tables.password.expected": ("", ""),
    "tables.password.remedy": ("请去掉打开密码后另存", "save it again without the password"),
    "tables.damaged_file": ("文件已损坏或不完整", "the file is damaged or incomplete"),
    "tables.damaged_file.expected": ("", ""),
    "tables.damaged_file.remedy": (
        "请重新复制或下载；能打开的话，打开后另存为 xlsx",
        "copy or download it again; if it still opens, save it as xlsx",
    ),
    "tables.unsupported_workbook": (
        "不是 xlsx、xlsm 或 xls 工作簿",
        "this is no xlsx, xlsm or xls workbook",
    ),
    "tables.unsupported_workbook.expected": ("xlsx、xls 或 CSV", "xlsx, xls or CSV"),
    "tables.unsupported_workbook.remedy": ("请另存为 xlsx", "save it as xlsx"),
    "tables.zip_bomb": (
        "文件展开后有 {found} 兆字节，超过 200 兆",
        "expanded, the file has {found} MB, more than 200",
    ),
    "tables.zip_bomb.expected": ("展开后不超过 200 兆字节", "at most 200 MB when expanded"),
    "tables.zip_bomb.remedy": (
        "请删去图片和用不到的工作表，或改用 CSV",
        "remove pictures and unused sheets, or use CSV",
    ),
    "tables.doctype": (
        "工作簿内含有 DOCTYPE 或实体定义，可能不安全",
        "the workbook holds a DOCTYPE or entities, which may be unsafe",
    ),
    "tables.doctype.expected": ("", ""),
    "tables.doctype.remedy": (
        "请把内容复制到新建的工作簿中",
        "copy the contents into a new workbook",
    ),
    "tables.far_cell": (
        "表格之外很远处还有内容，或表格超过 300 列",
        "there is a cell far outside the table, or the table has over 300 columns",
    ),
    "tables.far_cell.expected": ("不超过 300 列，数据连成一片", "at most 300 columns, data in one block"),
    "tables.far_cell.remedy": (
        "请删除该处单元格，以及数据右侧、下方的全部空列空行，再保存",
        "delete that cell, and all columns and rows to the right of and below the data, then save",
    ),
    "tables.too_many_rows": ("超过 1,000,000 行", "there are more than 1,000,000 rows"),
    "tables.too_many_rows.expected": ("不超过 1,000,000 行", "at most 1,000,000 rows"),
    "tables.too_many_rows.remedy": (
        "请删除数据下方的空行，或分开处理",
        "delete the empty rows below the data, or split the data",
    ),
    "tables.undecodable": (
        "从第 {offset} 字节（第 {line} 行）起不是有效文字",
        "from byte {offset} (line {line}) on this is no valid text",
    ),
    "tables.undecodable.expected": ("UTF-8、UTF-16 或 GB18030 编码", "UTF-8, UTF-16 or GB18030"),
    "tables.undecodable.remedy": (
        "请检查该行，或用 Excel 另存为“CSV UTF-8”",
        "look at that line, or save the sheet as “CSV UTF-8”",
    ),
    "tables.bad_quotes": ("第 {line} 行附近双引号不配对", "near line {line} the double quotes do not match"),
    "tables.bad_quotes.expected": (
        "双引号成对出现，内容中的双引号写两遍",
        "quotes in pairs; a quote inside a cell is written twice",
    ),
    "tables.bad_quotes.remedy": ("请更正该处的双引号", "mend the quotes there"),
    # Tables and headers
    "tables.no_table": ("没有找到任何一张表", "there is no table in it"),
    "tables.no_table.expected": (
        "以表名命名的工作表或 CSV 文件：{names}",
        "sheets or CSV files named: {names}",
    ),
    "tables.no_table.remedy": (
        "请按表名给工作表或文件命名",
        "name the sheets or files after their tables",
    ),
    "tables.table_twice": ("同一张表出现两次，另一处是 {other}", "the table is there twice, also in {other}"),
    "tables.table_twice.expected": ("每张表一份", "each table once"),
    "tables.table_twice.remedy": ("请合并，或移走其中一份", "merge them, or take one away"),
    "tables.no_header": ("“{table}”找不到表头", "no header was found for {table}"),
    "tables.no_header.expected": (
        "前 12 行内有一行表头，含：{headers}",
        "a header in the first 12 rows with: {headers}",
    ),
    "tables.no_header.remedy": (
        "请补上表头，列名用中文或英文编号都可以",
        "add the header, with Chinese names or English ids",
    ),
    "tables.duplicate_header": ("列名重复，前一处在 {first}", "the header is there twice, first at {first}"),
    "tables.duplicate_header.expected": ("每个列名出现一次", "each header once"),
    "tables.duplicate_header.remedy": ("请删除或改名其中一列", "remove or rename one of the columns"),
    "tables.missing_header": (
        "缺少必填列“{header}”({column})",
        "the required column {column} ({header}) is missing",
    ),
    "tables.missing_header.expected": ("“{header}”或 {column}", "{column} or {header}"),
    "tables.missing_header.remedy": ("请增加这一列", "add the column"),
    "tables.near_header": (
        "缺少必填列“{header}”({column})，此处列名可能写错",
        "the required column {column} ({header}) is missing; this header may be a slip",
    ),
    "tables.near_header.expected": ("“{header}”或 {column}", "{column} or {header}"),
    "tables.near_header.remedy": ("请把列名改为“{header}”", "rename it to {column} ({header})"),
    # Cells
    "tables.missing_value": ("“{header}”({column})没有填写", "{column} ({header}) is empty"),
    "tables.missing_value.expected": ("必填", "a value"),
    "tables.missing_value.remedy": ("请补填", "fill it in"),
    "tables.bad_number": ("“{header}”({column})不是数字", "{column} ({header}) is no number"),
    "tables.bad_number.expected": ("数字", "a number"),
    "tables.bad_number.remedy": ("请只填数字，说明写到备注", "write only the number; remarks go to the note"),
    "tables.bad_integer": ("“{header}”({column})不是整数", "{column} ({header}) is no whole number"),
    "tables.bad_integer.expected": ("整数", "a whole number"),
    "tables.bad_integer.remedy": ("请改为整数", "make it a whole number"),
    "tables.too_small": ("“{header}”({column})过小", "{column} ({header}) is too small"),
    "tables.too_small.expected": ("不小于 {minimum}", "at least {minimum}"),
    "tables.too_small.remedy": ("请更正", "correct it"),
    "tables.too_large": ("“{header}”({column})过大", "{column} ({header}) is too large"),
    "tables.too_large.expected": ("不大于 {maximum}", "at most {maximum}"),
    "tables.too_large.remedy": ("请更正", "correct it"),
    "tables.bad_flag": ("“{header}”({column})看不出是或否", "{column} ({header}) is neither yes nor no"),
    "tables.bad_flag.expected": ("是 或 否", "true or false (是 or 否)"),
    "tables.bad_flag.remedy": ("请填“是”或“否”", "write true or false"),
    "tables.bad_date": ("“{header}”({column})不是日期", "{column} ({header}) is no date"),
    "tables.bad_date.expected": ("如 2026-01-02 或 2026年1月2日", "such as 2026-01-02 or 2026年1月2日"),
    "tables.bad_date.remedy": (
        "请改为完整日期；没有期限的请留空",
        "write a full date; leave it empty if there is none",
    ),
    "tables.unknown_code": ("“{header}”({column})不在规定的类别中", "{column} ({header}) is not in the list"),
    "tables.unknown_code.expected": ("{options}", "{options}"),
    "tables.unknown_code.remedy": (
        "请选用列出的类别，或在代码表中增加",
        "take one of the list, or add it to the codes table",
    ),
    "tables.id_as_number": (
        "编码被当作数字保存，末尾几位已经丢失",
        "the id was stored as a number and has lost its last digits",
    ),
    "tables.id_as_number.expected": ("文本格式的编码", "an id stored as text"),
    "tables.id_as_number.remedy": (
        "请把该列设为“文本”格式，再从原始资料重新填写",
        "set the column to the format “Text” and enter it again from the original",
    ),
    "tables.id_as_date": ("编码被当作日期保存", "the id was stored as a date"),
    "tables.id_as_date.expected": ("文本格式的编码", "an id stored as text"),
    "tables.id_as_date.remedy": (
        "请把该列设为“文本”格式后重新填写",
        "set the column to the format “Text” and enter it again",
    ),
    "tables.error_cell": ("公式出错", "the formula has an error"),
    "tables.error_cell.expected": ("填好的值", "a value"),
    "tables.error_cell.remedy": ("请更正公式，或直接填写数值", "mend the formula, or write the value"),
    "tables.formula_without_value": ("公式没有计算结果", "the formula was never calculated"),
    "tables.formula_without_value.expected": ("填好的值", "a value"),
    "tables.formula_without_value.remedy": (
        "请用 Excel 或 WPS 打开并保存一次，或改为数值",
        "open and save it once in Excel or WPS, or write the value",
    ),
    "tables.merged_cells": ("数据区有合并单元格", "there are merged cells among the data"),
    "tables.merged_cells.expected": ("每行各填各的", "every row filled in by itself"),
    "tables.merged_cells.remedy": (
        "请取消合并：各行都适用的逐行填上，只属于第一行的其余留空",
        "unmerge: repeat the value in every row it holds for, or leave the others empty",
    ),
    "tables.total_row": ("数据中间有合计行", "there is a total row among the data"),
    "tables.total_row.expected": ("每行一条记录", "one record per row"),
    "tables.total_row.remedy": (
        "是合计就删除该行或移到表尾，是记录就补上编码和名称",
        "if it is a total, delete it or move it to the end; if it is a record, give it its id and name",
    ),
    "tables.none_of": ("{headers} 一项都没有填", "none of {columns} is given"),
    "tables.none_of.expected": ("至少填一项：{headers}", "at least one of {columns}"),
    "tables.none_of.remedy": ("请补填提供方", "say who provides it"),
    # Keys and references
    "tables.duplicate_key": (
        "“{header}”({column})重复，前一处在 {first}",
        "{column} ({header}) is there twice, first at {first}",
    ),
    "tables.duplicate_key.expected": ("不重复", "each only once"),
    "tables.duplicate_key.remedy": (
        "同一条记录请删除一行，不同记录请改用不同编码",
        "delete one row if both are the same record, else give them different ids",
    ),
    "tables.lost_zeros": ("编码开头的 0 可能丢失", "the id may have lost its leading zeros"),
    "tables.lost_zeros.expected": ("{near}", "{near}"),
    "tables.lost_zeros.remedy": (
        "如是同一编码，请把该列设为“文本”格式并改为 {near}；如确是另一编码，请补足位数或补上该记录",
        "if it is the same id, set the column to “Text” and write {near}; if not, give it as many digits "
        "or add its record",
    ),
    "tables.ambiguous_name": (
        "“{header}”({column})的名称对应多条记录：{ids}",
        "the name in {column} ({header}) stands for several rows: {ids}",
    ),
    "tables.ambiguous_name.expected": ("{table}中的编码", "an id of {table}"),
    "tables.ambiguous_name.remedy": ("请改填编码", "write the id instead of the name"),
    "tables.variant_character": (
        "“{header}”({column})与“{near}”只差异体字",
        "{column} ({header}) differs from {near} only in variant characters",
    ),
    "tables.variant_character.expected": ("{table}中的编码或名称", "an id or a name of {table}"),
    "tables.variant_character.remedy": (
        "如是同一个，请改为“{near}”或改填编码；如不是，请在{table}中补上",
        "if it is the same, write {near} or its id; if not, add it to {table}",
    ),
    "tables.orphan": (
        "“{header}”({column})在{table}中找不到",
        "{column} ({header}) is not in {table}",
    ),
    "tables.orphan.expected": ("{table}中的编码或唯一名称", "an id or a unique name of {table}"),
    "tables.orphan.remedy": ("请更正，或在{table}中补上", "correct it, or add it to {table}"),
    "tables.orphan_near": (
        "“{header}”({column})在{table}中找不到",
        "{column} ({header}) is not in {table}",
    ),
    "tables.orphan_near.expected": ("{table}中的编码或唯一名称", "an id or a unique name of {table}"),
    "tables.orphan_near.remedy": (
        "请更正（相近的有：{near}），或在{table}中补上",
        "correct it (close to it: {near}), or add it to {table}",
    ),
    # Notes: what was tidied up
    "tables.note.encoding": ("按 {encoding} 编码读取", "read as {encoding}"),
    "tables.note.wrong_extension": (
        "扩展名与内容不符，按 {content} 读取",
        "read as {content}, whatever the extension says",
    ),
    "tables.note.other_table": ("“{name}”不是表名，未读取", "“{name}” is no table and was not read"),
    "tables.note.empty_sheet": ("工作表为空，已略过", "the sheet is empty and was passed over"),
    "tables.note.total_row": ("略过末尾合计行 {count} 行", "total rows at the end left out: {count}"),
    "tables.note.footer": ("略过表尾说明 {count} 行", "footer lines left out: {count}"),
    "tables.note.full_width": (
        "全角数字、字母改为半角 {count} 处",
        "full-width digits and letters made half-width: {count}",
    ),
    "tables.note.odd_spaces": (
        "去除特殊空格和不可见字符 {count} 处",
        "special spaces and invisible characters removed: {count}",
    ),
    "tables.note.apostrophe": ("去除编码前的单引号 {count} 处", "apostrophes before ids removed: {count}"),
    "tables.note.decimal_id": (
        "编码、电话去掉末尾“.0” {count} 处",
        "“.0” removed from ids and phone numbers: {count}",
    ),
    "tables.note.empty_mark": (
        "“无”“—”“/”等按空白处理 {count} 处",
        "无, —, / and the like read as empty: {count}",
    ),
    "tables.note.unit": ("去除数字后的单位 {count} 处", "words of measure after numbers removed: {count}"),
    "tables.note.thousands": ("去除千分位逗号 {count} 处", "thousands separators removed: {count}"),
    "tables.note.date_format": ("日期统一为年-月-日 {count} 处", "dates brought to YYYY-MM-DD: {count}"),
    "tables.note.date_serial": (
        "Excel 日期序号换算为日期 {count} 处",
        "date serials turned into dates: {count}",
    ),
    "tables.note.table_absent": (
        "没有提供{table}，“{header}”({column})未核对 {count} 处",
        "{table} is not in the data, so {column} ({header}) was not checked: {count}",
    ),
    # Warnings: what deserves a look
    "tables.warning.near_table": (
        "“{name}”未读取，是否应为“{near}”",
        "“{name}” was not read; is it meant to be {near}?",
    ),
    "tables.warning.near_header": (
        "“{header}”按附加列保留，是否应为“{near}”",
        "“{header}” was kept as a further column; is it meant to be {near}?",
    ),
    "tables.warning.no_header_text": (
        "该列没有列名，{count} 个单元格未读取",
        "the column has no header; cells not read: {count}",
    ),
    "tables.warning.no_rows": ("“{table}”只有表头，没有数据", "{table} has a header but no rows"),
    "tables.warning.hidden_sheet": ("工作表是隐藏的，已照常读取", "the sheet is hidden; it was read"),
    "tables.warning.hidden_rows": (
        "有 {count} 行隐藏（或被筛选），已照常读取",
        "hidden or filtered rows, all read: {count}",
    ),
    "tables.warning.external_links": (
        "工作簿引用了其他文件，按保存时的数值读取",
        "the workbook refers to other files; values as last saved were read",
    ),
    "tables.warning.open_elsewhere": (
        "文件可能正被打开，读取的是最后保存的内容",
        "the file seems to be open; what was last saved has been read",
    ),
    "tables.warning.unresolved": (
        "“{header}”({column})有 {count} 处不在{table}中，按原文保留",
        "{column} ({header}) kept as written where it is not in {table}: {count}",
    ),
}
