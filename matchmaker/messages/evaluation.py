"""The year's end: scores, their faults, the command, its workbook."""

from __future__ import annotations

__all__ = ["TEXTS"]

_FORMS: dict[str, tuple[str, str]] = {
    "form.evaluation_part": (
        "一个项目写且只写一种：rating、orders、score_of、points、visits、column、adjust、deduct",
        "a part has exactly one of rating, orders, score_of, points, visits, column, adjust, deduct",
    ),
    "form.evaluation_weight": (
        "计分项目要有 weight，加分（adjust）和扣分（deduct）没有",
        "parts have a weight; adjust and deduct have none",
    ),
    "form.evaluation_stage": (
        "stage 只与 orders、score_of、points 一起写",
        "stage goes with orders, score_of and points only",
    ),
    "form.evaluation_where": (
        "项目中的 where 只与 points 一起写",
        "where inside a part goes with points only",
    ),
    "form.evaluation_no_weight": ("至少要有一个带权重的项目", "at least one part needs a weight"),
    "form.evaluation_quality": (
        "质量重于数量：评价、评单、联系对象得分的权重合计（{quality}）须大于积分、走访的权重合计（{counts}）",
        "quality above count: ratings, orders and score_of together ({quality}) must weigh more than points and visits ({counts})",
    ),
    "form.evaluation_grades": ("两个等次的起分相同", "two grades begin at the same score"),
    "form.evaluation_excellent": (
        "写了 excellent_at_most，就要有两个以上等次",
        "excellent_at_most needs two grades or more",
    ),
}

