"""What was wrong with a call of gouji, in Chinese: click says it in English only."""

import click


def in_chinese(error: click.UsageError) -> str:
    """The error as a sentence without its full stop; what click has no kind for stays in its words."""
    match error:
        case click.NoSuchOption():
            near = f"（是不是 {'、'.join(error.possibilities)}？）" if error.possibilities else ""
            return f"没有选项 {error.option_name}{near}"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 的写法不对：要写值的没有写，或不要值的写了"
        case click.MissingParameter():
            return f"缺少 {_name(error)}"
        case click.BadParameter():
            return f"{_name(error)} 的值不对{_wanted(error)}"
    said = error.format_message()
    if said.startswith("No such command"):
        return f"没有命令 {said.partition(chr(39))[2].partition(chr(39))[0]}"
    if said.startswith("Got unexpected extra argument"):
        return f"多出了 {said.partition('(')[2].rpartition(')')[0]}"
    return said


def _name(error: click.BadParameter) -> str:
    hint = error.param_hint or (error.param.get_error_hint(error.ctx) if error.param and error.ctx else "")
    return (hint if isinstance(hint, str) else " ".join(hint)).replace("'", "")


def _wanted(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    match kind:
        case click.Choice():
            return f"；可写 {'、'.join(map(str, kind.choices))}"
        case click.IntRange():
            least, most = kind.min, kind.max
            bounded = most is not None and most < 2**31
            return f"；要写 {least} 到 {most} 之间的整数" if bounded else f"；要写不小于 {least} 的整数"
        case click.DateTime():
            return "；日期写成 2026-02-01"
        case click.Path():
            return "；没有这样的文件或文件夹"
    return f"：{error.message}" if error.message else ""
