"""How faults are put together, and the faults of solving and of plans."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "fault.found": ("发现：{found}", "found: {found}"),
    "fault.expected": ("应为：{expected}", "expected: {expected}"),
    "fault.remedy": ("处理：{remedy}", "remedy: {remedy}"),
    "place.sheet": ("“{sheet}”表", "sheet “{sheet}”"),
    "place.cell": ("{cell} 单元格", "cell {cell}"),
    "place.line": ("第 {line} 行", "line {line}"),
    "column.unknown": ("{table} 中没有“{found}”列", "{table} has no column “{found}”"),
    "column.unknown.expected": ("其中之一：{near}", "one of: {near}"),
    "column.unknown.remedy": (
        "改正规则中的列名，或在表中补上这一列",
        "correct the name in the rule, or add the column to the table",
    ),
    "column.no_path": (
        "{found} 不在 {table} 之下，无法汇总",
        "{found} does not lie below {table}, so it cannot be counted",
    ),
    "column.no_path.expected": ("{table} 的下级表", "a table below {table}"),
    "column.no_path.remedy": (
        "改用下级表，或补上所属关系列",
        "name a table below it, or add the column of the parent",
    ),
    "column.not_numbers": (
        "{table} 的“{column}”列不全是数字",
        "column “{column}” of {table} does not hold numbers only",
    ),
    "column.not_numbers.expected": ("数字", "numbers"),
    "column.not_numbers.remedy": (
        "改正该列，或在规则中改用数字列",
        "correct the column, or use a column of numbers in the rule",
    ),
    "number.too_large": (
        "{what} 中有过大的数，不能准确计算",
        "{what} holds a number that is too large to be counted exactly",
    ),
    "number.too_large.expected": ("绝对值不超过 {largest}", "numbers from -{largest} to {largest}"),
    "number.too_large.remedy": (
        "改正该数，或换用较大的单位（如万元）",
        "correct it, or count in a larger unit",
    ),
    "problem.no_table": (
        "{stage} 需要的数据表“{found}”没有数据",
        "table “{found}”, which {stage} needs, has no rows",
    ),
    "problem.no_table.expected": ("至少一行数据", "at least one row"),
    "problem.no_table.remedy": (
        "补上这张表，或改正方案中的 from / to",
        "add the table, or correct from / to in the scheme",
    ),
    "problem.no_path": (
        "“{found}”与“{other}”之间没有上下级关系",
        "no chain of parents connects “{found}” and “{other}”",
    ),
    "problem.no_path.expected": ("同一棵层级树中的两张表", "two tables of one tree"),
    "problem.no_path.remedy": ("改正该环节的 within", "correct the stage's within"),
    "grouping.no_stage": (
        "没有环节“{found}”的结果可供分组",
        "there is no result of a stage “{found}” to group by",
    ),
    "grouping.no_stage.expected": ("前面环节的标识", "the id of an earlier stage"),
    "grouping.no_stage.remedy": ("改正 by 中的环节", "correct the stage in by"),
    "grouping.no_path": (
        "“{found}”与环节“{stage}”的两侧都没有所属关系",
        "“{found}” lies below neither side of stage “{stage}”",
    ),
    "grouping.no_path.expected": (
        "该环节来源或对象的下级（或其本身）",
        "rows below its sources or its targets, or these themselves",
    ),
    "grouping.no_path.remedy": ("改用别的环节分组，或按列分组", "group by another stage, or by a column"),
    "grouping.several": (
        "“{found}”在环节“{stage}”中有多个结对，不能据此分组",
        "“{found}” has several partners in stage “{stage}”, so it belongs to no single group",
    ),
    "grouping.several.expected": ("每个至多一个", "at most one each"),
    "grouping.several.remedy": (
        "改用每行至多结对一个的环节",
        "group by a stage in which each has at most one",
    ),
    "given.both": ("--stage 与 --given 须一并给出", "--stage and --given go together"),
    "given.both.expected": ("两项都有，或都没有", "both or neither"),
    "given.both.remedy": (
        "补上另一项，如 --stage 环节 --given 方案文件夹",
        "add the other one: --stage ID --given PLAN",
    ),
    "given.unknown_stage": ("本方案没有环节“{found}”", "the scheme has no stage “{found}”"),
    "given.unknown_stage.expected": ("其中之一：{stages}", "one of: {stages}"),
    "given.unknown_stage.remedy": ("改正环节标识", "correct the id of the stage"),
    "given.lacks": (
        "“{stage}”要以环节“{found}”为前提，所给方案中没有",
        "“{stage}” rests on stage “{found}”, which the given plan lacks",
    ),
    "given.lacks.expected": ("含有这些环节的方案", "a plan that has these stages"),
    "given.lacks.remedy": (
        "换一个方案，或不用 --stage 整体求解",
        "give another plan, or solve all stages without --stage",
    ),
    "given.breaks": (
        "所给方案的“{stage}”在本情景中违反规则（{count} 处）：{found}",
        "the given plan's “{stage}” breaks rules of this scenario ({count}): {found}",
    ),
    "given.breaks.expected": ("在本情景中仍然成立的结对", "pairs that hold in this scenario"),
    "given.breaks.remedy": ("从该环节起重新求解", "solve that stage anew"),
    "list.no_table": (
        "名单“{list}”需要的数据表“{found}”不存在",
        "table “{found}”, which list “{list}” needs, is not there",
    ),
    "list.no_lookup": (
        "没有可供查找（lookup）的数据表“{found}”",
        "there is no table “{found}” to look in (lookup)",
    ),
    "list.no_lookup.expected": ("数据中的一张表，或一个环节", "a table of the data, or a stage"),
    "list.no_lookup.remedy": ("补上这张表，或改正 lookup", "add the table, or correct lookup"),
    "list.no_table.expected": ("数据中的一张表，或一个环节", "a table of the data, or a stage"),
    "list.no_table.remedy": ("补上这张表，或改正名单", "add the table, or correct the list"),
    "list.unknown": ("本方案没有名单“{found}”", "the scheme has no list “{found}”"),
    "list.unknown.expected": ("其中之一：{lists}", "one of: {lists}"),
    "list.unknown.remedy": ("改正 --list", "correct --list"),
    "solver.large_row": (
        "一条约束的系数过大，求解器不能保证正确",
        "a row's coefficients are too large for the solver to be trusted",
    ),
    "solver.large_row.expected": ("系数绝对值之和小于 {limit}", "sum of absolute coefficients below {limit}"),
    "solver.large_row.remedy": ("减小权重或数值的位数", "use smaller weights or fewer digits"),
    "solve.infeasible": ("{stage} 没有可行方案（已证明）", "{stage}: proven that no plan exists"),
    "solve.infeasible.expected": (
        "来源 {sources} 与对象 {targets} 能同时满足全部硬性规则（{rules}）、名额和指定",
        "sources {sources} and targets {targets} can meet all hard rules ({rules}), numbers and pins together",
    ),
    "solve.infeasible.remedy": (
        "放宽涉及它们的规则、名额或指定后重新求解",
        "relax rules, numbers or pins that concern them and solve again",
    ),
    "solve.forbidden.source": (
        "{stage} 中规则 {rules} 排除了这些来源的对象，剩下的不够",
        "{stage}: rules {rules} forbid so many targets of these sources that too few are left",
    ),
    "solve.forbidden.source.expected": (
        "每个来源剩下的对象不少于其下限",
        "at least as many targets left as the source must have partners",
    ),
    "solve.forbidden.source.remedy": (
        "核对这些来源的数据，放宽规则，或降低来源的下限",
        "look at the data of these sources, relax the rules, or lower the sources' minima",
    ),
    "solve.forbidden.target": (
        "{stage} 中规则 {rules} 排除了这些对象的来源，剩下的不够",
        "{stage}: rules {rules} forbid so many sources of these targets that too few are left",
    ),
    "solve.forbidden.target.expected": (
        "每个对象剩下的来源不少于其下限",
        "at least as many sources left as the target must have partners",
    ),
    "solve.forbidden.target.remedy": (
        "核对这些对象的数据，放宽规则，或降低对象的下限",
        "look at the data of these targets, relax the rules, or lower the targets' minima",
    ),
    "solve.no_plan_given": (
        "{stage} 在前面环节（{earlier}）已定的结果之上没有可行方案；前面环节若另行安排，也许可行",
        "{stage}: no plan exists on top of what was decided before ({earlier}); had that been decided otherwise, there might be one",
    ),
    "solve.no_plan_given.expected": (
        "前面环节的结果使本环节能满足全部硬性规则",
        "results of earlier stages with which this one can meet all hard rules",
    ),
    "solve.no_plan_given.remedy": (
        "放宽本环节的规则或名额，或用规则、指定改变前面环节的结果后重新求解；延长时间没有作用",
        "relax rules or numbers of this stage, or change earlier results by rules or pins; more time does not help",
    ),
    "solve.no_candidates.source": (
        "{stage} 中这些来源没有足够的可选对象",
        "{stage}: these sources have too few candidates",
    ),
    "solve.no_candidates.source.expected": (
        "每个来源的可选对象不少于其下限",
        "at least as many candidates as the source must have partners",
    ),
    "solve.no_candidates.source.remedy": (
        "检查上级环节、参加条件和所属关系",
        "look at earlier stages, conditions and parents",
    ),
    "solve.no_candidates.target": (
        "{stage} 中这些对象没有足够的可选来源",
        "{stage}: these targets have too few candidates",
    ),
    "solve.no_candidates.target.expected": (
        "每个对象的可选来源不少于其下限",
        "at least as many candidates as the target must have partners",
    ),
    "solve.no_candidates.target.remedy": (
        "检查上级环节、参加条件和所属关系",
        "look at earlier stages, conditions and parents",
    ),
    "solve.too_little_capacity": (
        "{stage} 的来源总容量不够，差 {short}",
        "{stage}: the sources' total capacity is {short} too small",
    ),
    "solve.too_little_capacity.expected": ("至少 {needed}", "at least {needed}"),
    "solve.too_little_capacity.remedy": (
        "提高来源的上限，或降低对象的下限",
        "raise the sources' maxima or lower the targets' minima",
    ),
    "solve.too_few_places": (
        "{stage} 的对象总名额不够，差 {short}",
        "{stage}: the targets' total places are {short} too few",
    ),
    "solve.too_few_places.expected": ("至少 {needed}", "at least {needed}"),
    "solve.too_few_places.remedy": (
        "提高对象的上限，或减少来源",
        "raise the targets' maxima or take fewer sources",
    ),
    "solve.crossed_bounds": (
        "{stage} 中这些行的下限大于上限",
        "{stage}: these rows have a minimum above their maximum",
    ),
    "solve.crossed_bounds.expected": ("下限不大于上限", "a minimum not above the maximum"),
    "solve.crossed_bounds.remedy": ("改正表中的上下限", "correct the bounds in the table"),
    "rule.unknown_id": (
        "规则指定的编码在 {table} 中不存在",
        "the rule names an id that {table} does not have",
    ),
    "rule.unknown_id.expected": ("{table} 中已有的编码", "an id of {table}"),
    "rule.unknown_id.remedy": (
        "改正规则中的编码，或在表中补上这一行",
        "correct the id in the rule, or add the row to the table",
    ),
    "rule.unknown_pair": (
        "规则指定的编码不会是环节 {table} 的结对",
        "the rule names an id that no pair of stage {table} can have",
    ),
    "rule.unknown_pair.expected": ("该环节的“来源编码+对象编码”", "“source id+target id” of that stage"),
    "rule.unknown_pair.remedy": ("改正规则中的编码", "correct the id in the rule"),
    "solve.contradiction": (
        "{stage} 中规则 {one} 要求、规则 {other} 又禁止同一对",
        "{stage}: rule {one} demands and rule {other} forbids the same pair",
    ),
    "solve.contradiction.expected": ("两条规则不冲突", "rules that do not contradict"),
    "solve.contradiction.remedy": ("取消其中一条", "withdraw one of them"),
    "solve.pin_left_out": (
        "{stage}：{rule} 指定了 {found}，但“{id}”不参加本环节（{table} 的这一行不符合 where 的条件）",
        "{stage}: {rule} pins {found}, but “{id}” of {table} takes no part: it does not fit the conditions of where",
    ),
    "solve.pin_left_out.expected": ("参加本环节的来源和对象", "a source and a target that take part"),
    "solve.pin_left_out.remedy": (
        "取消这一指定，或改正条件、改正这一行",
        "withdraw the pin, or correct the conditions or the row",
    ),
    "solve.pin_not_there": (
        "{stage}：{rule} 指定了 {found}，但 {table} 中没有“{id}”（前面环节没有定出这一对）",
        "{stage}: {rule} pins {found}, but {table} has no “{id}”: the earlier stage has decided otherwise",
    ),
    "solve.pin_not_there.expected": ("前面环节已定的结对", "a pair that the earlier stage has decided"),
    "solve.pin_not_there.remedy": (
        "在前面的环节也指定这一对，或取消这一指定",
        "pin that pair in the earlier stage too, or withdraw the pin",
    ),
    "solve.pin_no_candidate": (
        "{stage}：{rule} 指定的 {found} 不在可选之列：不在 within（{within}）的结果之内，或不符合 where.pair 的条件",
        "{stage}: {found}, which {rule} pins, is no candidate: outside the results of within ({within}), or against the conditions of where.pair",
    ),
    "solve.pin_no_candidate.expected": ("可选的一对", "a candidate pair"),
    "solve.pin_no_candidate.remedy": (
        "取消这一指定，改变前面环节的结果，或改正条件",
        "withdraw the pin, change what earlier stages decide, or correct the conditions",
    ),
    "solve.pin_above": (
        "{stage}：后面环节 {later} 的指定要求本环节有 {found}，而这一对不可选",
        "{stage}: a pin of the later stage {later} needs {found} here, which is no candidate",
    ),
    "solve.pin_above.expected": (
        "指定双方的上级之间可以结对",
        "pins whose rows lie below rows that may be paired",
    ),
    "solve.pin_above.remedy": (
        "取消后面环节的指定，或改正所属关系、条件",
        "withdraw that pin, or correct parents or conditions",
    ),
    "solve.nothing_to_keep": (
        "{stage}：{rule} 要求“{found}”保持原有结对，但上年没有",
        "{stage}: {rule} asks “{found}” to keep last year's pair, but there is none",
    ),
    "solve.nothing_to_keep.expected": (
        "上年结对过的来源，或写明对象",
        "a source that was paired last year, or the target by its id",
    ),
    "solve.nothing_to_keep.remedy": (
        "写明对象，补上往年结对，或取消保持",
        "name the target, add last year's pair, or withdraw the row",
    ),
    "solve.pins_clash": (
        "{stage} 中指定的结对与规则 {rules} 不能同时成立",
        "{stage}: pinned pairs and rules {rules} cannot hold together",
    ),
    "solve.pins_clash.expected": ("规则允许的指定", "pins that the rules allow"),
    "solve.pins_clash.remedy": (
        "取消其中一个指定，或放宽规则",
        "withdraw one of the pins, or relax the rules",
    ),
    "solve.too_many_pins": (
        "{stage} 中 {id} 的指定超过其上限 {most}",
        "{stage}: {id} has more pins than its maximum {most}",
    ),
    "solve.too_many_pins.expected": ("不超过 {most} 个", "at most {most}"),
    "solve.too_many_pins.remedy": ("减少指定，或提高上限", "withdraw pins or raise the maximum"),
    "solve.no_plan": (
        "{stage} 在限制内未得到方案（未证明无解）",
        "{stage}: no plan within the limits (none is proven not to exist)",
    ),
    "solve.no_plan.expected": ("在时间或工作量限制内得到方案", "a plan within the limits of time and work"),
    "solve.no_plan.remedy": (
        "增大 limits.seconds，或放宽规则后重新求解；已完成的部分会继续使用",
        "raise limits.seconds or relax rules and solve again; finished parts are kept",
    ),
    "solve.no_plan_by_work": (
        "{stage} 在工作量限度内没有找到方案（也未证明无解）；不是时间不够，延长 limits.seconds 没有作用",
        "{stage}: the search found no plan within its limit of work (none is proven not to exist); time was not short, more limits.seconds does not help",
    ),
    "solve.no_plan_by_work.expected": (
        "能较快找到满足全部硬性规则（{rules}）的方案",
        "a plan that meets all hard rules ({rules}) and is found by the search",
    ),
    "solve.no_plan_by_work.remedy": (
        "把其中一条（如 together、名额）写入 objective，允许不足；或放宽规则和名额，或从已有方案接着算（--warm）",
        "name one of them in the objective, so that it may fall short; or relax rules and numbers, or begin with an earlier plan (--warm)",
    ),
    "plan.folder_in_use": ("输出文件夹里有别的内容", "the output folder holds something else"),
    "plan.folder_in_use.expected": (
        "空文件夹、不存在的文件夹，或原有的方案",
        "an empty or new folder, or an earlier plan",
    ),
    "plan.folder_in_use.remedy": ("换一个 --out", "choose another --out"),
    "plan.not_a_plan": ("不是方案文件夹", "not a plan folder"),
    "plan.not_a_plan.expected": ("含 plan.json 的文件夹", "a folder with plan.json"),
    "plan.not_a_plan.remedy": ("给出 solve --out 写出的文件夹", "name the folder that solve --out wrote"),
    "plan.damaged": ("方案文件损坏", "the plan's file is damaged"),
    "plan.damaged.expected": ("完整的 JSON", "complete JSON"),
    "plan.damaged.remedy": ("重新求解，或从备份恢复", "solve again or restore a backup"),
    "plan.format": ("方案的格式版本 {found} 未知", "format {found} of the plan is unknown"),
    "plan.format.expected": ("1 至 {current}", "1 to {current}"),
    "plan.format.remedy": (
        "若由更新的程序写出，请更新本程序；否则从备份恢复",
        "if a newer program wrote it, update this one; else restore a backup",
    ),
    "plan.locked": ("另一个运行正在写这个方案", "another run is writing this plan"),
    "plan.locked.expected": ("同一输出文件夹同时只有一个运行", "one run at a time for one output folder"),
    "plan.locked.remedy": ("等它结束；若确已中断，删除 {lock}", "wait for it; if it has died, delete {lock}"),
    "rotate.same_year": ("有两个 {found} 年度的方案", "there are two plans of {found}"),
    "rotate.same_year.expected": ("每个年度一个方案", "one plan a year"),
    "rotate.same_year.remedy": ("只给出已公布的那个", "name only the one that was published"),
    "rotate.not_later": (
        "{found} 年度不晚于最近方案的 {last} 年度",
        "{found} is not later than the last plan's {last}",
    ),
    "rotate.not_later.expected": ("更晚的年度", "a later year"),
    "rotate.not_later.remedy": ("改正 --year", "correct --year"),
    "rotate.folder_in_use": ("文件夹已有内容", "the folder holds something already"),
    "rotate.folder_in_use.expected": ("空文件夹或不存在的文件夹", "an empty or new folder"),
    "rotate.folder_in_use.remedy": ("换一个 --out", "choose another --out"),
    "publish.already": (
        "方案已公布（{found}，签发：{signed_off}）",
        "the plan is published already ({found}, signed off by {signed_off})",
    ),
    "publish.already.expected": ("尚未公布的方案", "a plan that is not published"),
    "publish.already.remedy": (
        "要更正的，另求一个方案，公布时用 --parent 指明原方案",
        "to correct it, solve another plan and publish it with --parent",
    ),
    "publish.none": ("方案未公布", "the plan is not published"),
    "publish.none.expected": ("含 publication.json 的方案文件夹", "a plan's folder with publication.json"),
    "publish.none.remedy": ("先公布它，或不写 --parent", "publish it first, or leave out --parent"),
    "publish.nobody": ("没有写明由谁签发", "nobody has signed off"),
    "publish.nobody.expected": ("至少一个签发单位或职务", "a body or post at least"),
    "publish.nobody.remedy": ("用 --signed-off 写明", "name it by --signed-off"),
    "publish.date": ("“{found}”不是日期", "“{found}” is no date"),
    "publish.date.expected": ("年-月-日，如 2027-01-20", "a date such as 2027-01-20"),
    "publish.date.remedy": ("改写日期", "write the date so"),
    "publish.damaged": ("公布记录损坏", "the record of publication is damaged"),
    "publish.damaged.expected": ("完整的公布记录", "a complete record"),
    "publish.damaged.remedy": ("从备份恢复", "restore a backup"),
    "publish.format": (
        "公布记录的格式版本 {found} 未知",
        "format {found} of the record of publication is unknown",
    ),
    "publish.format.expected": ("1 至 {current}", "1 to {current}"),
    "publish.format.remedy": (
        "若由更新的程序写出，请更新本程序；否则从备份恢复",
        "if a newer program wrote it, update this one; else restore a backup",
    ),
    "publish.changed": ("方案在公布之后被改动", "the plan was changed after it was published"),
    "publish.changed.expected": ("校验和 {recorded}", "checksum {recorded}"),
    "publish.changed.remedy": ("从备份恢复公布时的文件", "restore the files as published"),
    "publish.later_parent": (
        "所接续的方案是 {parent} 年度的，晚于本方案的 {year} 年度",
        "the parent is of {parent}, later than this plan's {year}",
    ),
    "publish.later_parent.expected": ("同年度或更早年度的方案", "a plan of the same year or before"),
    "publish.later_parent.remedy": ("改正 --parent", "correct --parent"),
    "verify.checksum": ("文件内容与方案记录的校验和不一致", "the file differs from the checksum in the plan"),
    "verify.checksum.expected": ("{expected}…", "{expected}…"),
    "verify.checksum.remedy": (
        "重新求解；若文件被改动过，请恢复原文件",
        "solve again; if a file was edited, restore it",
    ),
    "verify.rule": ("方案违反规则：{pair}", "the plan breaks the rule: {pair}"),
    "verify.rule.expected": ("{required}", "{required}"),
    "verify.rule.remedy": (
        "重新求解；若文件被改动过，请恢复原文件",
        "solve again; if a file was edited, restore it",
    ),
    "verify.levels": ("目标层级数不一致", "another number of levels"),
    "verify.levels.expected": ("{expected}", "{expected}"),
    "verify.levels.remedy": (
        "重新求解；若文件被改动过，请恢复原文件",
        "solve again; if a file was edited, restore it",
    ),
    "verify.level_value": (
        "目标值与重新计算的结果不一致",
        "the level's value differs from what is recomputed",
    ),
    "verify.level_value.expected": ("{expected}", "{expected}"),
    "verify.level_value.remedy": (
        "重新求解；若文件被改动过，请恢复原文件",
        "solve again; if a file was edited, restore it",
    ),
    "verify.bound": ("上界不成立", "the bound does not hold"),
    "verify.bound.expected": ("由保存的对偶值算出的上界", "the bound that the stored duals prove"),
    "verify.bound.remedy": (
        "重新求解；若文件被改动过，请恢复原文件",
        "solve again; if a file was edited, restore it",
    ),
    "verify.record": ("方案记录与重新计算的结果不一致", "the plan's record differs from what is recomputed"),
    "verify.record.expected": ("{expected}", "{expected}"),
    "verify.record.remedy": (
        "重新求解；若文件被改动过，请恢复原文件",
        "solve again; if a file was edited, restore it",
    ),
    "verify.findings": ("未达项清单与重新检查的结果不一致", "the findings differ from those of a new check"),
    "verify.findings.expected": ("{expected}", "{expected}"),
    "verify.findings.remedy": (
        "重新求解；若文件被改动过，请恢复原文件",
        "solve again; if a file was edited, restore it",
    ),
    "verify.metrics": ("统计指标与重新计算的结果不一致", "the metrics differ from those recomputed"),
    "verify.metrics.expected": ("重新计算的结果", "what is recomputed"),
    "verify.metrics.remedy": (
        "重新求解；若文件被改动过，请恢复原文件",
        "solve again; if a file was edited, restore it",
    ),
    "verify.unassigned": (
        "未安排名单与重新整理的结果不一致",
        "the list of unassigned differs from the rebuilt one",
    ),
    "verify.unassigned.expected": ("{expected} 行", "{expected} rows"),
    "verify.unassigned.remedy": (
        "重新求解；若文件被改动过，请恢复原文件",
        "solve again; if a file was edited, restore it",
    ),
    "verify.assignment_table": (
        "安排表中的分数、意向次序或变动与重新计算的结果不一致",
        "points, wish ranks or changes differ from those recomputed",
    ),
    "verify.assignment_table.expected": ("{expected} 行，逐项一致", "{expected} rows, equal in every cell"),
    "verify.assignment_table.remedy": (
        "重新求解；若文件被改动过，请恢复原文件",
        "solve again; if a file was edited, restore it",
    ),
}