_FAULTS: dict[str, tuple[str, str]] = {
    "scheme.repeated_evaluation": (
        "考核标识重复，前一处在第 {first} 行",
        "two evaluations have this id, the first in line {first}",
    ),
    "scheme.repeated_evaluation.expected": ("每项考核用不同标识", "an id of its own for each evaluation"),
    "scheme.repeated_evaluation.remedy": ("请改名或删除其中一项", "rename or remove one of them"),
    "scheme.repeated_part": (
        "项目标识重复，前一处在第 {first} 行",
        "two parts have this id, the first in line {first}",
    ),
    "scheme.repeated_part.expected": (
        "同一考核中每个项目用不同标识",
        "an id of its own for each part of an evaluation",
    ),
    "scheme.repeated_part.remedy": ("请改名或删除其中一个", "rename or remove one of them"),
    "scheme.not_scored": ("“{found}”不是可以考核的表", "“{found}” is no table whose rows can be scored"),
    "scheme.not_scored.expected": ("其中之一：{near}", "one of: {near}"),
    "scheme.not_scored.remedy": ("改正 rows", "correct rows"),
    "scheme.scored_twice": (
        "“{found}”的全部行已由第 {first} 行的考核计分",
        "all rows of “{found}” are scored by the evaluation of line {first} already",
    ),
    "scheme.scored_twice.expected": ("一行一年一个得分", "one score a row and year"),
    "scheme.scored_twice.remedy": (
        "用 where 把两项考核的对象分开，或合为一项",
        "tell their rows apart with where, or make them one",
    ),
    "scheme.unknown_score": ("前面没有“{found}”这项考核", "there is no evaluation “{found}” before this one"),
    "scheme.unknown_score.expected": ("前面的考核：{near}", "an earlier one: {near}"),
    "scheme.unknown_score.remedy": ("改正 score_of", "correct score_of"),
    "scheme.score_later": (
        "“{found}”不在这项考核之前：得分不能依赖自己或后面的得分",
        "“{found}” does not come before this evaluation: no score rests on itself or on a later one",
    ),
    "scheme.score_later.expected": ("前面的考核：{near}", "an earlier one: {near}"),
    "scheme.score_later.remedy": ("把它移到前面，或改正 score_of", "move it up, or correct score_of"),
    "scheme.rating_of_others": ("“{found}”评的不是 {rows}", "“{found}” does not rate rows of {rows}"),
    "scheme.rating_of_others.expected": ("评 {rows} 的：{near}", "ratings of {rows}: {near}"),
    "scheme.rating_of_others.remedy": (
        "改正 rating；下级的得分可用 score_of 计入",
        "correct rating; scores of rows below come in by score_of",
    ),
    "demo.records": ("records 与 --plan 要一起给出", "records and --plan go together"),
    "demo.records.expected": (
        "matchmaker demo records 文件夹 --plan 方案",
        "matchmaker demo records DIR --plan PLAN",
    ),
    "demo.records.remedy": ("补上 --plan，或把名称改为 records", "add --plan, or make the name records"),
    "evaluation.no_table": ("没有要考核的数据表“{found}”", "there is no table “{found}” to be scored"),
    "evaluation.no_table.expected": ("数据中的一张表", "a table of the data"),
    "evaluation.no_table.remedy": ("补上这张表，或删去这项考核", "add the table, or remove the evaluation"),
    "evaluation.no_path": ("{found} 与 {table} 没有所属关系", "nothing connects {found} with {table}"),
    "evaluation.no_path.expected": ("上下级，或由环节结对", "rows above or below, or paired by a stage"),
    "evaluation.no_path.remedy": ("写明或改正 stage", "give or correct stage"),
    "evaluation.not_decided": ("方案没有环节“{found}”的结果", "the plan has no result of stage “{found}”"),
    "evaluation.not_decided.expected": ("方案中已排定的环节", "a stage that the plan has decided"),
    "evaluation.not_decided.remedy": (
        "用全部环节的方案，或改正 stage",
        "use a plan of all stages, or correct stage",
    ),
    "evaluation.beyond": ("{id} 的“{part}”不在 0 至 100 之间", "“{part}” of {id} is beyond 0 to 100"),
    "evaluation.beyond.expected": ("0 至 100", "0 to 100"),
    "evaluation.beyond.remedy": (
        "改正数据；不是百分制的换算后再填",
        "correct the data; convert other scales first",
    ),
    "evaluation.twice": (
        "有 {count} 行同时属于考核“{first}”",
        "{count} rows belong to the evaluation “{first}” too",
    ),
    "evaluation.twice.expected": ("一行一年一个得分", "one score a row and year"),
    "evaluation.twice.remedy": ("用 where 把两项考核的对象分开", "tell their rows apart with where"),
    "evaluation.own_column": (
        "{table} 已有“{found}”列，考核评分表又填了这一项",
        "{table} has a column “{found}” of its own, and the assessment sheet fills it in too",
    ),
    "evaluation.own_column.expected": ("只在一处", "it in one place only"),
    "evaluation.own_column.remedy": (
        "改列名，或清空考核评分表中的这一列",
        "rename the column, or empty it in the assessment sheet",
    ),
    "evaluation.no_records": ("没有可用的记录表", "there is no sheet of records"),
    "evaluation.no_records.expected": ("其中至少一张：{names}", "one at least of: {names}"),
    "evaluation.no_records.remedy": (
        "改正 --records，或按表名命名工作表",
        "correct --records, or name the sheets after the tables",
    ),
    "evaluation.no_formula": (
        "方案“{found}”没有写怎样考核",
        "the scheme of plan “{found}” does not say how to evaluate",
    ),
    "evaluation.no_formula.expected": ("方案中有 evaluations", "evaluations in the scheme"),
    "evaluation.no_formula.remedy": (
        "在方案中补上 evaluations（见 docs/evaluation.md）后重新排定",
        "add evaluations to the scheme (docs/evaluation.md) and solve again",
    ),
    "evaluation.year": ("{found} 不是方案的年度 {year}", "{found} is not the plan's year, {year}"),
    "evaluation.year.expected": ("{year}", "{year}"),
    "evaluation.year.remedy": (
        "换用那一年的方案，或去掉 --year",
        "name the plan of that year, or leave --year out",
    ),
    "evaluation.none": ("不是考核文件夹", "not the folder of an evaluation"),
    "evaluation.none.expected": ("含 evaluation.json 的文件夹", "a folder with evaluation.json"),
    "evaluation.none.remedy": (
        "给出 evaluate --out 写出的文件夹",
        "name the folder that evaluate --out wrote",
    ),
    "evaluation.damaged": (
        "考核文件夹已损坏，或由别的版本写出",
        "the evaluation's folder is damaged, or of another version",
    ),
    "evaluation.damaged.expected": ("evaluate 写出的原样", "it as evaluate wrote it"),
    "evaluation.damaged.remedy": ("重新运行 matchmaker evaluate", "run matchmaker evaluate again"),
    "evaluation.other_plan": (
        "考核的不是所给的方案（{found}）",
        "the evaluation is of another plan ({found})",
    ),
    "evaluation.other_plan.expected": ("对所给方案之一的考核", "one of a plan that is named"),
    "evaluation.other_plan.remedy": (
        "改正 --evaluated，或重新运行 matchmaker evaluate",
        "correct --evaluated, or run matchmaker evaluate again",
    ),
    "scores.own_column": (
        "{table} 的“{found}”列与考核结果表（scores）不一致",
        "column “{found}” of {table} does not say what the scores table says",
    ),
    "scores.own_column.expected": ("只有一处，或两处一致", "one of both, or both alike"),
    "scores.own_column.remedy": (
        "删去这一列，由考核结果表生成",
        "remove the column: it is made of the scores table",
    ),
    "evaluation.folder_in_use": ("文件夹已有内容", "the folder holds something already"),
    "evaluation.folder_in_use.expected": ("空文件夹或不存在的文件夹", "an empty or new folder"),
    "evaluation.folder_in_use.remedy": ("换一个 --out", "choose another --out"),
}

