"""Options as data: an object keeps exactly what it was given, its class holds the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, NoReturn, Self, dataclass_transform

from graphagent.exceptions import DefinitionError

if TYPE_CHECKING:
    from inspect import Signature


class Option(NamedTuple):
    """What is known of an option besides its name and type."""

    default: Any
    kw_only: bool = True
    repr: bool = True


def option(*, default: Any, kw_only: bool = True, repr: bool = True) -> Any:
    """Declare an option that needs more than a default.

    Args:
        default: Its value where it was not given.
        kw_only: False lets it be given by position, in the order of declaration.
        repr: False hides its value, as befits a secret.
    """
    return Option(default, kw_only, repr)


class _Signature:
    """`inspect.signature` and `help` of the class, made when somebody asks."""

    def __get__(self, instance: object, owner: type[Options]) -> Signature:
        import inspect

        positional, keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
        types = {name: kind for base in reversed(owner.__mro__) for name, kind in inspect.get_annotations(base).items()}
        ordered = sorted(owner._fields.items(), key=lambda item: item[1].kw_only)
        return inspect.Signature(
            [
                inspect.Parameter(
                    name, keyword if known.kw_only else positional, default=known.default, annotation=types[name]
                )
                for name, known in ordered
            ]
        )


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(option,))
class Options:
    """Base of objects that are configured once, by keyword, and never change.

    A subclass declares its options as annotated class attributes with defaults; names that begin with an underscore
    are its own. Making one stores the given options and nothing else, so that it costs about a microsecond however
    many options the class knows.

    Raises:
        DefinitionError: An option is unknown (the nearest known one is named), or is given twice.
    """

    _fields: ClassVar[dict[str, Option]] = {}
    __signature__: ClassVar[_Signature] = _Signature()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._fields = dict(cls._fields)
        for name, kind in vars(cls).get("__annotations__", {}).items():
            if name.startswith("_") or "ClassVar" in str(kind):
                continue
            declared = getattr(cls, name)
            cls._fields[name] = declared if isinstance(declared, Option) else Option(declared)
            setattr(cls, name, cls._fields[name].default)

    def __init__(self, *positional: Any, **options: Any) -> None:
        if positional:
            options = self._by_name(positional, options)
        if not options.keys() <= self._fields.keys():
            self._refuse(options)
        object.__setattr__(self, "__dict__", options)

    def options(self) -> dict[str, Any]:
        """The options that were given, without the defaults."""
        return {name: value for name, value in vars(self).items() if name in self._fields}

    def copy(self, **changes: Any) -> Self:
        """An object of the same options, but for `changes`."""
        return type(self)(**{**self.options(), **changes})

    def _by_name(self, positional: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
        names = [name for name, known in self._fields.items() if not known.kw_only][: len(positional)]
        if len(names) < len(positional):
            allowed = f"by position it takes {', '.join(names)} only" if names else "it takes options by keyword only"
            raise DefinitionError(f"{type(self).__name__} was given {len(positional)} positional arguments; {allowed}.")
        if twice := options.keys() & set(names):
            raise DefinitionError(f"{type(self).__name__} was given {', '.join(twice)} twice, by position and by name.")
        return dict(zip(names, positional, strict=True)) | options

    def _refuse(self, options: dict[str, Any]) -> NoReturn:
        from difflib import get_close_matches

        name = next(name for name in options if name not in self._fields)
        near = get_close_matches(name, self._fields, 1)
        advice = f"did you mean {near[0]!r}?" if near else f"it knows {', '.join(sorted(self._fields))}."
        raise DefinitionError(f"{type(self).__name__} has no option {name!r}: {advice}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"{type(self).__name__} cannot be changed once made, so {name!r} was not set. "
            f"Use .copy({name}=…) to get a changed one."
        )

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed once made, so {name!r} was not deleted.")

    def __repr__(self) -> str:
        given = (f"{n}={v!r}" if self._fields[n].repr else f"{n}=…" for n, v in self.options().items())
        return f"{type(self).__name__}({', '.join(given)})"
