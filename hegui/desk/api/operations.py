"""Every operation of the API: what is not in this table does not exist."""

from __future__ import annotations

from facts.problem import Text
from hegui.desk.api import auditing, batches, jobs, records, schemas, scoring
from hegui.desk.api.operation import Answer, Operation

_SCORING = (
    Operation(
        "assess", "POST", "/assess",
        Text("评分", "Score a case"),
        Text("按规则集评一个个案;changes 给出假如的事实。", "By a rulebook; `changes` asks what if the facts were others."),
        "viewer", scoring.assess, {200: Answer("评价结果 / the assessment", "assessment.json")}, body=schemas.ASSESS,
        refuses=(404,),
    ),
    Operation(
        "explain", "POST", "/explain",
        Text("解释一个指标", "Explain an indicator"),
        Text("一个指标的得分、由来和轨迹。", "An indicator's score with everything that led there."),
        "viewer", scoring.explain, {200: Answer("解释 / the explanation", "explanation.json")}, body=schemas.EXPLAIN,
        refuses=(404,),
    ),
    Operation(
        "lint", "POST", "/lint",
        Text("检查规则集", "Check a rulebook"),
        Text("列出规则集的全部问题和提示。", "Everything the loader and the linter find."),
        "viewer", scoring.lint, {200: Answer("问题和提示 / what was found", "problems.json")}, body=schemas.LINT,
        refuses=(404,),
    ),
)  # fmt: skip

_RECORDS = (
    Operation(
        "rulebooks", "GET", "/rulebooks",
        Text("已发布的规则集", "Published rulebooks"),
        Text("on 写某一天,看那天哪些有效。", "`on`: the day for which `in_force` is told."),
        "viewer", records.rulebooks, {200: Answer("规则集 / rulebooks", schemas.RULEBOOKS)},
        query={"on": schemas.text("哪一天 / the day", pattern=schemas.DAY)},
    ),
    Operation(
        "verify", "POST", "/verify",
        Text("核验回执", "Verify a receipt"),
        Text("用同样的文件再评一次,逐字节比较。", "Make the assessment again from the same files and compare byte by byte."),
        "viewer", records.verify, {200: Answer("核验结果 / what came of it", "verification.json")}, body=schemas.VERIFY,
        uploads=True, refuses=(404,),
    ),
    Operation(
        "ledger", "GET", "/ledger",
        Text("台账", "The ledger"),
        Text("记录在案的评价,每条含前一条的摘要。", "Recorded assessments, each with the digest of the one before."),
        "viewer", records.ledger, {200: Answer("各条 / entries", schemas.LEDGER)},
        query={
            "before": {"type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991, "description": "只要更早的 / those before"},
            "most": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "至多几条,默认 100 / how many at most"},
        },
    ),
)  # fmt: skip

_JOB_ID = {"job": schemas.text("任务号 / a job", pattern=schemas.ID)}
_BYTES = Answer("文件的字节 / the bytes of the file", None, jobs.BYTES)

_WORK = (
    Operation(
        "audit", "POST", "/audit",
        Text("审核自评报告", "Audit a self-evaluation"),
        Text(
            "读报告的每个说法和数字,列出站不住的;给出规则集时也和规则核对。做得久的答 202,到 Location 去取。",
            "Every claim and number of a report that does not hold; with a rulebook also against it. What takes long answers "
            "202 with the Location to ask at.",
        ),
        "auditor", auditing.audit,
        {
            200: Answer("审核结果 / the audit", "audit.json"),
            202: Answer("还在做 / it goes on", schemas.JOB, headers=("Location",)),
        },
        body=schemas.AUDIT, query={"wait": schemas.WAIT}, forms=True, uploads=True, refuses=(404, 409),
    ),
    Operation(
        "job", "GET", "/jobs/{job}",
        Text("一项任务", "A job"), Text("做到哪里、成了没有。", "How far it is and what came of it."),
        "viewer", jobs.job, {200: Answer("任务 / the job", schemas.JOB)}, parts=_JOB_ID,
    ),
    Operation(
        "cancelJob", "DELETE", "/jobs/{job}",
        Text("取消任务", "Cancel a job"), Text("结束的不能取消。", "One that is over cannot be cancelled."),
        "viewer", jobs.cancel, {200: Answer("任务 / the job", schemas.JOB)}, parts=_JOB_ID, refuses=(409,),
    ),
    Operation(
        "jobFile", "GET", "/jobs/{job}/files/{file}",
        Text("任务写出的文件", "A file of a job"), Text("名称见任务的 files。", "By a name in the job's `files`."),
        "viewer", jobs.file, {200: _BYTES}, parts={**_JOB_ID, "file": schemas.FILE_NAME},
    ),
)  # fmt: skip

_BATCH_ID = {"batch": schemas.text("一次总体评价 / a run", pattern=schemas.ID)}

_BATCHES = (
    Operation(
        "batches", "POST", "/batches",
        Text("评一个总体", "Score a population"),
        Text("存下表格,在后台评;到 Location 去问。", "The table is stored and scored in the background; ask at the Location."),
        "staff", batches.start, {202: Answer("开始了 / it has begun", schemas.RUN, headers=("Location",))},
        body=schemas.BATCH, forms=True, uploads=True, refuses=(404, 409),
    ),
    Operation(
        "batch", "GET", "/batches/{batch}",
        Text("一次总体评价", "A run"), Text("做到哪里;完成后有清单。", "How far it is; once it is done, its manifest."),
        "viewer", batches.batch, {200: Answer("这次评价 / the run", schemas.RUN)}, parts=_BATCH_ID,
    ),
    Operation(
        "cancelBatch", "DELETE", "/batches/{batch}",
        Text("取消总体评价", "Cancel a run"), Text("结束的不能取消。", "One that is over cannot be cancelled."),
        "staff", batches.cancel, {200: Answer("这次评价 / the run", schemas.RUN)}, parts=_BATCH_ID, refuses=(409,),
    ),
    Operation(
        "batchFile", "GET", "/batches/{batch}/{file}",
        Text("总体评价的文件", "A file of a run"),
        Text("report.html、report.xlsx、scores.parquet、reasons.parquet……", "report.html, report.xlsx, scores.parquet, reasons.parquet …"),
        "viewer", batches.file, {200: _BYTES}, parts={**_BATCH_ID, "file": schemas.FILE_NAME},
    ),
)  # fmt: skip

OPERATIONS: tuple[Operation, ...] = (*_SCORING, *_RECORDS, *_WORK, *_BATCHES)
