"""Settings as data: name, default, environment variable and help in one place; read once, passed along."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from copilot.errors import UsageProblem


class Settings(BaseModel):
    """What can be set from outside. The environment variable of a field stands in its `json_schema_extra`."""

    model_config = ConfigDict(frozen=True)

    home: Path = Field(
        default_factory=lambda: Path.home() / ".cmo-copilot",
        description="Folder that holds all workspaces.",
        json_schema_extra={"env": "COPILOT_HOME"},
    )
    warehouse: SecretStr | None = Field(
        default=None,
        description="Address of a warehouse to read canonical tables from, for example postgres://user@host/shop.",
        json_schema_extra={"env": "COPILOT_WAREHOUSE"},
    )
    model: str | None = Field(
        default=None,
        description="Name of the language model to use; unset means the built-in engine.",
        json_schema_extra={"env": "COPILOT_MODEL"},
    )
    base_url: str | None = Field(
        default=None,
        description="Address of an OpenAI-compatible endpoint, for example http://localhost:11434/v1.",
        json_schema_extra={"env": "OPENAI_BASE_URL"},
    )
    api_key: SecretStr | None = Field(
        default=None,
        description="Key of that endpoint, if it needs one.",
        json_schema_extra={"env": "OPENAI_API_KEY"},
    )
    model_timeout: float = Field(
        default=30.0,
        gt=0,
        description="Seconds to wait for one answer of the model.",
        json_schema_extra={"env": "COPILOT_MODEL_TIMEOUT"},
    )
    model_retries: int = Field(
        default=1,
        ge=0,
        le=5,
        description="How often a failed model call is tried again.",
        json_schema_extra={"env": "COPILOT_MODEL_RETRIES"},
    )
    turn_timeout: float = Field(
        default=120.0,
        gt=0,
        description="Seconds one turn may take.",
        json_schema_extra={"env": "COPILOT_TURN_TIMEOUT"},
    )
    max_tool_calls: int = Field(
        default=8,
        ge=1,
        description="Tool calls in one turn.",
        json_schema_extra={"env": "COPILOT_MAX_TOOL_CALLS"},
    )
    smallest_group: int = Field(
        default=10,
        ge=1,
        description="Smallest group whose figures may be sent to a language model.",
        json_schema_extra={"env": "COPILOT_SMALLEST_GROUP"},
    )
    send_nothing: bool = Field(
        default=False,
        description="Send nothing to any language model; the built-in engine answers.",
        json_schema_extra={"env": "COPILOT_SEND_NOTHING"},
    )
    margin: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="The shop's gross margin as a share of sales (0.4), used where the data has no costs.",
        json_schema_extra={"env": "COPILOT_MARGIN"},
    )
    max_upload_bytes: int = Field(
        default=4 * 1024**3,
        description="Largest file taken in, in bytes.",
        json_schema_extra={"env": "COPILOT_MAX_UPLOAD_BYTES"},
    )
    max_rows: int = Field(
        default=50_000_000,
        ge=1,
        description="Most rows of one file.",
        json_schema_extra={"env": "COPILOT_MAX_ROWS"},
    )
    max_columns: int = Field(
        default=2_000,
        ge=1,
        description="Most columns of one file.",
        json_schema_extra={"env": "COPILOT_MAX_COLUMNS"},
    )
    max_cell_bytes: int = Field(
        default=1024**2,
        ge=1024,
        description="Largest cell, in bytes; a line of text may have twice as many.",
        json_schema_extra={"env": "COPILOT_MAX_CELL_BYTES"},
    )
    max_unpacked_bytes: int = Field(
        default=16 * 1024**3,
        ge=1,
        description="Most that the files of one archive may unpack to together, in bytes.",
        json_schema_extra={"env": "COPILOT_MAX_UNPACKED_BYTES"},
    )
    max_ratio: int = Field(
        default=200,
        ge=2,
        description="How many times its own size an archive may unpack to.",
        json_schema_extra={"env": "COPILOT_MAX_RATIO"},
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="How much is logged.", json_schema_extra={"env": "COPILOT_LOG_LEVEL"}
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read settings from `environment` (the process environment by default); empty values count as unset.

        Raises UsageProblem naming the variable when a value cannot be used.
        """
        source = os.environ if environment is None else environment
        variables = {name: str(extra["env"]) for name, extra in cls.declared().items()}
        given = {name: source[env] for name, env in variables.items() if source.get(env, "").strip()}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0])
            raise UsageProblem(
                f"The setting {variables[field]} cannot be used: {first['msg']}.",
                f"It means: {cls.model_fields[field].description}",
            ) from error

    @classmethod
    def declared(cls) -> dict[str, dict[str, object]]:
        """Field name -> {env, help}; documentation and `doctor` are made from this."""
        return {
            name: {"env": (info.json_schema_extra or {})["env"], "help": info.description or ""}  # type: ignore[index]
            for name, info in cls.model_fields.items()
        }
