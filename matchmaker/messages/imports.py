"""Hand-made sheets of pairs: what is wrong with them, what they break, what they score."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "import.not_found": ("没有这个文件或文件夹", "there is no such file or folder"),
    "import.not_found.expected": ("结对表（xlsx 或 csv），或若干 csv 的文件夹", "a sheet of pairs (xlsx or csv), or a folder of csv files"),
    "import.not_found.remedy": ("核对路径", "check the path"),
    "import.no_stage": (
        "没有一张表属于方案的环节",
        "no sheet is of any of the plan's stages",
    ),
    "import.no_stage.expected": ("表名或“环节”列为：{stages}", "a sheet's name, or a column “stage”, that says: {stages}"),
    "import.no_stage.remedy": (
        "把工作表（或 CSV 文件）命名为环节名称，或加“环节”列",
        "name the sheet (or CSV file) after the stage, or add a column “stage”",
    ),
    "import.two_sheets": ("“{found}”有两张表，另一张是 {other}", "two sheets are of “{found}”; the other is {other}"),
    "import.two_sheets.expected": ("每个环节一张表", "one sheet a stage"),
    "import.two_sheets.remedy": ("合为一张表", "put them into one sheet"),
    "import.no_header": (
        "“{stage}”的表找不到双方的表头",
        "the sheet of “{stage}” has no row of heads that names both sides",
    ),
    "import.no_header.expected": (
        "前 12 行内有一行表头，写明 {heads}（编码或名称）",
        "a row among the first 12 whose heads are {heads} (ids or names), or source_id and target_id",
    ),
    "import.no_header.remedy": ("补上表头", "add the heads"),
    "import.half_pair": ("这一行只写了一方，缺 {missing}", "the row names one side only; {missing} is missing"),
    "import.half_pair.expected": ("双方都有", "both sides"),
    "import.half_pair.remedy": ("补上，或删去这一行", "fill it in, or delete the row"),
    "import.unknown_stage": ("方案没有环节“{found}”", "the plan has no stage “{found}”"),
    "import.unknown_stage.expected": ("其中之一：{stages}", "one of: {stages}"),
    "import.unknown_stage.remedy": ("改正环节", "correct the stage"),
    "import.unknown": ("{table} 中没有“{found}”", "{table} has no “{found}”"),
    "import.unknown.expected": (
        "编码或唯一的名称；相近的有：{near}",
        "an id or a name that only one bears; close ones: {near}",
    ),
    "import.unknown.remedy": (
        "改正名称；确为新增的，先加入数据再求解",
        "correct the name; add it to the data first if it is new",
    ),
    "import.ambiguous": ("{table} 中叫“{found}”的不止一个", "several rows of {table} are called “{found}”"),
    "import.ambiguous.expected": ("其中之一：{ids}", "one of: {ids}"),
    "import.ambiguous.remedy": (
        "写编码，或加一列写明所属（支部、单位、社区等）",
        "write the id, or add a column with what it belongs to (branch, agency, community)",
    ),
    "import.twice": ("{found} 已在 {other} 写过", "{found} stands at {other} already"),
    "import.twice.expected": ("每对只写一次", "every pair once"),
    "import.twice.remedy": ("删去一行", "delete one of the rows"),
    "import.between": (
        "表中没有“{found}”：{resting} 以它为前提，而它又取决于表中的 {above}",
        "the sheet lacks “{found}”: {resting} rests on it, and it on {above}, which the sheet has",
    ),
    "import.between.expected": ("“{found}”的表", "a sheet of “{found}”"),
    "import.between.remedy": (
        "补上“{found}”的表，或去掉 {resting}",
        "add “{found}”, or leave out {resting}",
    ),
    "import.lacks": (
        "“{resting}”以“{found}”为前提，表中和所依据的方案中都没有",
        "“{resting}” rests on “{found}”, which neither the sheet nor the plan has",
    ),
    "import.lacks.expected": ("“{found}”的表", "a sheet of “{found}”"),
    "import.lacks.remedy": ("补上“{found}”的表", "add “{found}”"),
    "import.first_is_sheet": (
        "第一个须是方案文件夹：手工表按它的规则和数据来评",
        "the first must be a plan's folder: sheets are judged by its rules and data",
    ),
    "import.first_is_sheet.expected": ("方案文件夹", "a plan's folder"),
    "import.first_is_sheet.remedy": (
        "把方案文件夹放在前面",
        "name the plan's folder first",
    ),
    "import.note.second_sheet": (
        "“{stage}”已有同名的表，这一张未读取",
        "a sheet called just “{stage}” is read; this one is not",
    ),
    "import.note.left_out": ("略过合计行和表尾 {count} 行", "totals and footers left out: {count}"),
    "import.note.older_years": (
        "只取 {year} 年度，其他年度 {count} 行未读取",
        "of {year} only; rows of other years left out: {count}",
    ),
    # the answer
    "import.read": (
        "“{name}”：{pairs} 对结对，按“{plan}”（{year} 年度）的规则和数据评定",
        "“{name}”: {pairs} pairs, judged by the rules and data of “{plan}” ({year})",
    ),
    "import.stage": ("{stage}：{pairs} 对", "{stage}: {pairs} pairs"),
    "import.taken": ("取自“{plan}”：{stages}", "as in “{plan}”: {stages}"),
    "import.keeps": ("没有违反硬性规则", "no hard rule is broken"),
    "import.breaks": ("违反硬性规则 {count} 处：", "hard rules are broken in {count} places:"),
    "import.broken_rule": ("  {stage} {rule}：{count} 处，如 {examples}", "  {stage} {rule}: {count}, such as {examples}"),
    "import.broken": ("{who}（实际 {found}，要求 {required}）", "{who} ({found}, required {required})"),
    "import.not_candidate": ("{who}（不是可选的结对）", "{who} (no possible pair)"),
    "import.candidates": ("不在可选范围的结对", "pairs that are no candidates"),
    "import.sources": ("来源的对数", "partners of each source"),
    "import.targets": ("对象的对数", "partners of each target"),
    "import.pins": ("指定与回避表", "the pins sheet"),
    "import.level": (
        "{stage} 第 {level} 级目标：{value}；“{plan}”为 {other}",
        "{stage}, level {level}: {value}; “{plan}” has {other}",
    ),
    "import.written": (
        "已存为方案 {folder}（标明手工排定，不声称最优）。",
        "Saved as the plan {folder} (said to be made by hand; not claimed to be the best).",
    ),
    "import.next": (
        "下一步：matchmaker compare {plan} {sheet}",
        "Next: matchmaker compare {plan} {sheet}",
    ),
}