_NOTES: dict[str, tuple[str, str]] = {
    "tables.warning.other_year": (
        "{count} 条不是 {year} 年度的记录，不计",
        "{count} records of other years than {year} do not count",
    ),
    "tables.warning.no_record": (
        "不是年度记录，{count} 行未使用",
        "no record of a year: its {count} rows are not used",
    ),
}

_COMMAND: dict[str, tuple[str, str]] = {
    "demo.evaluate": (
        "下一步：matchmaker evaluate {plan} --records {folder} -o 考核文件夹",
        "Next: matchmaker evaluate {plan} --records {folder} -o FOLDER",
    ),
    "evaluate.written": (
        "{year} 年度考核已写入 {folder}；汇总见 {sheet}，得分见 data/scores.csv。",
        "The evaluation of {year} is in {folder}; the summary is {sheet}, the scores data/scores.csv.",
    ),
    "evaluate.entry": (
        "  {name}：{rows} 个，有得分 {scored} 个，平均 {mean}；{grades}",
        "  {name}: {rows} rows, {scored} scored, mean {mean}; {grades}",
    ),
    "evaluate.lowered": (
        "  {name}：{count} 个因“{grade}”比例上限降一等次",
        "  {name}: {count} one grade lower because of the limit on “{grade}”",
    ),
    "evaluate.next": (
        "下一步：matchmaker rotate {plan} --evaluated {folder} -o 下一年文件夹",
        "Next: matchmaker rotate {plan} --evaluated {folder} -o FOLDER",
    ),
}

