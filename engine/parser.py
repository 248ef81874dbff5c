"""Text of a formula -> expression tree with positions. Precedence: or < and < not < comparison < sum < product < sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, cast

from engine.expr import (
    Aggregate,
    AggregateName,
    Arithmetic,
    ArithmeticOp,
    Call,
    Comparison,
    ComparisonOp,
    DateLiteral,
    Expr,
    FunctionName,
    Is,
    Label,
    Logic,
    LogicOp,
    Name,
    Negative,
    Not,
    Number,
    Quantifier,
    QuantifierName,
    Rank,
    Rollup,
    RollupName,
    Subject,
)
from engine.lexer import MAX_LENGTH, OPERATOR_WORDS, LexError, Token, tokens
from facts.problem import Problem, Text
from facts.provenance import Position

MAX_DEPTH = 40
_COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
_MODES = ("half_up", "half_even", "up", "down")


def parse_formula(text: str, at: Position) -> tuple[Expr | None, tuple[Problem, ...]]:
    """The tree of a formula or condition; `at` is where its first character stands.

    A condition that begins with an operator has the part's measure as its subject.
    """
    if len(text) > MAX_LENGTH:
        message = Text(f"公式过长(最多 {MAX_LENGTH} 字)", f"formula too long (at most {MAX_LENGTH} characters)")
        return None, (Problem("formula-syntax", at, message),)
    try:
        return _Parser(text, tokens(text, at), at).whole(), ()
    except LexError as error:
        return None, (error.problem,)


class _Parser:
    """Recursive descent over a token list; the first mistake ends it."""

    def __init__(self, text: str, found: list[Token], at: Position) -> None:
        self._text, self._tokens, self._at = text, found, at
        self._next, self._depth = 0, 0

    # --- machinery ---

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _place(self, token: Token | None = None) -> Position:
        return self._at.shifted((token or self._token).start)

    def _take(self) -> Token:
        token = self._token
        self._next += token.kind != "end"
        return token

    def _is(self, *values: str) -> bool:
        return self._token.kind in ("op", "word") and self._token.value in values

    def _accept(self, *values: str) -> Token | None:
        return self._take() if self._is(*values) else None

    def _expect(self, value: str) -> Token:
        return self._accept(value) or self._fail(Text(f"此处应为“{value}”", f"expected {value!r}"))

    def _fail(self, message: Text, hint: Text = Text("", "")) -> NoReturn:
        token = self._token
        if token.kind == "end":
            found = Text("公式到此结束", "the formula ends here")
        else:
            written = self._text[token.start : token.end]
            found = Text(f"却是“{written}”", f"found {written!r}")
        whole = Text(f"{message.zh},{found.zh}", f"{message.en}, {found.en}")
        raise LexError(Problem("formula-syntax", self._place(), whole, hint))

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(Text("公式嵌套过深", "the formula is nested too deeply"))

    # --- grammar ---

    def whole(self) -> Expr:
        """The whole formula."""
        if self._token.kind == "end":
            self._fail(Text("公式是空的", "the formula is empty"))
        tree = self._or()
        if self._next < len(self._tokens) - 1:
            self._fail(
                Text("此处应为运算符或结束", "expected an operator or the end"),
                Text("含标点的名称请放在反引号 ` 之间", "put names with punctuation between backquotes `"),
            )
        return tree

    def _or(self) -> Expr:
        self._deeper()
        tree = self._joined("or", lambda: self._joined("and", self._not))
        self._depth -= 1
        return tree

    def _joined(self, op: LogicOp, operand: Callable[[], Expr]) -> Expr:
        at = self._place()
        operands = [operand()]
        while self._accept(op):
            operands.append(operand())
        return operands[0] if len(operands) == 1 else Logic(op, tuple(operands), at)

    def _not(self) -> Expr:
        at = self._place()
        if self._accept("not"):
            self._deeper()
            operand = self._not()
            self._depth -= 1
            return Not(operand, at)
        if self._is("any", "all", "none"):
            return self._quantifier()
        return self._comparison()

    def _quantifier(self) -> Expr:
        at = self._place()
        function = cast(QuantifierName, self._take().value)
        table = self._name()
        self._expect("where")
        return Quantifier(function, table, self._or(), at)

    def _comparison(self) -> Expr:
        at = self._place()
        left: Expr = Subject(at) if self._is(*_COMPARISONS, "is", "is not") else self._sum()
        if self._is("is", "is not"):
            return self._label_test(left, at)
        chain: list[Expr] = []
        while self._is(*_COMPARISONS):
            op = cast(ComparisonOp, self._take().value)
            right = self._sum()
            chain.append(Comparison(op, left, right, at))
            left = right
        if not chain:
            return left
        return chain[0] if len(chain) == 1 else Logic("and", tuple(chain), at)

    def _label_test(self, left: Expr, at: Position) -> Expr:
        negated = self._take().value == "is not" or bool(self._token.value == "not" and self._accept("not"))
        token = self._token
        if token.kind not in ("name", "word", "text", "quoted-name"):
            self._fail(Text("“是”后面应为一个选项", "expected a label after 'is'"))
        self._take()
        label = token.value if token.kind in ("text", "quoted-name") else self._text[token.start : token.end]
        return Is(left, label, negated, at)

    def _sum(self) -> Expr:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._signed))

    def _chain(self, ops: tuple[str, ...], operand: Callable[[], Expr]) -> Expr:
        at = self._place()
        tree = operand()
        while self._is(*ops):
            op = cast(ArithmeticOp, self._take().value)
            tree = Arithmetic(op, tree, operand(), at)
        return tree

    def _signed(self) -> Expr:
        at = self._place()
        if self._accept("-"):
            self._deeper()
            operand = self._signed()
            self._depth -= 1
            return Negative(operand, at)
        return self._primary()

    def _primary(self) -> Expr:
        token, at = self._token, self._place()
        if token.kind == "number":
            self._take()
            assert token.number is not None
            return Number(token.number, token.unit, at)
        if token.kind == "date":
            self._take()
            assert token.day is not None
            return DateLiteral(token.day, at)
        if token.kind == "text":
            self._take()
            return Label(token.value, at)
        if self._accept("("):
            tree = self._or()
            self._expect(")")
            return tree
        if self._accept("measure"):
            return Subject(at)
        if token.kind == "word" and token.value not in OPERATOR_WORDS and self._tokens[self._next + 1].value == "(":
            return self._function()
        return Name(self._name(), at)

    def _name(self) -> str:
        token = self._token
        usable = token.kind in ("name", "quoted-name") or (token.kind == "word" and token.value not in OPERATOR_WORDS)
        if not usable:
            self._fail(Text("此处应为数据项、数字或括号", "expected a concept, a number or a bracket"))
        self._take()
        return token.value if token.kind != "word" else self._text[token.start : token.end]

    # --- functions ---

    def _function(self) -> Expr:
        at = self._place()
        word = self._take().value
        self._expect("(")
        self._deeper()
        tree = self._arguments(word, at)
        self._depth -= 1
        return tree

    def _arguments(self, word: str, at: Position) -> Expr:
        if word in ("score", "points", "total"):
            return self._rollup(cast(RollupName, word), at)
        if word in ("count", "sum", "average", "max", "min", "share"):
            return self._aggregate(cast(AggregateName, word), at)
        if word == "rank":
            return self._rank(at)
        return self._call(cast(FunctionName, word), at)

    def _rollup(self, word: RollupName, at: Position) -> Expr:
        start = self._token.start
        while self._token.kind != "end" and not self._is(")"):
            self._take()
        ref = self._text[start : self._token.start].strip()
        self._expect(")")
        if (word == "total") != (ref == ""):
            self._fail(Text(f"{word}() 的括号里写法不对", f"wrong argument of {word}()"))
        return Rollup(word, ref, at)

    def _aggregate(self, word: AggregateName, at: Position) -> Expr:
        table, column = self._name(), ""
        value: Expr | None = None
        if self._accept("."):
            column = self._name()
        elif self._accept(","):
            value = self._sum()
        where = self._or() if self._accept("where") else None
        self._expect(")")
        counts = word in ("count", "share")
        if counts == (bool(column) or value is not None):
            self._fail(
                Text(f"{word} 的写法是 {word}(表 where 条件)", f"{word} takes a table and a condition")
                if counts
                else Text(
                    f"{word} 的写法是 {word}(表.列) 或 {word}(表, 逐行算式)",
                    f"{word} takes a column or a formula over columns: {word}(table.column), {word}(table, formula)",
                )
            )
        return Aggregate(word, table, column, where, value, at)

    def _rank(self, at: Position) -> Expr:
        value = self._sum()
        self._expect(",")
        table = self._name()
        self._expect(".")
        column = self._name()
        descending = True
        if self._accept(","):
            order = self._take().value
            if order not in ("desc", "asc", "降序", "升序"):
                self._fail(Text("排序应为 desc 或 asc", "the order is desc or asc"))
            descending = order in ("desc", "降序")
        self._expect(")")
        return Rank(value, table, column, descending, at)

    def _call(self, word: FunctionName, at: Position) -> Expr:
        if word == "round":
            return self._round(at)
        arguments = [self._argument()]
        while self._accept(","):
            arguments.append(self._argument())
        self._expect(")")
        wanted = {"abs": 1, "days": 2}.get(word)
        if (wanted and len(arguments) != wanted) or (wanted is None and len(arguments) < 2):
            self._fail(Text(f"{word} 的参数个数不对", f"wrong number of arguments of {word}"))
        return Call(word, tuple(arguments), at=at)

    def _argument(self) -> Expr:
        token = self._token
        if token.kind == "number" and "," in token.value:
            self._fail(
                Text("分不清千分位和参数分隔", "thousands separator or next argument?"),
                Text("逗号后留空格,或去掉千分位", "put a space after the comma, or drop the separators"),
            )
        return self._sum()

    def _round(self, at: Position) -> Expr:
        value = self._sum()
        self._expect(",")
        places = self._take()
        mode = self._take().value if self._accept(",") else "half_up"
        whole = places.number is not None and places.number.denominator == 1 and 0 <= places.number <= 10
        if not whole or places.number is None or mode not in _MODES:
            self._fail(
                Text("round 的写法是 round(x, 位数 0-10, 方式)", "round takes (x, places 0-10, mode)"),
                Text("方式:" + "、".join(_MODES), "modes: " + ", ".join(_MODES)),
            )
        self._expect(")")
        return Call("round", (value,), int(places.number), mode, at)
