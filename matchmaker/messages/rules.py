"""Texts of the rules' faults; what a rule says stands in its own file."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "rule.hard_needs": (
        "规则“{found}”作为硬性规则缺少 {field}",
        "rule “{found}” lacks {field}, which it needs as a hard rule",
    ),
    "rule.hard_needs.expected": (
        "{kind} 规则作为硬性规则时须写明 {field}",
        "{field}, where a {kind} rule is hard",
    ),
    "rule.hard_needs.remedy": (
        "补上 {field}，或把该规则写入 objective 作为软性规则",
        "add {field}, or name the rule in the objective so that it is soft",
    ),
    "rule.soft_has": (
        "规则“{found}”作为软性规则时不能写 {field}",
        "rule “{found}” has {field}, which is for hard use only",
    ),
    "rule.soft_has.expected": (
        "列入 objective 的 {kind} 规则不写 {field}",
        "no {field} where a {kind} rule is in the objective",
    ),
    "rule.soft_has.remedy": (
        "去掉 {field}，或另写一条带 {field} 的硬性规则",
        "leave {field} out, or write a second, hard rule that has it",
    ),
    "rule.hard_has": (
        "规则“{found}”作为硬性规则写了 {field}，不起作用",
        "rule “{found}” has {field}, which means nothing in a hard rule",
    ),
    "rule.hard_has.expected": (
        "硬性的 {kind} 规则只写下限和上限",
        "minima and maxima only, where a {kind} rule is hard",
    ),
    "rule.hard_has.remedy": (
        "把该规则写入 objective 作为软性规则，或去掉 {field}",
        "name the rule in the objective so that it is soft, or leave {field} out",
    ),
    "rule.floor_beyond_reach": (
        "{table} 中 {count} 行的保底数达不到，如“{found}”需要 {needed}，符合条件的来源全部合计只有 {bring}",
        "the floor of {count} rows of {table} is out of reach: “{found}” needs {needed}, all sources that count bring {bring} together",
    ),
    "rule.floor_beyond_reach.expected": (
        "保底数不超过符合条件的来源的合计",
        "a floor that the sources which fulfil the condition can reach together",
    ),
    "rule.floor_beyond_reach.remedy": (
        "改正条件或降低 min；也可把该规则写入 objective，允许不足",
        "correct the condition or lower min; or name the rule in the objective, so that it may fall short",
    ),
    "rule.too_few": (
        "“{found}”在 {table} 中只有 {count} 行，规则要求每处 {needed} 个",
        "{table} has {count} rows of “{found}”, where the rule demands {needed} each",
    ),
    "rule.too_few.expected": (
        "可选的行数不少于规则要求的数量",
        "at least as many rows as the rule demands",
    ),
    "rule.too_few.remedy": (
        "改正类别名称或降低要求；也可把该规则写入 objective，允许不足",
        "correct the name or demand less; or name the rule in the objective, so that it may fall short",
    ),
    "rule.too_few_in_all": (
        "“{found}”合计最多结对 {room} 次（{table}），规则对 {own} 合计要求至少 {needed} 次",
        "rows of {table} with “{found}” can have {room} partners in all, where the rule demands {needed} over all {own}",
    ),
    "rule.too_few_in_all.expected": (
        "合计要求不超过这些行的结对上限之和",
        "no more than these rows' maxima add up to",
    ),
    "rule.too_few_in_all.remedy": (
        "降低要求，或提高这些行的结对上限；也可把该规则写入 objective，允许不足",
        "demand less, or raise these rows' maxima; or name the rule in the objective, so that it may fall short",
    ),
    "rule.too_many_in_all": (
        "“{found}”合计至少要结对 {needed} 次（{table}），规则对 {own} 合计最多允许 {room} 次",
        "rows of {table} with “{found}” must have {needed} partners in all, where the rule allows {room} over all {own}",
    ),
    "rule.too_many_in_all.expected": (
        "合计允许的次数不少于这些行的结对下限之和",
        "room for what these rows' minima add up to",
    ),
    "rule.too_many_in_all.remedy": (
        "提高规则的上限，或降低这些行的结对下限",
        "raise the rule's maxima, or lower these rows' minima",
    ),
    "rule.warning.no_such_class": (
        "{table} 的“{column}”列中没有“{name}”；有：{near}",
        "no row of {table} has “{name}” in column “{column}”; there are: {near}",
    ),
    "rule.warning.no_such_value": (
        "条件所写的“{value}”在 {table} 的“{column}”列中没有出现；相近的有：{near}",
        "the condition names “{value}”, which occurs nowhere in column “{column}” of {table}; close ones: {near}",
    ),
    "rule.warning.no_row_fits": (
        "{table} 没有一行符合“{column}”列的条件（{value}）；列中有：{near}",
        "no row of {table} fits the condition on column “{column}” ({value}); it holds: {near}",
    ),
    "rule.warning.pair_value": (
        "条件所写的“{value}”与结对的“{column}”无法相比，没有一对符合；应写：{near}",
        "the condition compares “{column}” of pairs with “{value}”, which no pair fits; write: {near}",
    ),
    "rule.warning.no_match": (
        "“{path}”的值在 {table} 的“{column}”列中一个也没有，名单的这一列将是空的；列中有：{near}",
        "no value of “{path}” occurs in column “{column}” of {table}: this column of the list stays empty; it holds: {near}",
    ),
    "rule.warning.empty_column": (
        "{table} 的“{column}”列全是空的，名单的这一列也将是空的",
        "column “{column}” of {table} is empty, and so will this column of the list be",
    ),
    "rule.warning.unpublished": (
        "往年方案 {plan} 未公布：核对它就是当年实施的方案，再用 matchmaker publish 公布",
        "the plan {plan} of the history is not published: make sure that it is what was decided, then run matchmaker publish",
    ),
    "rule.warning.lost_pairs": (
        "{stage}：上年 {count} 对的一方今年不在 {table} 中，也没有在 succession 中写明去向：{ids}",
        "{stage}: of {count} pairs of last year a side is no longer in {table}, nor does succession say "
        "what became of it: {ids}",
    ),
    "rule.warning.unknown_relation": (
        "往年结对表的关系“{relation}”（{count} 行）不是本方案的环节，这些行不起作用；环节有：{stages}",
        "{count} row(s) of the history have the relation “{relation}”, which is no stage of this scheme: "
        "they do nothing; stages: {stages}",
    ),
    "rule.warning.nobody": (
        "环节“{stage}”没有一行 {table} 参加：没有一行符合全部条件",
        "no row of {table} takes part in stage “{stage}”: none fits all its conditions",
    ),
    "rule.no_party": (
        "规则“{found}”中的填报方“{party}”与本环节的表没有上下级关系",
        "party “{party}” of rule “{found}” is not related to the tables of its stage",
    ),
    "rule.no_party.expected": (
        "source、target，或本环节两张表的上级、下级表的单数名称，如 community",
        "source, target, or a table above or below the stage's, in the singular, such as community",
    ),
    "rule.no_party.remedy": (
        "改正或去掉 parties 中的这一项",
        "correct this entry of parties, or leave it out",
    ),
    "rule.warning.in_pieces": (
        "{place} 的 {table} 分成互不相邻的 {pieces} 片，任何一个来源都不能跨片；最小的一片：{smallest}",
        "the {table} of {place} lie in {pieces} pieces that do not touch, so that no source can have some of each; the smallest: {smallest}",
    ),
    "rule.warning.more_in_pieces": (
        "另有 {count} 处也分成互不相邻的几片",
        "{count} more places lie in pieces that do not touch",
    ),
    "rule.no_neighbours": (
        "看不出 {table} 中哪些相邻：adjacency 表没有它的行，其中 {count} 行又缺经纬度",
        "which rows of {table} are neighbours is not known: adjacency has no rows about it, and {count} of its rows lack coordinates",
    ),
    "rule.no_neighbours.expected": (
        "adjacency 表中“层级”为 {table} 的行，或每一行都有经度 lng 和纬度 lat",
        "rows of adjacency whose table is {table}, or lng and lat in every row",
    ),
    "rule.no_neighbours.remedy": (
        "在 adjacency 表中写明 {table} 的相邻关系，或补上经纬度，或去掉该规则",
        "state the neighbours of {table} in adjacency, or add the coordinates, or leave the rule out",
    ),
    "rule.no_distances": (
        "{table} 中 {count} 行缺经纬度，无法计算离片区中心的距离",
        "{count} rows of {table} lack coordinates, so that distances from an area's centre are not known",
    ),
    "rule.no_distances.expected": (
        "每一行都有经度 lng 和纬度 lat",
        "lng and lat in every row",
    ),
    "rule.no_distances.remedy": (
        "补上经纬度；或在规则中写 spread: 0，只计相邻、不计距离",
        "add the coordinates; or write spread: 0 in the rule, which then counts neighbours but no distances",
    ),
    "rule.located.elsewhere": (
        "“{found}”填的是 {named}，既不是本环节的对象（{table}），也不在它上面",
        "“{found}” names rows of {named}, which are neither the targets ({table}) nor above them",
    ),
    "rule.located.elsewhere.expected": (
        "填写 {table} 或其上级的列，或另写明 target",
        "a column that names {table} or a table above it, or a target beside it",
    ),
    "rule.located.elsewhere.remedy": (
        "改正 source，或用 target 写明与对象的哪一列一致",
        "correct source, or state with target which column of the targets must be equal",
    ),
    "rule.warning.not_located": (
        "{table} 中 {count} 行没有填“{column}”，它们与任何对象都不算一致",
        "{count} rows of {table} have no “{column}”, so that no target is where they stand",
    ),
    "rule.distance.unknown": (
        "{table} 中 {count} 行既没有经纬度，distances 表中也没有它们的公里数",
        "{count} rows of {table} have neither coordinates nor kilometres in distances",
    ),
    "rule.distance.unknown.expected": (
        "每一行都有经度 lng 和纬度 lat，或 distances 表中有它的公里数",
        "lng and lat in every row, or kilometres in distances",
    ),
    "rule.distance.unknown.remedy": (
        "补上经纬度或距离，或去掉该规则",
        "add the coordinates or the distances, or leave the rule out",
    ),
    "rule.no_minutes": (
        "distances 表没有路途分钟数（{found}）",
        "distances states no minutes on the way ({found})",
    ),
    "rule.no_minutes.expected": (
        "distances 表中有“车程(分)”列",
        "a column minutes in distances",
    ),
    "rule.no_minutes.remedy": (
        "补上分钟数，或改按距离 distance_km 计",
        "add the minutes, or count distance_km instead",
    ),
    "rule.stable.several": (
        "规则“{found}”只用于每个来源至多一个对象的环节，环节 {stage} 的来源可有多个",
        "rule “{found}” is for stages where each source takes one target at most, sources of {stage} may take more",
    ),
    "rule.stable.several.expected": ("each_source 不大于 1", "each_source of at most 1"),
    "rule.stable.several.remedy": (
        "改小 each_source，或改用 wish、fit 规则计分",
        "lower each_source, or give points by wish and fit instead",
    ),
    "rule.no_self.unrelated": (
        "规则“{found}”不起作用：{source} 与 {target} 之间没有上下级关系",
        "rule “{found}” says nothing: no chain of parents connects {source} and {target}",
    ),
    "rule.no_self.unrelated.expected": (
        "同一棵层级树中的两张表，或写明 by（前面环节）或 same（两侧的列）",
        "two tables of one tree, or by (an earlier stage) or same (columns of both sides)",
    ),
    "rule.no_self.unrelated.remedy": (
        "补上 by 或 same，或去掉该规则",
        "add by or same, or leave the rule out",
    ),
    "rule.duties.no_owner": (
        "“{found}”不是 {table} 本身或其上级，规则看不出任务归谁",
        "“{found}” is neither {table} nor above it, so that whose duties they are is not known",
    ),
    "rule.duties.no_owner.expected": (
        "各环节来源的表或其上级表的单数名称，如 agency",
        "the table of every stage's sources or one above it, in the singular, such as agency",
    ),
    "rule.duties.no_owner.remedy": (
        "改正 per",
        "correct per",
    ),
    "rule.duties.other_sources": (
        "环节“{found}”的来源是 {other}，别的环节是 {table}，规则看不出任务归谁",
        "the sources of stage “{found}” are {other}, those of another are {table}: whose duties they are is not known",
    ),
    "rule.duties.other_sources.expected": (
        "用 per 写明各环节来源共同的上级",
        "per, which names a table above the sources of every stage",
    ),
    "rule.duties.other_sources.remedy": (
        "补上 per",
        "add per",
    ),
    "rule.warning.duties_beyond": (
        "其他包联任务表中，{count} 个 {table} 的任务已超过上限：{named}",
        "in other_duties {count} rows of {table} have more than their cap already: {named}",
    ),
}