_SHEETS: dict[str, tuple[str, str]] = {
    "evaluation.title": ("{scheme}{year} 年度考核", "{scheme}: evaluation of {year}"),
    "evaluation.summary": ("{name}汇总表", "{name}: summary"),
    "evaluation.sheet.members_rated": ("党员双向评价表", "Members rated by both sides"),
    "evaluation.sheet.both_ways": ("单位社区互评表", "Agencies and communities"),
    "evaluation.sheet.points": ("积分达标表", "Points"),
    "evaluation.sheet.visits": ("{detail}走访情况表", "Visits: {detail}"),
    "evaluation.sheet.orders": ("群众评单表", "Orders rated by residents"),
    "evaluation.sheet.formula": ("考核办法说明表", "Formula"),
    "evaluation.head.mean": ("加权得分", "Weighted mean"),
    "evaluation.head.correction": ("加减分", "Added or taken off"),
    "evaluation.head.score": ("总分", "Score"),
    "evaluation.head.grade": ("等次", "Grade"),
    "evaluation.head.rank": ("名次", "Rank"),
    "evaluation.head.remark": ("备注", "Remark"),
    "evaluation.head.points": ("累计积分", "Points in all"),
    "evaluation.head.enough": ("是否达标（≥{wanted}）", "Enough (≥ {wanted})"),
    "evaluation.head.lacking": ("还差", "Lacking"),
    "evaluation.head.entries": ("活动次数", "Activities"),
    "evaluation.head.hours": ("时长（小时）", "Hours"),
    "evaluation.head.difference": ("相差", "Difference"),
    "evaluation.head.hint": ("提示", "Hint"),
    "evaluation.head.visits": ("全年走访", "Visits"),
    "evaluation.head.short": ("未达期数", "Periods short"),
    "evaluation.head.content": ("内容", "Content"),
    "evaluation.head.rating": ("群众评分（1–5）", "Rating (1–5)"),
    "evaluation.head.entry": ("考核", "Score"),
    "evaluation.head.part": ("项目", "Part"),
    "evaluation.head.sort": ("性质", "Sort"),
    "evaluation.head.weight": ("权重", "Weight"),
    "evaluation.head.basis": ("怎样计算", "How it is worked out"),
    "evaluation.count.rating": ("评价人数", "Raters"),
    "evaluation.count.orders": ("评单数", "Orders"),
    "evaluation.count.score_of": ("对象数", "Scores"),
    "evaluation.count.points": ("党员数", "Members"),
    "evaluation.count.points_member": ("活动次数", "Activities"),
    "evaluation.count.visits": ("结对数", "Pairs"),
    "evaluation.rating.branch_member": ("支部评党员", "Branch rates member"),
    "evaluation.rating.community_member": ("社区评党员", "Community rates member"),
    "evaluation.rating.resident": ("群众评价", "Residents rate"),
    "evaluation.rating.community_agency": ("社区评单位", "Community rates agency"),
    "evaluation.rating.agency_community": ("单位评社区", "Agency rates community"),
    "evaluation.period.month": ("{number}月", "Month {number}"),
    "evaluation.period.quarter": ("第{number}季度", "Quarter {number}"),
    "evaluation.period.half_year": ("第{number}个半年", "Half-year {number}"),
    "evaluation.period.year": ("第{number}年", "Year {number}"),
    "evaluation.due.month": ("每月至少走访 {at_least} 次", "at least {at_least} visits a month"),
    "evaluation.due.quarter": ("每季度至少走访 {at_least} 次", "at least {at_least} visits a quarter"),
    "evaluation.due.half_year": ("每半年至少走访 {at_least} 次", "at least {at_least} visits each half-year"),
    "evaluation.due.year": ("全年至少走访 {at_least} 次", "at least {at_least} visits a year"),
    "evaluation.enough": ("达标", "yes"),
    "evaluation.not_enough": ("未达标", "no"),
    "evaluation.apart": ("两方评价差距大", "far apart"),
    "evaluation.lowered": ("因比例上限降一等次", "one grade lower: limit reached"),
    "evaluation.no_data": ("无数据：{parts}", "no data: {parts}"),
    "evaluation.no_quality": ("只有数量指标", "counts only"),
    "evaluation.note.missing": (
        "无数据的项目不计，其权重由其余项目按比例分担；全部项目都无数据的，不计分、不定等次。",
        "Parts without data are left out and their weight falls to the others; without any data there is no score and no grade.",
    ),
    "evaluation.note.apart": (
        "两方评价相差超过 {limit} 分的，标注“两方评价差距大”。",
        "Marked where the two sides differ by more than {limit} points.",
    ),
    "evaluation.note.sum": (
        "总分＝各项目得分的加权平均，再加上加分、减去扣分，保留两位小数；无数据的项目不计，其权重由其余项目按比例分担。",
        "Score: the weighted mean of the parts, plus what is added and less what is taken off, to two decimals; parts without data are left out.",
    ),
    "evaluation.note.quality": (
        "质量重于数量：评价、评单、联系对象得分的权重合计大于积分、走访的权重合计；总分相同的，按质量项目排名。",
        "Quality above count: ratings, orders and scores of others weigh more than points and visits; equal scores rank by quality.",
    ),
    "evaluation.sort.quality": ("质量", "quality"),
    "evaluation.sort.count": ("数量", "count"),
    "evaluation.sort.other": ("考核评分", "assessment"),
    "evaluation.sort.correction": ("加减分", "correction"),
    "evaluation.words.rating": (
        "{kind}的平均分，每个评价方只计一次",
        "mean of “{kind}”, each rater counting once",
    ),
    "evaluation.words.orders": (
        "群众评单的平均分，1 至 5 分折算为 0 至 100 分{way}",
        "mean of residents' ratings of orders, 1 to 5 read as 0 to 100{way}",
    ),
    "evaluation.words.score_of": (
        "联系对象“{name}”的平均分{way}",
        "mean of “{name}” of what it is answerable for{way}",
    ),
    "evaluation.words.points": (
        "党员：积分 ÷ {points}，至多 100 分；其他：积分不少于 {points} 的党员所占比例",
        "a member: points over {points}, 100 at most; others: share of members with {points} points",
    ),
    "evaluation.words.visits": (
        "“{stage}”各结对、各期中达到走访次数的比例（{due}）",
        "share of pairs of “{stage}” and periods with enough visits ({due})",
    ),
    "evaluation.words.column": ("“{column}”的数值（0 至 100）", "the value of “{column}” (0 to 100)"),
    "evaluation.words.adjust": ("加上“{column}”", "“{column}” is added"),
    "evaluation.words.deduct": ("减去“{column}”", "“{column}” is taken off"),
    "evaluation.words.by": ("（按“{stage}”的结对）", " (by way of “{stage}”)"),
    "evaluation.words.grade": ("{grade}≥{least}", "{grade} ≥ {least}"),
    "evaluation.words.grades": ("{name}的等次：{grades}。", "Grades of {name}: {grades}."),
    "evaluation.words.at_most": (
        "“{grade}”不超过有得分的 {share}，超出的依次降一等次。",
        " “{grade}” for at most {share} of those scored; the others get the next grade.",
    ),
}

_EXPECTED = ("", "")
_REMEDY = ("请对照 docs/evaluation.md 改正", "correct it after docs/evaluation.md")

TEXTS: dict[str, tuple[str, str]] = {
    **_FORMS,
    **{f"{key}.expected": _EXPECTED for key in _FORMS},
    **{f"{key}.remedy": _REMEDY for key in _FORMS},
    **_FAULTS,
    **_NOTES,
    **_COMMAND,
    **_SHEETS,
}
