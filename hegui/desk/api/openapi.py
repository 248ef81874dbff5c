"""The description of the API (OpenAPI 3.1), made of the table of operations and of the schemas in rules/schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from facts.problem import Language, Text
from facts.structure import SCHEMA_FOLDER
from hegui import __version__
from hegui.desk.api.operation import PREFIX, Answer, Operation
from hegui.desk.web.visit import SESSION_COOKIE

Data = dict[str, Any]
_COMPONENTS = "#/components/schemas"
_REFUSALS: Mapping[int, Text] = {
    400: Text("请求不合格式", "the request is not as the schema says"),
    401: Text("未登录,或密钥无效", "nobody is logged in, or the key is not valid"),
    403: Text("角色不允许,或不是本站页面发出的", "the role does not allow it, or no page of ours sent it"),
    404: Text("没有这一项", "there is no such thing"),
    409: Text("与现在的状态不符", "not in its present state"),
    413: Text("正文太大", "the body is too large"),
    415: Text("正文的类型不对", "the body is of another type"),
    422: Text("资料不可用:列出全部问题", "what was handed in cannot be used: every Problem"),
    429: Text("同时的请求太多", "too many requests at a time"),
    503: Text("太忙,请稍后再试", "too busy; try again in a moment"),
}
_EVERY, _WITH_BODY = (400, 401, 403, 429, 503), (413, 415, 422)


def openapi(operations: tuple[Operation, ...], language: Language) -> Data:
    """The whole document."""
    paths: dict[str, Data] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, language)
    title = Text("合规 hegui 工作台接口", "hegui desk API")
    about = Text(
        "评分、解释、审核、检查规则集、批量评价。答案是公开的格式,问题是 hegui/problems/v1。",
        "Score, explain, audit, check rulebooks, score populations. Answers are published formats, refusals hegui/problems/v1.",
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": title.in_(language), "version": __version__, "description": about.in_(language)},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": PREFIX}],
        "security": [{"key": []}, {"session": [], "token": []}],
        "paths": paths,
        "components": {"schemas": _schemas(paths), "securitySchemes": _security(language)},
    }


def _operation(one: Operation, language: Language) -> Data:
    lang = {"enum": ["zh", "en"]}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": linked(schema)} for name, schema in one.parts.items()
    ]
    parameters += [
        {"name": name, "in": "query", "required": False, "schema": linked(schema)}
        for name, schema in {**one.query, "lang": lang}.items()
    ]
    found: Data = {
        "operationId": one.name,
        "summary": one.title.in_(language),
        "description": one.about.in_(language),
        "x-role": one.allow,
        "parameters": parameters,
        "responses": _responses(one, language),
    }
    if one.body is not None:
        content = {"application/json": {"schema": linked(one.body)}}
        if one.forms:
            content["multipart/form-data"] = {"schema": linked(as_parts(one.body))}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _responses(one: Operation, language: Language) -> Data:
    found = {str(status): _answer(answer) for status, answer in one.answers.items()}
    statuses = {*_EVERY, *(_WITH_BODY if one.body is not None else ()), *((404,) if one.parts else ()), *one.refuses}
    for status in sorted(statuses):
        refused = _answer(Answer(_REFUSALS[status].in_(language), "problems.json"))
        if status == 401:
            refused["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
        if status in (429, 503):
            refused["headers"] = {"Retry-After": {"schema": {"type": "string"}}}
        found[str(status)] = refused
    return found


def _answer(answer: Answer) -> Data:
    schema = {"$ref": answer.schema} if isinstance(answer.schema, str) else answer.schema
    content: Data = {answer.media: {"schema": linked(schema)} if schema is not None else {}}
    found: Data = {"description": answer.about, "content": content}
    if answer.headers:
        found["headers"] = {name: {"required": True, "schema": {"type": "string"}} for name in answer.headers}
    return found


def as_parts(body: Mapping[str, Any]) -> Data:
    """The body as parts of a form: what is a file in JSON is one here."""
    binary = {"type": "string", "format": "binary"}
    properties = {
        key: {**binary, "description": schema["description"]} if is_file(schema) else schema
        for key, schema in body["properties"].items()
        if not is_file(schema.get("additionalProperties"))
    }
    return {**body, "properties": properties}


def is_file(schema: Any) -> bool:
    """Whether a schema is that of a file."""
    return isinstance(schema, Mapping) and "base64" in schema.get("properties", {})


def _security(language: Language) -> Data:
    made = Text("在“我的账号”页面生成的密钥", "a key made on the page of your account")
    session = Text("登录的 cookie,供本站页面用", "the cookie of a session, for pages of ours")
    token = Text("页面的口令,与 cookie 同用", "the token of a page, beside the cookie")
    return {
        "key": {"type": "http", "scheme": "bearer", "description": made.in_(language)},
        "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE, "description": session.in_(language)},
        "token": {"type": "apiKey", "in": "header", "name": "x-hegui-token", "description": token.in_(language)},
    }


# --- schemas ----------------------------------------------------------------------------------------------------------


def linked(schema: Any, here: str = "") -> Any:
    """A schema with references to components; `here` is the file it stands in."""
    if isinstance(schema, list | tuple):
        return [linked(one, here) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {key: linked(value, here) for key, value in schema.items() if key not in ("$schema", "$id")}
    if isinstance(schema.get("$ref"), str):
        file, _, place = schema["$ref"].partition("#")
        found["$ref"] = f"{_COMPONENTS}/{file.removesuffix('.json') or here}{place}"
    return found


def _schemas(paths: Any) -> Data:
    """Every published schema that is referred to, and those they refer to."""
    found: Data = {}
    waiting = _named(paths)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _component(name)
            waiting |= _named(found[name]) - found.keys()
    return dict(sorted(found.items()))


def _named(data: Any) -> set[str]:
    return set(re.findall(rf'"{_COMPONENTS}/([a-z]+)', json.dumps(data)))


@cache
def _component(name: str) -> Any:
    return linked(json.loads((SCHEMA_FOLDER / f"{name}.json").read_text("utf-8")), name)
