"""Prompt texts: reads `prompts/*.md`, checks the declared variables, fills them in and says which version was used."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

PACKAGE: Final = "cmo_copilot.prompts"  # installed under the distribution's name, the same in a checkout
_SLOT: Final = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_FRONT: Final = re.compile(r"\A---\s*\n(.*?)\n---\s*\n(.*)\Z", re.DOTALL)


class PromptProblem(ValueError):
    """A prompt file or a call of it is wrong. A programming error, never shown to the user."""


class Prompt(BaseModel):
    """One prompt file: markdown with `{{name}}` slots, exactly those that its front matter declares."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    variables: tuple[str, ...] = ()
    text: str

    @model_validator(mode="after")
    def _declared_as_used(self) -> Prompt:
        used, declared = set(_SLOT.findall(self.text)), set(self.variables)
        if undeclared := sorted(used - declared):
            raise ValueError(f"uses variables it does not declare: {', '.join(undeclared)}")
        if unused := sorted(declared - used):
            raise ValueError(f"declares variables it does not use: {', '.join(unused)}")
        return self

    @property
    def stamp(self) -> str:
        """Name, version and a short hash of the content, to be recorded with whatever the prompt led to.

        >>> Prompt(name="greet", version=2, variables=("who",), text="Hello {{who}}").stamp
        'greet@2+d1bd7ff2'
        """
        return f"{self.name}@{self.version}+{hashlib.sha256(self.text.encode()).hexdigest()[:8]}"

    def render(self, **values: str) -> str:
        """The text with every variable filled in; values are taken as they are and not searched for slots.

        Raises PromptProblem naming what is missing and what is not declared.

        >>> Prompt(name="greet", version=2, variables=("who",), text="Hello {{who}}").render(who="{{you}}")
        'Hello {{you}}'
        """
        missing = sorted(set(self.variables) - set(values))
        extra = sorted(set(values) - set(self.variables))
        if missing or extra:
            said = [f"missing: {', '.join(missing)}"] if missing else []
            said += [f"not declared: {', '.join(extra)}"] if extra else []
            raise PromptProblem(f"prompt {self.name!r}: {'; '.join(said)}")
        return _SLOT.sub(lambda slot: values[slot.group(1)], self.text)


def parse_prompt(name: str, source: str) -> Prompt:
    """The prompt in the text of a file named `name`.md; raises PromptProblem saying what is wrong with it."""
    parts = _FRONT.match(source.replace("\r\n", "\n"))
    if parts is None:
        raise PromptProblem(f"prompt {name!r} has no front matter between two lines of ---")
    try:
        front: Any = yaml.safe_load(parts.group(1))
        prompt = Prompt(**front, text=parts.group(2).strip() + "\n")
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise PromptProblem(f"prompt {name!r}: {error}") from error
    if prompt.name != name:
        raise PromptProblem(f"prompt file {name!r} calls itself {prompt.name!r}")
    return prompt


@lru_cache(maxsize=64)
def load_prompt(name: str) -> Prompt:
    """The prompt `prompts/<name>.md`; raises PromptProblem if there is none or it is wrong."""
    file = _folder() / f"{name}.md"
    if not file.is_file():
        raise PromptProblem(f"there is no prompt {name!r}; there are: {', '.join(prompt_names())}")
    return parse_prompt(name, file.read_text(encoding="utf-8"))


def render(name: str, **values: str) -> str:
    """The text of a prompt with its variables filled in (see `Prompt.render`)."""
    return load_prompt(name).render(**values)


def prompt_names() -> tuple[str, ...]:
    """Names of all prompts, sorted."""
    return tuple(sorted(file.name[:-3] for file in _folder().iterdir() if file.name.endswith(".md")))


def _folder() -> Traversable:
    return resources.files(PACKAGE)
