"""What operations take and answer that no published format says already. References are to files of rules/schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

DAY = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
ID = "^[0-9a-z][0-9a-z-]{0,60}$"


def text(about: str, **more: Any) -> Schema:
    """A text."""
    return {"type": "string", "description": about, **more}


def listed(items: Schema, about: str, **more: Any) -> Schema:
    """A list."""
    return {"type": "array", "description": about, "items": items, **more}


def record(about: str, properties: Schema, *, may_lack: tuple[str, ...] = (), **more: Any) -> Schema:
    """A mapping with these keys and no others."""
    required = [key for key in properties if key not in may_lack]
    kept: Schema = {"type": "object", "description": about, "additionalProperties": False, "properties": properties}
    return {**kept, **({"required": required} if required else {}), **more}


FILE_NAME = text("文件名,可含文件夹 / its name, with its folder", minLength=1, maxLength=200)

# --- taken ------------------------------------------------------------------------------------------------------------

CASE: Schema = {
    "description": "评价个案:个案文件(YAML)的全文,或同样各键的 JSON。 / A case: the text of a case file, or the same keys as JSON.",
    "anyOf": [text("YAML", minLength=1), {"$ref": "case.json"}],
}

RULEBOOK: Schema = record(
    "规则集:发布号 publication,或编号 id(连同 version,或某日 on 有效的;都不写为今天有效的),或文件 files。 / "
    "A rulebook: a publication, or an id with its version or the day it is in force (today), or its files.",
    {
        "publication": text("发布号 / a publication", pattern=ID),
        "id": text("规则集编号 / the rulebook's id", minLength=1, maxLength=200),
        "version": text("版本 / its version", minLength=1, maxLength=200),
        "on": text("哪一天有效 / in force on that day", pattern=DAY),
        "files": {
            "type": "object",
            "description": "文件名和全文,如 rulebook.yaml / texts by file name",
            "minProperties": 1,
            "maxProperties": 200,
            "propertyNames": {"minLength": 1, "maxLength": 200},
            "additionalProperties": {"type": "string"},
        },
    },
    may_lack=("publication", "id", "version", "on", "files"),
    oneOf=[{"required": ["publication"]}, {"required": ["id"]}, {"required": ["files"]}],
    dependentRequired={"version": ["id"], "on": ["id"]},
)

FILE: Schema = record(
    "一份文件:文件名,和全文 text 或 base64。 / A file: its name, and its text or its bytes in base64.",
    {
        "name": text("文件名,含扩展名 / its name, with the suffix", minLength=1, maxLength=200),
        "text": text("全文 / its text"),
        "base64": text(
            "字节的 base64 / its bytes", pattern="^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
        ),
    },
    may_lack=("text", "base64"),
    oneOf=[{"required": ["text"]}, {"required": ["base64"]}],
)

ACCEPT = listed(
    {"enum": ["figure", "stated", "judged"]}, "采信依据 / bases of facts to rely on", minItems=1, uniqueItems=True
)
AS_OF = text("豁免和接受须在这一天有效;不写为今天 / the day waivers and acceptances must be in force", pattern=DAY)
WAIVERS = listed({"type": "string"}, "豁免文件的全文 / texts of waiver files", maxItems=50)
INDICATOR = text("三级指标的编号或名称 / id or title of an indicator", minLength=1, maxLength=300)

CHANGES = listed(
    record(
        "一项改动 / one change",
        {
            "concept": text("数据项的编号或名称 / a concept by id or label", minLength=1, maxLength=300),
            "do": {"enum": ["set", "choose", "remove"], "description": "填写、在互相矛盾的值里选、去掉 / what to do"},
            "fact": {"type": "object", "description": "写法同个案文件里的事实 / a fact as in a case file"},
            "choice": {
                "type": "integer",
                "minimum": 0,
                "maximum": 10_000,
                "description": "第几个值,从 0 起 / which value",
            },
        },
        may_lack=("do", "fact", "choice"),
    ),
    "假如事实是这样:只为这一次评分,不保存。 / What if the facts were so? For this score only.",
    maxItems=500,
)

SCORING: Schema = {
    "case": CASE,
    "rulebook": RULEBOOK,
    "accept": ACCEPT,
    "as_of": AS_OF,
    "waivers": WAIVERS,
    "changes": CHANGES,
}
_OPTIONS = ("accept", "as_of", "waivers", "changes")

ASSESS = record("评分 / score a case", SCORING, may_lack=_OPTIONS)
EXPLAIN = record("解释一个指标 / explain an indicator", {**SCORING, "indicator": INDICATOR}, may_lack=_OPTIONS)
LINT = record("检查规则集 / check a rulebook", {"rulebook": RULEBOOK, "as_of": AS_OF}, may_lack=("as_of",))

VERIFY = record(
    "核验回执:台账里的一条记录 record,或回执的全文 receipt。 / Verify a record of this desk, or the text of a receipt.",
    {
        "record": text("记录号 / a record", pattern=ID),
        "receipt": text("回执文件的全文 / the text of a receipt", minLength=1),
        "inputs": {
            "type": "object",
            "description": "回执列出的文件,按位置;没有给出的按摘要在本工作台里找。 / Files by the places the receipt names; "
            "others are looked for here by digest.",
            "maxProperties": 1000,
            "additionalProperties": FILE,
        },
    },
    may_lack=("record", "receipt", "inputs"),
    oneOf=[{"required": ["record"]}, {"required": ["receipt"]}],
)

PUBLISHED: Schema = {
    **RULEBOOK,
    "description": "已发布的规则集:发布号 publication,或编号 id(连同 version,或某日 on 有效的)。 / A published rulebook.",
    "properties": {key: value for key, value in RULEBOOK["properties"].items() if key != "files"},
    "oneOf": [{"required": ["publication"]}, {"required": ["id"]}],
}

AUDIT = record(
    "审核自评报告 / audit a published self-evaluation",
    {
        "report": {**FILE, "description": "报告:Word、PDF、网页、工作簿、文本 / the report, as it is"},
        "rulebook": PUBLISHED,
        "case": CASE,
        "waivers": WAIVERS,
        "as_of": AS_OF,
    },
    may_lack=("rulebook", "case", "waivers", "as_of"),
    dependentRequired={"case": ["rulebook"], "waivers": ["rulebook"]},
)

BATCH = record(
    "评一个总体:上传表格 table(和清单表 items),或已存的总体 population。表单里清单表的部分名为 items.数据项。 / Score a population: a "
    "table (and tables of items), or a stored population. In a form tables of items are parts called items.CONCEPT.",
    {
        "table": {**FILE, "description": "一行一个单位:CSV、Excel、Parquet / a row for each unit"},
        "items": {
            "type": "object",
            "description": "清单表,按数据项的名称 / tables of items by the name of their list",
            "maxProperties": 20,
            "propertyNames": {"minLength": 1, "maxLength": 200},
            "additionalProperties": FILE,
        },
        "population": text("已存的总体 / a stored population", pattern=ID),
        "title": text("名称 / its title", maxLength=200),
        "rulebook": PUBLISHED,
        "year": {"type": "integer", "minimum": 1949, "maximum": 9998, "description": "年度 / the year evaluated"},
        "claims": text("自评得分在哪一列 / the column of claimed scores", maxLength=200),
    },
    may_lack=("table", "items", "population", "title", "year", "claims"),
    oneOf=[{"required": ["table"]}, {"required": ["population"]}],
    dependentRequired={"items": ["table"]},
)

WAIT: Schema = {
    "type": "integer",
    "minimum": 0,
    "maximum": 30,
    "description": "最多等几秒,默认 5;没有做完答 202 / seconds to wait, 5; then 202 says where to ask",
}

# --- answered ---------------------------------------------------------------------------------------------------------

RULEBOOKS = record(
    "已发布的规则集 / published rulebooks",
    {
        "rulebooks": listed(
            record(
                "一次发布 / one publication",
                {
                    "publication": text("发布号 / its id", pattern=ID),
                    "id": text("规则集编号 / the rulebook"),
                    "version": text("版本 / version"),
                    "title": text("名称 / title"),
                    "digest": text("全部文件的摘要 / digest of its files"),
                    "effective_from": text("从哪天起有效 / in force from", pattern=DAY),
                    "effective_to": {"type": ["string", "null"], "description": "到哪天为止 / until"},
                    "in_force": {
                        "type": "boolean",
                        "description": "那一天是否有效 / whether it is in force on the day",
                    },
                },
            ),
            "按规则集,后生效的在前 / by rulebook, the last to come into force first",
        )
    },
)

_NUMBER: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": ["string", "null"], "description": "UTC"}

JOB_FIELDS: Schema = {
    "id": text("任务号 / its id", pattern=ID),
    "task": text("做什么 / what is done"),
    "title": text("名称 / its title"),
    "state": {
        "enum": ["queued", "running", "done", "failed", "cancelled", "interrupted"],
        "description": "状态 / state",
    },
    "done": _NUMBER,
    "total": _NUMBER,
    "what": text("正在做什么 / of what"),
    "created": _TIME,
    "started": _TIME,
    "ended": _TIME,
    "files": listed({"type": "string"}, "写出的文件 / files it has written"),
    "problems": listed({"$ref": "problems.json#/$defs/problem"}, "问题和提示 / Problems"),
}
JOB = record("一项任务 / a job", JOB_FIELDS)

RUN = record(
    "一次总体评价 / a run",
    {
        **JOB_FIELDS,
        "population": {"type": ["string", "null"], "description": "总体 / the population"},
        "publication": {"type": ["string", "null"], "description": "按哪次发布 / by which publication"},
        "manifest": {
            "description": "完成后的清单 / once it is done",
            "anyOf": [{"$ref": "batch.json"}, {"type": "null"}],
        },
    },
)

LEDGER = record(
    "台账的若干条,后记的在前 / entries of the ledger, the last first",
    {
        "entries": listed({"$ref": "ledger.json"}, "各条 / entries"),
        "next": {
            "type": ["integer", "null"],
            "description": "更早的:before 取这个数 / pass it as `before` for earlier ones",
        },
    },
)
