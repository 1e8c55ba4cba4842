"""The sample shop as drafts see it: all files, and orders only; composed once for all tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from copilot.data.sample import SAMPLE_FILES, SampleTruth, write_sample_shop
from copilot.data.tables import Tables
from copilot.data.workspace import Workspace
from copilot.drafts.brief import CampaignBrief
from copilot.drafts.compose_brief import compose_brief
from copilot.drafts.compose_icp import compose_icp
from copilot.drafts.compose_persona import compose_persona
from copilot.drafts.context import DraftContext
from copilot.drafts.icp import ICP
from copilot.drafts.persona import Persona
from copilot.evidence.ledger import Ledger
from copilot.guide.library import load_library
from copilot.guide.passage import Passage
from copilot.guide.search import GuideSearch
from copilot.statistics.scope import Scope

KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"
TODAY = date(2026, 10, 1)


@dataclass(frozen=True)
class SampleShop:
    """The loaded sample shop and what is true of it."""

    tables: Tables
    orders_only: Tables
    truth: SampleTruth


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SampleShop:
    folder = tmp_path_factory.mktemp("sample-shop")
    truth = write_sample_shop(folder)
    home = tmp_path_factory.mktemp("home")
    full = Workspace.open(home, "full")
    full.add([folder / name for name in SAMPLE_FILES])
    alone = Workspace.open(home, "orders")
    alone.add([folder / "orders_export.csv"])
    return SampleShop(full.tables(), alone.tables(), truth)


@pytest.fixture(scope="session")
def guide() -> GuideSearch:
    return GuideSearch(load_library(KNOWLEDGE))


def context_on(tables: Tables, guide: GuideSearch | None) -> DraftContext:
    def passages(question: str) -> tuple[Passage, ...]:
        assert guide is not None
        found = guide.search(question, limit=5)
        return tuple(found.passages) if found.covered else ()

    return DraftContext(
        tables=tables,
        scope=Scope(),
        ledger=Ledger(),
        guide_search=None if guide is None else passages,
        shop=tables.facts.shop,
        currency=tables.facts.currency,
        today=TODAY,
    )


@pytest.fixture(scope="session")
def context(shop: SampleShop, guide: GuideSearch) -> DraftContext:
    return context_on(shop.tables, guide)


@pytest.fixture(scope="session")
def orders_only(shop: SampleShop, guide: GuideSearch) -> DraftContext:
    return context_on(shop.orders_only, guide)


@pytest.fixture(scope="session")
def icp(context: DraftContext) -> ICP:
    return compose_icp(context)


@pytest.fixture(scope="session")
def persona(context: DraftContext) -> Persona:
    return compose_persona(context)


@pytest.fixture(scope="session")
def briefs(context: DraftContext) -> dict[str, CampaignBrief]:
    return {stage: compose_brief(context, stage) for stage in ("cold", "warm", "hot")}


@pytest.fixture(scope="session")
def documents(icp: ICP, persona: Persona, briefs: dict[str, CampaignBrief]) -> list[ICP | Persona | CampaignBrief]:
    return [icp, persona, *briefs.values()]
