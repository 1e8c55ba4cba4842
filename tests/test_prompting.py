"""Prompts are filled strictly, and every prompt file declares exactly the variables it uses."""

import pytest

from copilot.prompting import Prompt, PromptProblem, load_prompt, parse_prompt, prompt_names

GOOD = "---\nname: greet\nversion: 3\nvariables: [who, day]\n---\nHello {{who}},\nit is {{ day }}.\n"


@pytest.mark.parametrize("name", prompt_names())
def test_every_prompt_file_declares_exactly_its_variables(name: str) -> None:
    prompt = load_prompt(name)  # raises if a variable is unused or undeclared
    text = prompt.render(**{variable: f"<{variable}>" for variable in prompt.variables})
    assert all(f"<{variable}>" in text for variable in prompt.variables)
    assert "{{" not in text
    assert prompt.stamp.startswith(f"{name}@{prompt.version}+")


def test_values_are_filled_in_and_not_read_as_prompts() -> None:
    prompt = parse_prompt("greet", GOOD)
    assert prompt.render(who="{{day}} Ann", day="Monday") == "Hello {{day}} Ann,\nit is Monday.\n"


def test_missing_and_extra_values_are_named() -> None:
    with pytest.raises(PromptProblem, match=r"missing: day; not declared: hour, now"):
        parse_prompt("greet", GOOD).render(who="Ann", now="1", hour="2")


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("no front matter", "front matter"),
        (GOOD.replace("[who, day]", "[who]"), "does not declare: day"),
        (GOOD.replace("[who, day]", "[who, day, night]"), "does not use: night"),
        (GOOD.replace("version: 3", "version: 0"), "version"),
        (GOOD.replace("version: 3", "version: 3\nmood: happy"), "mood"),
        (GOOD.replace("version: 3", "version: [3"), "version"),
        (GOOD.replace("name: greet", "name: other"), "calls itself 'other'"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(source: str, what: str) -> None:
    with pytest.raises(PromptProblem, match=what):
        parse_prompt("greet", source)


def test_the_stamp_follows_the_content() -> None:
    one, other = (Prompt(name="greet", version=1, text=text) for text in ("Hello", "Hello!"))
    assert one.stamp != other.stamp
    assert one.stamp.split("+")[0] == other.stamp.split("+")[0] == "greet@1"


def test_an_unknown_prompt_lists_what_there_is() -> None:
    with pytest.raises(PromptProblem, match="there is no prompt 'nothing'"):
        load_prompt("nothing")
