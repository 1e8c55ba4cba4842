"""The whole house with a model over HTTP: real upload, real tools, real engine; nothing personal leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from copilot import Copilot
from copilot.settings import Settings
from tests.llm.model_server import Call, Fail, ModelServer, Reply, Say, serving

pytestmark = pytest.mark.slow

QUESTIONS = {
    "who are my best customers?": Call("best_customers", {"share": 0.1}),
    "list the people who slip away": Call("list_customers", {"segment": "lapsed"}),
    "what do customers say?": Call("customer_voice", {}),
    "draft a persona": Call("make_draft", {"kind": "persona"}),
}


def follow(payload: dict[str, Any]) -> Reply:
    """Calls the tool that fits the question, then words what came back and adds an invented number."""
    last = payload["messages"][-1]
    if last["role"] != "tool":
        question = last["content"].split(" (asked by")[0]
        return QUESTIONS.get(question, Say("Noted."))
    figures = re.findall(r"\[(F\d+)\] [^=\n]+ = (\d[\d,]*) customers?\b", last["content"])
    said = [f"There are {value} customers [{one}]." for one, value in figures[:1]]
    tables = re.findall(r"\{table:T\d+\}", last["content"])[:1]
    return Say("\n\n".join([*said, "Next year you will sell 123,457 candles.", "That is all.", *tables]))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("house")
    copilot = Copilot.open(settings=Settings(home=home))
    copilot.add_sample()
    copilot.close()
    return home


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving(follow) as server:
        yield server


def people(home: Path) -> set[str]:
    """Every e-mail, phone and full name of the upload."""
    found: set[str] = set()
    for path in home.rglob("identities/*.parquet"):
        table = pq.read_table(path).to_pydict()
        for row in range(len(next(iter(table.values())))):
            person = {name: str(values[row] or "") for name, values in table.items()}
            full = f"{person.get('first_name', '')} {person.get('last_name', '')}".strip()
            found |= {person.get("email", ""), person.get("phone", ""), full if " " in full else ""}
    return {text for text in found if text}


def test_questions_through_a_model(home: Path, server: ModelServer) -> None:
    settings = Settings(home=home, model="stand-in", base_url=server.url, model_retries=0)
    known = people(home)
    assert len(known) > 1_000
    email = next(text for text in sorted(known) if "@" in text)
    name = next(text for text in sorted(known) if re.fullmatch(r"[A-Za-z]+ [A-Za-z]+", text))
    copilot = Copilot.open(settings=settings)
    conversation = None
    for question, call in QUESTIONS.items():
        answer = copilot.ask(f"{question} (asked by {name}, {email})", conversation)
        conversation = answer.conversation
        assert answer.engine == "stand-in"
        assert "That is all." in answer.text
        assert "123,457" not in answer.text
        assert "Noted." in answer.text  # what the repair gave instead
        assert [one.tool for one in answer.calls] == [call.name]
        cited = set(re.findall(r"\[(F\d+)\]", answer.text))
        assert cited <= {figure.id for figure in answer.figures}

    sent = [body.decode() for body in server.bodies]
    everything = "\n".join(sent) + json.dumps([json.loads(body) for body in sent], ensure_ascii=False)
    everything = everything.casefold()
    leaked = sorted(text for text in known if text.casefold() in everything)
    assert leaked == []
    assert "asked by [name], [e-mail]" in sent[0]
    assert not re.search(r"#\d{3,}", everything)
    assert [entry.body for entry in copilot.egress()] == server.bodies
    copilot.close()


def test_the_real_built_in_engine_steps_in(home: Path, server: ModelServer) -> None:
    server.script = [Fail(401)]
    settings = Settings(home=home, model="stand-in", base_url=server.url, model_retries=0)
    copilot = Copilot.open(settings=settings)
    answer = copilot.ask("who are my best customers?")
    assert answer.problems[0].code == "key_refused"
    assert "built-in engine" in answer.engine
    assert answer.figures
    assert answer.text
    # the model, back again, is not told about single customers that the built-in engine named
    server.script = follow
    copilot.ask("what do customers say?", answer.conversation)
    told = [m["content"] or "" for m in json.loads(server.bodies[-1])["messages"]]
    assert not any(re.search(r"#\d{3,}", text) for text in told)
    assert any("best customers" in text.lower() for text in told)
    copilot.close()
