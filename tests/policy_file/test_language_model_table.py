from pathlib import Path

import pytest

from expense_agent.domain.policy import LanguageModel
from expense_agent.errors import PolicyInvalid
from expense_agent.policy_file import load_policy, policy_to_toml

TABLE = '[llm]\nbase_url = "http://127.0.0.1:8080/v1"\nmodel = "small"\n'


def load(tmp_path: Path, text: str) -> LanguageModel | None:
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    return load_policy(file).language_model


def test_no_model_is_asked_unless_the_policy_names_one(tmp_path: Path) -> None:
    assert load(tmp_path, "") is None
    found = load(tmp_path, TABLE)
    assert found == LanguageModel("http://127.0.0.1:8080/v1", "small")


def test_the_table_survives_being_shown(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(TABLE + 'api_key_env = "KEY"\ntimeout_seconds = 2.5\n', encoding="utf-8")
    policy = load_policy(file)
    file.write_text(policy_to_toml(policy), encoding="utf-8")
    assert load_policy(file).language_model == policy.language_model


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (TABLE.replace("http:", "ftp:"), "llm.base_url"),
        (TABLE.replace("127.0.0.1", "user:secret@host"), "llm.base_url"),
        (TABLE + 'api_key_env = "sk-1234"', "never the key itself"),
        (TABLE + "timeout_seconds = 0.0", "llm.timeout_seconds"),
        (TABLE + "temperature = 1.0", "llm.temperature: unknown key"),
        ('[llm]\nmodel = "x"', "llm.base_url: is missing"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(PolicyInvalid, match=problem):
        load(tmp_path, text)
