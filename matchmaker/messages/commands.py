"""Texts of commands: progress, answers, and the faults of how a command is used."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # How a command ends
    "command.faults.2": ("发现 {count} 个问题：", "{count} fault(s) found:"),
    "command.faults.3": (
        "已证明没有可行方案（{count} 处）：",
        "Proven that no plan exists ({count} reason(s)):",
    ),
    "command.faults.4": ("在限制内没有得到方案：", "No plan was found within the limits:"),
    "command.faults.5": ("核验发现 {count} 处不一致：", "Verification found {count} difference(s):"),
    "command.interrupted": ("已中断。", "Interrupted."),
    "command.program_fault": (
        "程序出错（{name}），不是数据的问题。情况记录在 {path}，其中没有任何数据内容；请转交维护人员。",
        "A fault of the program ({name}), not of the data. It is recorded in {path}, which holds no data; "
        "please pass it to the maintainers.",
    ),
    "command.program_fault_unwritten": (
        "程序出错（{name}），不是数据的问题，记录文件未能写入；请告知维护人员。",
        "A fault of the program ({name}), not of the data; no record could be written. "
        "Please tell the maintainers.",
    ),
    "command.file": ("文件或文件夹无法读写", "the file or folder cannot be read or written"),
    "command.file.expected": ("", ""),
    "command.file.remedy": (
        "检查路径、权限和磁盘空间；如果正在其他程序中打开，请先关闭",
        "check the path, permissions and free space; close it in other programs",
    ),
    # demo
    "demo.written": (
        "演示数据（模拟数据）已写入 {folder}：{tables} 张表，共 {rows} 行。",
        "Demonstration (generated data) written to {folder}: {tables} tables, {rows} rows.",
    ),
    "demo.next": (
        "接下来：\n  matchmaker check {scenario}\n  matchmaker solve {scenario} --out {plan}",
        "Next:\n  matchmaker check {scenario}\n  matchmaker solve {scenario} --out {plan}",
    ),
    "demo.unknown": ("没有这个演示", "there is no such demonstration"),
    "demo.unknown.expected": ("{near}", "{near}"),
    "demo.unknown.remedy": ("改用列出的名称", "use one of these names"),
    "demo.scale": ("规模倍数超出范围", "the scale is out of range"),
    "demo.scale.expected": ("大于 0、不超过 {most} 的数", "a number above 0, at most {most}"),
    "demo.scale.remedy": ("改正 --scale", "correct --scale"),
    "demo.seed": ("种子超出范围", "the seed is out of range"),
    "demo.seed.expected": ("不小于 0 的整数", "a whole number from 0 on"),
    "demo.seed.remedy": ("改正 --seed", "correct --seed"),
    "demo.folder_in_use": ("文件夹里有别的内容", "the folder holds something else"),
    "demo.folder_in_use.expected": (
        "不存在的文件夹、空文件夹，或以前生成的演示",
        "a new or empty folder, or an earlier demonstration",
    ),
    "demo.folder_in_use.remedy": ("换一个文件夹", "choose another folder"),
    "demo.file_changed": (
        "这个文件不是演示生成的，或生成后被改动过，不能覆盖",
        "this file is not the demonstration's, or was changed since, and is not overwritten",
    ),
    "demo.file_changed.expected": ("生成后没有改动过的文件", "a file that is still as it was written"),
    "demo.file_changed.remedy": (
        "换一个文件夹；或确认不再需要后，自行移走这个文件",
        "choose another folder, or move the file away yourself",
    ),
    # check
    "check.data": ("数据 {path}（{count} 个文件）：", "Data {path} ({count} file(s)):"),
    "check.rows": ("  {table}：{count} 行", "  {table}: {count} rows"),
    "check.warnings": ("需要留意（{count} 项）：", "Please look at ({count}):"),
    "check.tidied": ("读取时已规范（{count} 项）：", "Tidied up on reading ({count}):"),
    "check.note": ("{place}：{what}", "{place}: {what}"),
    "check.other_pins": (
        "指定与回避表中有 {count} 行属于“{stage}”，本方案没有这个环节，不起作用",
        "{count} row(s) of the pins sheet are about “{stage}”, which this scheme does not have: "
        "they do nothing",
    ),
    "check.stage": ("环节“{stage}”：", "Stage “{stage}”:"),
    "check.side": (
        "  {table} {rows} 个（另有 {left_out} 个不参加），合计至少要 {least} 个{other}，至多 {most}",
        "  {rows} {table} ({left_out} more take no part); together they need at least {least} {other}, "
        "at most {most}",
    ),
    "check.no_limit": ("不限", "any number"),
    "check.good": (
        "没有发现问题，可以求解。总量上没有矛盾；能否同时满足全部规则，由求解确定。",
        "No faults: it can be solved. The totals do not contradict one another; "
        "whether all rules hold together, solving tells.",
    ),
    # solve
    "solve.written": (
        "方案已核验并写入 {folder}，用时 {seconds} 秒。",
        "Plan verified and written to {folder} in {seconds} s.",
    ),
    "solve.interrupted": ("已中断，没有写出方案。", "Interrupted; no plan was written."),
    "solve.interrupted_kept": (
        "已中断，没有写出方案。已完成的部分保留在 {folder}，用同样的命令再次运行即可接着求解。",
        "Interrupted; no plan was written. Finished parts are kept in {folder}: "
        "run the same command again to go on.",
    ),
    "progress.run": ("总体", "run"),
    "progress.reading": ("读取数据", "reading"),
    "progress.read": ("数据已读入", "data read"),
    "progress.formulating": ("建立模型", "formulating"),
    "progress.solving": ("求解，可选结对 {count}", "solving, {count} candidate pairs"),
    "progress.checking": ("检查规则", "checking"),
    "progress.cut": (
        "后一环节不可行，退回重求（第 {count} 次）",
        "a later stage failed: solving again ({count})",
    ),
    "progress.done": ("完成", "done"),
    "progress.verifying": ("核验", "verifying"),
    "progress.diagnosing": ("查找无解的原因", "looking for the reason"),
    "progress.writing": ("写出方案", "writing"),
    "progress.written": ("已写出", "written"),
    "progress.value": ("得分 {points}", "value {points}"),
    "progress.bound": ("上界 {points}", "bound {points}"),
    # verify
    "rotate.written": (
        "{year} 年度的情景已写入 {folder}；上年结对如何变动见 {sheet}。",
        "The scenario of {year} is in {folder}; what becomes of last year's pairs is in {sheet}.",
    ),
    "rotate.stage": ("  {stage}：{counts}", "  {stage}: {counts}"),
    "rotate.coming": (
        "  {year} 年度 {stage}：须调整 {must_change} 对，其余 {going_on} 对可延续（假定能延续的都延续）",
        "  {year} {stage}: {must_change} pairs must change, the other {going_on} may go on (if all do that may)",
    ),
    "rotate.too_few": (
        "  ！{year} 年度 {stage}：规则留下的选择不够（无处可去的：{ids}），请放宽年限或增加对象",
        "  ! {year} {stage}: the rules leave too few choices (with none at all: {ids}); relax the years or add targets",
    ),
    "rotate.next": (
        "更新 {folder}/data 中的名单，收齐意向（wishes）和评价（evaluations）后，运行 matchmaker check {folder}/scenario.yaml",
        "Bring the lists in {folder}/data up to date, collect wishes and evaluations, then run "
        "matchmaker check {folder}/scenario.yaml",
    ),
    "rotate.title": ("{scheme}{year} 年度轮换依据", "{scheme}: rotation {year}"),
    "rotate.sheet": ("{stage}轮换依据表", "{stage}: rotation"),
    "rotate.last_year": ("上年{noun}", "Last year: {noun}"),
    "rotate.years": ("连续年数", "Years on end"),
    "rotate.total_years": ("历年累计", "Years in all"),
    "rotate.evaluation": ("上年双向评价", "Two-way rating"),
    "rotate.verdict": ("结论", "Verdict"),
    "rotate.reasons": ("依据", "Reasons"),
    "rotate.gone": ("一方已不在", "a side is gone"),
    "rotate.conflict": ("依据相互矛盾", "rules contradict"),
    "rotate.must_change": ("必须调整", "must change"),
    "rotate.must_stay": ("保持不变", "must go on"),
    "rotate.should_change": ("建议调整", "should change"),
    "rotate.may_change": ("可调可不调", "may change"),
    "rotate.no_candidate": ("不再符合环节条件", "no longer fulfils the stage's conditions"),
    "rotate.pins": ("指定与回避表", "the pins sheet"),
    "rotate.above": ("上一环节“{stage}”的结对须调整", "the pair above it, of stage {stage}, must change"),
    "publish.done": (
        "“{name}”（{year} 年度）已于 {day} 公布，文件已锁定。校验和 {checksum}，请抄录存档。",
        "“{name}” ({year}) is published as of {day}; its files are locked. Checksum {checksum}: keep it on file.",
    ),
    "verify.agrees": (
        "核验通过：{rules} 条规则、{pairs} 对结对、得分、名单和文件校验全部一致。",
        "Verified: {rules} rules, {pairs} pairs, points, lists and checksums all agree.",
    ),
    "verify.certified": (
        "  {stage} 第 {level} 级：已证实上界 {certified}（由保存的对偶值重新算出）；求解器所报上界 {bound}",
        "  {stage} level {level}: certified bound {certified} (recomputed from the stored duals); bound by the solver {bound}",
    ),
    "verify.imported_certified": (
        "  {stage} 第 {level} 级：手工排定；已证实上界 {certified}（由保存的对偶值重新算出）",
        "  {stage} level {level}: made by hand; certified bound {certified} (recomputed from the stored duals)",
    ),
    "verify.imported_given": (
        "  {stage} 第 {level} 级：手工排定，未求解，没有上界可言",
        "  {stage} level {level}: made by hand, not solved, no bound is known",
    ),
    "verify.claimed": (
        "  {stage} 第 {level} 级：上界 {bound}（求解器所报，未另行证实）",
        "  {stage} level {level}: bound {bound} (claimed by the solver)",
    ),
    "verify.given": (
        "  {stage} 第 {level} 级：取自所给方案，未重新证明",
        "  {stage} level {level}: taken from the given plan, not proven anew",
    ),
    # export, compare, rules
    "export.written": (
        "工作簿已写入 {file}（内部资料 注意保管）。",
        "Workbook written to {file} (internal; keep it safe).",
    ),
    "rules.unknown_kind": ("没有这种规则", "there is no such kind of rule"),
    "rules.unknown_kind.expected": ("{near}", "{near}"),
    "rules.unknown_kind.remedy": (
        "运行 matchmaker rules 查看全部种类",
        "run matchmaker rules to see all kinds",
    ),
    "rules.hard": ("硬性", "hard"),
    "rules.soft": ("计分", "soft"),
    "rules.hard_soft": ("硬性或计分", "hard or soft"),
    "rules.fields": ("字段：", "Fields:"),
    "rules.required": ("必填", "required"),
    "rules.optional": ("选填", "optional"),
    "rules.example": ("示例：", "Example:"),
    # pins sheet held against the scheme
    "pins.unknown_stage": (
        "指定与回避表中 {pair} 的关系“{found}”不是本方案的环节",
        "pins sheet, {pair}: the scheme has no stage “{found}”",
    ),
    "pins.unknown_stage.expected": ("其中之一：{stages}；或留空", "one of: {stages}; or empty"),
    "pins.unknown_stage.remedy": ("改正关系列，或删去这一行", "correct the stage, or delete the row"),
    "pins.left_out": (
        "指定了 {pair}，但“{found}”不参加环节“{stage}”，因为不符合条件：{conditions}",
        "{pair} is pinned, but “{found}” takes no part in stage “{stage}”, as it does not fit: {conditions}",
    ),
    "pins.left_out.expected": (
        "参加该环节的来源和对象",
        "a source and a target that take part",
    ),
    "pins.left_out.remedy": (
        "取消这一指定，改正这一行，或改正该环节的 where",
        "withdraw the pin, correct the row, or correct the stage's where",
    ),
    "pins.unknown_id": (
        "指定与回避表中 {pair}：“{found}”在 {tables} 中不存在",
        "pins sheet, {pair}: {tables} has no “{found}”",
    ),
    "pins.unknown_id.expected": (
        "编码或唯一的名称；相近的有：{near}",
        "an id or a name that is unique; close ones: {near}",
    ),
    "pins.unknown_id.remedy": ("改正编码，或删去这一行", "correct the id, or delete the row"),
    "succession.shares": (
        "沿革对照表中 {year} 年 {old} 的所占比例合计超过 1",
        "succession sheet: the shares of {old} in {year} add up to more than 1",
    ),
    "succession.shares.expected": ("合计不超过 1", "1 at most"),
    "succession.shares.remedy": ("改正所占比例", "correct the shares"),
    "question.no_stage": ("方案中没有环节“{found}”", "the plan has no stage “{found}”"),
    "question.no_stage.expected": ("其中之一：{stages}", "one of: {stages}"),
    "question.no_stage.remedy": ("改正 --stage", "correct --stage"),
    # endings of files to be written
    "command.ending": ("写不成“{found}”这样的文件", "{found} cannot be written"),
    "command.ending.expected": ("以 {endings} 结尾的文件名", "a file name that ends in {endings}"),
    "command.ending.remedy": ("改正文件名", "correct the name"),
}
